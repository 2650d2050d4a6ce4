-- invariant: memory_growth
-- severity:  critical
-- grace:     5m
-- param:     threshold_bytes = 5368709120
-- about:     resident memory does not grow by more than the threshold within 5m
-- doc:       Check the block cache, and look for large requests, before the kernel ends the process.
SELECT id AS store_id,
       memory_growth_bytes > $threshold_bytes AS violated,
       format('Store %s memory grew by %.1f GiB within 5m, threshold %.1f GiB',
              id, memory_growth_bytes / 1073741824.0, $threshold_bytes / 1073741824.0) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
