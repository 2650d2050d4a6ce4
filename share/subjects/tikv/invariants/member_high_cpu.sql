-- invariant: member_high_cpu
-- severity:  warning
-- grace:     45s
-- param:     threshold_percent = 80
-- about:     a PD member uses less of its CPU quota than the threshold
-- doc:       Too many regions for this machine, or a heavy scheduler: check the PD dashboards.
SELECT id AS store_id,
       100.0 * cpu_percent / cpu_quota_percent > $threshold_percent AS violated,
       format('PD member %s uses %.1f of %.1f cores: %.1f%% exceeds threshold %.1f%%',
              coalesce(name, id),
              cpu_percent / 100.0, cpu_quota_percent / 100.0,
              100.0 * cpu_percent / cpu_quota_percent, $threshold_percent) AS message
FROM   member;
