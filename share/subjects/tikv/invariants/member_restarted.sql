-- invariant: member_restarted
-- severity:  warning
-- grace:     45s
-- param:     young_s = 300
-- about:     no PD process has restarted within young_s, except to run another version
-- doc:       Planned? If not, read its log from before the restart.
SELECT id AS store_id,
       CASE
       WHEN process_age_s >= 0 AND upgraded THEN 0
       WHEN restart_count >= 1 OR process_age_s < $young_s AND seen_before THEN 1
       WHEN process_age_s >= $young_s THEN 0
       END AS violated,
       format('PD member %s restarted %.0fs ago', coalesce(name, id), process_age_s) AS message
FROM   member;
