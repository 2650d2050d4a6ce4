-- invariant: raft_apply_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time to apply committed entries stays under the threshold
-- doc:       Check the disk, write stalls and the apply threads (apply_cpu).
SELECT id AS store_id,
       CASE
       WHEN raft_apply_p99_s IS NOT NULL THEN raft_apply_p99_s > $threshold_s
       WHEN raft_apply_per_s = 0 AND stale IS NOT 1 AND region_count = 0 THEN 0
       END AS violated,
       format('Store %s raft log apply P99 %.2fs exceeds threshold %.2fs',
              id, raft_apply_p99_s, $threshold_s) AS message,
       CASE WHEN raft_apply_p99_s IS NULL AND raft_apply_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
