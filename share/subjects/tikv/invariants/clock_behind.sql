-- invariant: clock_behind
-- severity:  warning
-- grace:     60s
-- about:     the clock of a PD member has not been behind the timestamps it issues, within 10m
-- doc:       The clock was set back, or another leader had a faster one: check NTP on all PD members.
SELECT id AS store_id,
       system_time_slow_count >= 1 AS violated,
       format('PD member %s found its clock behind %.0f times within 10m',
              coalesce(name, id), system_time_slow_count) AS message
FROM   member;
