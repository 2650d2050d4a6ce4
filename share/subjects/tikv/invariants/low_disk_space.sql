-- invariant: low_disk_space
-- severity:  warning
-- param:     threshold_percent = 70
-- about:     a store's disk is not filled beyond the threshold
-- doc:       Add stores or space. PD moves no more regions to a store that is 80% full.
SELECT id AS store_id,
       100.0 * disk_used_bytes / disk_total_bytes > $threshold_percent AS violated,
       format('Store %s disk usage %.1f%% exceeds threshold %.1f%%', id,
              100.0 * disk_used_bytes / disk_total_bytes, $threshold_percent) AS message
FROM   store
WHERE  state IS NOT 'Tombstone';
