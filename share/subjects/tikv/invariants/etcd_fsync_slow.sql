-- invariant: etcd_fsync_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time to sync etcd's log to disk stays under the threshold
-- doc:       The disk of this PD member is slow or shared: the leader loses its lease over it.
SELECT id AS store_id,
       etcd_fsync_p99_s > $threshold_s AS violated,
       format('PD member %s etcd fsync P99 %.2fs exceeds threshold %.2fs',
              coalesce(name, id), etcd_fsync_p99_s, $threshold_s) AS message
FROM   member;
