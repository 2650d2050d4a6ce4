-- invariant: async_snapshot_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time until the engine gives a snapshot to read from stays under the threshold
-- doc:       Reads wait for raftstore: check raftstore_cpu and raft_append_slow, and look for hot regions.
SELECT id AS store_id,
       CASE
       WHEN async_snapshot_p99_s IS NOT NULL THEN async_snapshot_p99_s > $threshold_s
       WHEN async_snapshot_per_s = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s snapshot P99 %.2fs exceeds threshold %.2fs',
              id, async_snapshot_p99_s, $threshold_s) AS message,
       CASE WHEN async_snapshot_p99_s IS NULL AND async_snapshot_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
