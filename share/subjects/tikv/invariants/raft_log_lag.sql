-- invariant: raft_log_lag
-- severity:  critical
-- grace:     60s
-- param:     threshold_entries = 5000
-- about:     P99 of the raft log entries that followers are behind stays under the threshold
-- doc:       Disk and network of the slowest follower. Between 1024, 5120 and 10240 values are interpolated.
SELECT id AS store_id,
       coalesce(raft_lag > $threshold_entries, CASE WHEN raft_lag_per_s = 0 THEN 0 END) AS violated,
       format('Store %s raft log lag P99 %.0f entries exceeds threshold %.0f entries',
              id, raft_lag, $threshold_entries) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
