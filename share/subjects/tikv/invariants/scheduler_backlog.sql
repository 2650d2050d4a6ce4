-- invariant: scheduler_backlog
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 1000
-- about:     the number of commands in the scheduler does not leap within 5m
-- doc:       Writes pile up, or a pile was worked off: check latch_wait, async_write_slow and the load.
SELECT id AS store_id,
       scheduler_change_count > $threshold_count AS violated,
       format('Store %s commands in the scheduler changed by %.0f within 5m, threshold %.0f',
              id, scheduler_change_count, $threshold_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
