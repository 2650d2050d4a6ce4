-- invariant: critical_error
-- severity:  critical
-- param:     threshold_count = 0
-- about:     TiKV reports no critical error within 1m
-- doc:       Read the log of the store now: its data may be corrupt.
SELECT id AS store_id,
       critical_error_count > $threshold_count AS violated,
       format('Store %s reported %.0f critical errors within 1m, threshold %.0f',
              id, critical_error_count, $threshold_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
