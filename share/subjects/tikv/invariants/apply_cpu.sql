-- invariant: apply_cpu
-- severity:  critical
-- grace:     60s
-- param:     threshold_percent = 90
-- about:     the busiest apply thread uses less CPU than the threshold
-- doc:       Look for write hot spots; then a larger apply-pool-size.
SELECT id AS store_id,
       apply_cpu_percent > $threshold_percent AS violated,
       format('Store %s busiest apply thread CPU %.1f%% exceeds threshold %.1f%%',
              id, apply_cpu_percent, $threshold_percent) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
