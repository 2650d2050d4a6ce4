-- invariant: leader_changes
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 1
-- about:     the PD leader has not changed within 10m, except for members that were upgraded
-- doc:       Planned? If not, check the old leader: its log, disk (etcd_fsync_slow), CPU and network.
SELECT NULL AS store_id,
       CASE
       WHEN c.leader_change_count >= $threshold_count + m.upgraded THEN 1
       WHEN m.silent = 0 AND coalesce(c.pd_gap_count, 0) = 0
            AND NOT EXISTS (SELECT 1 FROM source WHERE instr(missing, 'pd_gap_count') > 0)
       THEN c.leader_change_count >= $threshold_count + m.upgraded
       END AS violated,
       format('PD leadership was taken %.0f times within 10m, threshold %.0f',
              c.leader_change_count, $threshold_count + m.upgraded) AS message
FROM   cluster AS c,
      (SELECT count(*) FILTER (WHERE NOT coalesce(scraped = 1, memory_bytes IS NOT NULL)) AS silent,
              count(*) FILTER (WHERE upgraded AND process_age_s < 1200) AS upgraded
       FROM   member) AS m;
