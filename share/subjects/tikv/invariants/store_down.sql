-- invariant: store_down
-- severity:  critical
-- about:     every store is in touch with PD
-- doc:       Does the process run, does it reach PD? PD restores replicas elsewhere after max-store-down-time.
SELECT id AS store_id,
       CASE
       WHEN stale AND state NOT IN ('Offline', 'Tombstone')
            AND (coalesce(last_heartbeat_age_s, 0) < 600
                 OR NOT EXISTS (SELECT 1 FROM store
                                WHERE state IS NOT 'Tombstone' AND stale IS NOT 1))
       THEN NULL
       ELSE state IN ('Down', 'Disconnected')
       END AS violated,
       format('Store %s%s is %s', id, coalesce(' at ' || address, ''), state) AS message
FROM   store;
