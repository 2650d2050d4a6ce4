-- invariant: channel_full
-- severity:  critical
-- grace:     60s
-- param:     threshold_count = 0
-- about:     no internal channel of a store is full within 10m
-- doc:       raftstore is stuck or overloaded: check raft_append_slow, raft_apply_slow and raftstore_cpu.
SELECT id AS store_id,
       channel_full_count > $threshold_count AS violated,
       format('Store %s found a channel full %.0f times within 10m, threshold %.0f',
              id, channel_full_count, $threshold_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
