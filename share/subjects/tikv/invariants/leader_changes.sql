-- invariant: leader_changes
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 1
-- about:     the PD leader has not changed within 10m
-- doc:       Planned? Else look at the old leader: its log, disk (etcd_fsync_slow), CPU and network.
SELECT NULL AS store_id,
       leader_change_count >= $threshold_count AS violated,
       format('PD leadership was taken %.0f times within 10m, threshold %.0f',
              leader_change_count, $threshold_count) AS message
FROM   cluster;
