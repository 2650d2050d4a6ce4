-- invariant: high_cpu
-- severity:  warning
-- grace:     45s
-- param:     threshold_percent = 80
-- about:     a store uses less of its CPU quota than the threshold
-- doc:       One store alone: look for hot regions. All of them: add stores.
SELECT id AS store_id,
       100.0 * cpu_percent / cpu_quota_percent > $threshold_percent AS violated,
       format('Store %s uses %.1f of %.1f cores: %.1f%% exceeds threshold %.1f%%',
              id, cpu_percent / 100.0, cpu_quota_percent / 100.0,
              100.0 * cpu_percent / cpu_quota_percent, $threshold_percent) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
