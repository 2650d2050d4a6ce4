-- invariant: etcd_low_space
-- severity:  warning
-- grace:     15s
-- param:     threshold_percent = 80
-- about:     etcd's database stays under the threshold of its quota
-- doc:       Beyond the quota PD cannot write: compact and defragment etcd, or raise quota-backend-bytes.
SELECT id AS store_id,
       100.0 * etcd_db_bytes / etcd_quota_bytes > $threshold_percent AS violated,
       format('PD member %s etcd database %.2f of %.2f GiB: %.1f%% exceeds threshold %.1f%%',
              coalesce(name, id),
              etcd_db_bytes / 1073741824.0, etcd_quota_bytes / 1073741824.0,
              100.0 * etcd_db_bytes / etcd_quota_bytes, $threshold_percent) AS message
FROM   member;
