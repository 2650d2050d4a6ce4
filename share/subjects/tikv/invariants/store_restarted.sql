-- invariant: store_restarted
-- severity:  warning
-- grace:     60s
-- about:     no store process has restarted within 5m
-- doc:       Planned? Else read its log from before; dmesg says whether the kernel ended it for memory.
SELECT id AS store_id,
       restart_count > 0 AS violated,
       format('Store %s%s restarted within 5m (%.0f times)',
              id, coalesce(' at ' || address, ''), restart_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
