-- invariant: leader_drops
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 10
-- about:     a store that is not being drained does not lose many leaders within 1m
-- doc:       Planned (evict-leader, a rolling restart)? Else slow or cut off: store_slow, raft_tick_slow.
SELECT id AS store_id,
       CASE
       WHEN state = 'Offline' OR leader_drop_count <= $threshold_count THEN 0
       WHEN leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0 THEN 0  -- evicted, and well
       WHEN state IN ('Up', 'Disconnected', 'Down') THEN leader_drop_count > $threshold_count
       END AS violated,
       format('Store %s lost %.0f leaders within 1m, threshold %.0f',
              id, leader_drop_count, $threshold_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
