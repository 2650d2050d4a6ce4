-- invariant: latch_wait
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time that commands wait for latches stays under the threshold
-- doc:       Transactions contend for the same keys, or what holds the latches is slow: async_write_slow.
SELECT id AS store_id,
       CASE
       WHEN latch_wait_p99_s IS NOT NULL THEN latch_wait_p99_s > $threshold_s
       WHEN latch_wait_per_s = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s latch wait P99 %.2fs exceeds threshold %.2fs',
              id, latch_wait_p99_s, $threshold_s) AS message,
       CASE WHEN latch_wait_p99_s IS NULL AND latch_wait_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
