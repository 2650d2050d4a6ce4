-- invariant: high_memory
-- severity:  warning
-- grace:     15s
-- param:     threshold_percent = 80
-- about:     a store uses less of its memory quota than the threshold
-- doc:       Check the block cache and what else runs there: the kernel ends processes that need too much.
SELECT id AS store_id,
       100.0 * memory_bytes / memory_quota_bytes > $threshold_percent AS violated,
       format('Store %s uses %.1f of %.1f GiB of memory: %.1f%% exceeds threshold %.1f%%', id,
              memory_bytes / 1073741824.0, memory_quota_bytes / 1073741824.0,
              100.0 * memory_bytes / memory_quota_bytes, $threshold_percent) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
