-- invariant: leader_lease_lost
-- severity:  warning
-- grace:     60s
-- about:     within 10m the PD leader has not lost its lease and won it back, all else being quiet
-- doc:       Check disk (etcd_fsync_slow), CPU and clock of this member: no timestamps were issued for a while.
SELECT m.id AS store_id,
       CASE
       WHEN m.leader = 0 OR m.lease_drop_count < 1 OR c.etcd_leader_change_count >= 1 THEN 0
       WHEN coalesce(c.pd_gap_count, 0) = 0
       THEN m.leader AND m.lease_drop_count >= 1 AND c.etcd_leader_change_count = 0
       END AS violated,
       format('PD member %s leads again after losing its lease within 10m (%.0f times)',
              coalesce(m.name, m.id),
              m.lease_drop_count) AS message
FROM   member AS m
LEFT   JOIN cluster AS c;
