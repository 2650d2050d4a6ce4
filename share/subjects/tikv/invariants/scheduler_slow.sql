-- invariant: scheduler_slow
-- severity:  warning
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 duration of scheduler commands stays under the threshold, for each type of command
-- doc:       Writes are slow as a whole: check latch_wait first, then async_write_slow.
SELECT id AS store_id,
       CASE
       WHEN scheduler_command_p99_s IS NOT NULL THEN scheduler_command_p99_s > $threshold_s
       WHEN scheduler_command_per_s = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s slowest scheduler command P99 %.2fs exceeds threshold %.2fs',
              id, scheduler_command_p99_s, $threshold_s) AS message,
       CASE WHEN scheduler_command_p99_s IS NULL AND scheduler_command_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
