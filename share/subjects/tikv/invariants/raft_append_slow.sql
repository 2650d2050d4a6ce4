-- invariant: raft_append_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time to append to the raft log stays under the threshold
-- doc:       Nearly always the disk: check its latency and utilisation.
SELECT id AS store_id,
       CASE
       WHEN raft_append_p99_s IS NOT NULL THEN raft_append_p99_s > $threshold_s
       WHEN raft_append_per_s = 0 AND stale IS NOT 1 AND region_count = 0 THEN 0
       END AS violated,
       format('Store %s raft log append P99 %.2fs exceeds threshold %.2fs',
              id, raft_append_p99_s, $threshold_s) AS message,
       CASE WHEN raft_append_p99_s IS NULL AND raft_append_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
