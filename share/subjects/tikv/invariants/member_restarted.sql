-- invariant: member_restarted
-- severity:  warning
-- grace:     60s
-- about:     no PD process has restarted within 5m
-- doc:       Planned? Else read its log from before the restart.
SELECT id AS store_id,
       restart_count > 0 AS violated,
       format('PD member %s restarted within 5m (%.0f times)',
              coalesce(name, id), restart_count) AS message
FROM   member;
