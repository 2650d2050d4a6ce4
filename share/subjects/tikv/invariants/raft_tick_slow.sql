-- invariant: raft_tick_slow
-- severity:  warning
-- grace:     60s
-- param:     threshold_s = 2
-- about:     P99.9 time to process raft ticks stays under the threshold
-- doc:       The raftstore threads are overloaded: fewer regions, hibernated regions, more threads.
SELECT id AS store_id,
       CASE
       WHEN raft_tick_p999_s IS NOT NULL THEN raft_tick_p999_s > $threshold_s
       WHEN raft_tick_per_s = 0 AND stale IS NOT 1 AND region_count = 0 THEN 0
       END AS violated,
       format('Store %s raft tick P99.9 %.2fs exceeds threshold %.2fs',
              id, raft_tick_p999_s, $threshold_s) AS message,
       CASE WHEN raft_tick_p999_s IS NULL AND raft_tick_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
