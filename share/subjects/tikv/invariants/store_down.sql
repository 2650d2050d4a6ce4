-- invariant: store_down
-- severity:  critical
-- about:     every store is in touch with PD
-- doc:       Is the process running, and can it reach PD? PD restores replicas elsewhere after max-store-down-time.
WITH
-- settled: at least half of the others have reported to PD's leader. stepped: all that reported
-- within the minute are Disconnected at once, so PD's clock has moved.
every AS (
       SELECT count(*) = total(stale) AS stale,
              total(stale IS NOT 1) * 2 >= count(*) - 1 AS settled,
              total(young) > 1 AND total(young) = total(young AND state = 'Disconnected') AS stepped
       FROM  (SELECT state, stale,
                     state IS NOT 'Offline' AND coalesce(last_heartbeat_age_s, 0) < 60 AS young
              FROM   store
              WHERE  state IS NOT 'Tombstone'))
SELECT s.id AS store_id,
       CASE
       WHEN s.state = 'Tombstone' OR s.state = 'Offline' AND s.physically_destroyed THEN 0
       WHEN s.state NOT IN ('Up', 'Disconnected', 'Down', 'Offline') THEN NULL
       WHEN s.stale AND s.scraped = 0 AND e.settled AND NOT e.stale THEN 1
       WHEN s.stale AND (coalesce(s.last_heartbeat_age_s, 0) < 600 OR e.stale) THEN NULL
       WHEN s.state = 'Up' AND s.last_heartbeat_age_s > 60 THEN NULL
       WHEN s.state = 'Offline' AND s.last_heartbeat_age_s <= 20 THEN 0
       WHEN s.state = 'Offline' AND s.last_heartbeat_age_s <= 60 THEN NULL
       WHEN s.state = 'Offline' THEN s.last_heartbeat_age_s > 60
       WHEN s.state = 'Disconnected' AND s.last_heartbeat_age_s < 60 AND e.stepped THEN NULL
       ELSE s.state IN ('Down', 'Disconnected')
       END AS violated,
       format('Store %s%s is %s%s', s.id, coalesce(' at ' || s.address, ''), s.state,
              iif(s.state = 'Offline',
                  format(', and PD has not heard of it for %.0fs', s.last_heartbeat_age_s), ''))
       AS message
FROM   store AS s, every AS e;
