-- invariant: cluster_low_space
-- severity:  warning
-- grace:     60s
-- param:     threshold_percent = 80
-- about:     the disks of all stores that are Up, together, are not filled beyond the threshold
-- doc:       Add stores. Those that are down do not count: what was on them has to find room on the others.
SELECT NULL AS store_id,
       CASE WHEN known = stores THEN 100.0 * used / total > $threshold_percent END AS violated,
       format('%d stores use %.1f%% of their space, threshold %.1f%%',
              up, 100.0 * used / total, $threshold_percent) AS message,
       used AS used_bytes, total AS total_bytes
FROM  (SELECT count(*) AS stores,
              count(CASE
                    WHEN state = 'Up' THEN disk_used_bytes * nullif(disk_total_bytes, 0)
                    ELSE state
                    END) AS known,
              count(*) FILTER (WHERE state = 'Up') AS up,
              total(disk_used_bytes) FILTER (WHERE state = 'Up') AS used,
              total(disk_total_bytes) FILTER (WHERE state = 'Up') AS total
       FROM   store
       WHERE  engine IS NOT 'tiflash');
