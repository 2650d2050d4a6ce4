-- invariant: async_snapshot_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time until the engine gives a snapshot to read from stays under the threshold
-- doc:       Reads wait for raftstore: look at raftstore_cpu and raft_append_slow, and for hot regions.
SELECT id AS store_id,
       coalesce(async_snapshot_p99_s > $threshold_s,
                CASE WHEN async_snapshot_per_s = 0 THEN 0 END) AS violated,
       format('Store %s snapshot P99 %.2fs exceeds threshold %.2fs',
              id, async_snapshot_p99_s, $threshold_s) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
