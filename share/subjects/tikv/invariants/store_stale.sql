-- invariant: store_stale
-- severity:  critical
-- grace:     30s
-- about:     every store reports to PD again soon after PD has changed its leader
-- doc:       It should within 20s. Treat this as store_down: is it running, can it reach the new PD leader?
SELECT id AS store_id,
       CASE
       WHEN last_heartbeat_age_s <= 20 OR physically_destroyed THEN 0
       WHEN state = 'Up' AND last_heartbeat_age_s > 60 THEN NULL
       ELSE coalesce(stale, CASE WHEN disk_total_bytes IS NOT NULL THEN 0 END)
       END AS violated,
       format('Store %s%s has not reported to PD since its leader changed%s',
              id, coalesce(' at ' || address, ''),
              iif(last_heartbeat_age_s IS NULL, '',
              format(': last heard of %.0fs ago', last_heartbeat_age_s))) AS message
FROM   store
WHERE  state IS NOT 'Tombstone';
