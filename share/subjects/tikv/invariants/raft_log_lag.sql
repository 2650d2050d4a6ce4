-- invariant: raft_log_lag
-- severity:  critical
-- grace:     60s
-- param:     threshold_entries = 5000
-- about:     P99 of the raft log entries that followers are behind stays under the threshold
-- doc:       Disk and network of the slowest follower. Between 1024, 5120 and 10240 values are interpolated.
SELECT id AS store_id,
       CASE
       WHEN raft_lag IS NOT NULL THEN raft_lag > $threshold_entries
       WHEN raft_lag_per_s = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s raft log lag P99 %.0f entries exceeds threshold %.0f entries',
              id, raft_lag, $threshold_entries) AS message,
       CASE WHEN raft_lag IS NULL AND raft_lag_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
