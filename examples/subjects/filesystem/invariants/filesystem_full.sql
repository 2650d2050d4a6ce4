-- invariant: filesystem_full
-- severity:  warning
-- grace:     1m
-- flap:      3 in 1h
-- param:     threshold_percent = 90
-- about:     a filesystem has room left
-- doc:       du -x -h --max-depth=2 MOUNTPOINT | sort -h shows who needs it. Images (loop devices) are always full.
SELECT id AS store_id,
       100.0 * used_bytes / (used_bytes + free_bytes) > $threshold_percent AS violated,
       format('%s is %.1f%% full, %.1f GiB are left', id,
              100.0 * used_bytes / (used_bytes + free_bytes), free_bytes / 1073741824.0) AS message
FROM   filesystem
WHERE  device IS NULL OR device NOT LIKE '/dev/loop%';
