-- invariant: store_restarted
-- severity:  warning
-- grace:     45s
-- param:     young_s = 300
-- about:     no store process has restarted within young_s, except to run another version
-- doc:       Planned? If not, read its log from before; dmesg shows whether the kernel killed it for lack of memory.
SELECT id AS store_id,
       CASE
       WHEN process_age_s >= 0 AND upgraded THEN 0
       WHEN restart_count >= 1 OR process_age_s < $young_s AND seen_before THEN 1
       WHEN process_age_s >= $young_s THEN 0
       WHEN process_age_s < $young_s AND seen_before = 0 AND node_state = 'Preparing' THEN 0
       END AS violated,
       format('Store %s%s restarted %.0fs ago', id,
              coalesce(' at ' || address, ''), process_age_s) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
