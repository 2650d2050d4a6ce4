-- invariant: low_disk_space
-- severity:  warning
-- param:     threshold_percent = 70
-- param:     critical_percent = 90
-- about:     a store's disk is not filled beyond the threshold; from critical_percent on it is critical
-- doc:       Add stores or space. PD moves no more regions to a store that is 80% full.
SELECT id AS store_id,
       CASE
       WHEN 100.0 * disk_used_bytes / disk_total_bytes > $threshold_percent THEN 1
       WHEN state = 'Up' AND last_heartbeat_age_s > 60 THEN NULL
       ELSE 100.0 * disk_used_bytes / disk_total_bytes > $threshold_percent
       END AS violated,
       format('Store %s disk usage %.1f%% exceeds threshold %.1f%%', id,
              100.0 * disk_used_bytes / disk_total_bytes, $threshold_percent) AS message,
       CASE
       WHEN 100.0 * disk_used_bytes / disk_total_bytes >= $critical_percent THEN 'critical'
       END AS severity
FROM   store
WHERE  state IS NOT 'Tombstone';
