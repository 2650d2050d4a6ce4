-- invariant: cluster_low_space
-- severity:  warning
-- grace:     60s
-- param:     threshold_percent = 80
-- about:     the disks of all stores that are Up, together, are not filled beyond the threshold
-- doc:       Add stores. Stores that are down do not count: the others must have room for their data.
SELECT NULL AS store_id,
       CASE
       WHEN states = up AND known = up AND (old = 0 OR 100.0 * used / total > $threshold_percent)
       THEN 100.0 * used / total > $threshold_percent
       END AS violated,
       format('%d stores use %.1f%% of their space, threshold %.1f%%',
              up, 100.0 * used / total, $threshold_percent) AS message,
       used AS used_bytes, total AS total_bytes
FROM  (SELECT count(*) AS up, count(*) FILTER (WHERE state = 'Up' AND stale IS NOT 1) AS states,
              total(coalesce(last_heartbeat_age_s > 60, 0)) AS old, count(disk_used_bytes / disk_total_bytes) AS known,
              total(disk_used_bytes) AS used, total(disk_total_bytes) AS total
       FROM   store
       WHERE  (state NOT IN ('Disconnected', 'Down', 'Offline', 'Tombstone') OR state IS NULL
               OR stale AND coalesce(last_heartbeat_age_s, 0) < 600 AND state <> 'Tombstone')
              AND engine IS NOT 'tiflash');
