-- invariant: member_high_memory
-- severity:  warning
-- grace:     15s
-- param:     threshold_percent = 80
-- about:     a PD member uses less of its memory quota than the threshold
-- doc:       PD holds all regions in memory: fewer or larger regions, or more memory.
SELECT id AS store_id,
       100.0 * memory_bytes / memory_quota_bytes > $threshold_percent AS violated,
       format('PD member %s uses %.1f of %.1f GiB of memory: %.1f%% exceeds threshold %.1f%%',
              coalesce(name, id),
              memory_bytes / 1073741824.0, memory_quota_bytes / 1073741824.0,
              100.0 * memory_bytes / memory_quota_bytes, $threshold_percent) AS message
FROM   member;
