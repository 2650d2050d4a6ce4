-- invariant: scheduler_slow
-- severity:  warning
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 duration of scheduler commands stays under the threshold, for each type of command
-- doc:       Writes are slow as a whole: look at latch_wait first, then at async_write_slow.
SELECT id AS store_id,
       coalesce(scheduler_command_p99_s > $threshold_s,
                CASE WHEN scheduler_command_per_s = 0 THEN 0 END) AS violated,
       format('Store %s slowest scheduler command P99 %.2fs exceeds threshold %.2fs',
              id, scheduler_command_p99_s, $threshold_s) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
