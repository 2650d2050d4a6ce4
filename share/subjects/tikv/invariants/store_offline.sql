-- invariant: store_offline
-- severity:  info
-- about:     no store is being drained
-- doc:       A planned removal: wait until its regions have moved. Unplanned? Cancel it with pd-ctl.
SELECT id AS store_id,
       CASE
       WHEN state = 'Offline' THEN 1
       WHEN state IN ('Up', 'Disconnected', 'Down', 'Tombstone') THEN 0
       END AS violated,
       format('Store %s%s is Offline: it is being drained, %s regions are left',
              id, coalesce(' at ' || address, ''), coalesce(region_count, 'some')) AS message
FROM   store;
