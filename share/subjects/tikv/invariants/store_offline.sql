-- invariant: store_offline
-- severity:  info
-- grace:     30m
-- about:     the regions of a store that is being drained become fewer
-- doc:       Are there enough stores, with space, for its replicas? Unplanned? Cancel it with pd-ctl.
SELECT id AS store_id,
       CASE
       WHEN state = 'Up' AND last_heartbeat_age_s > 60 THEN NULL
       WHEN state = 'Offline' THEN coalesce(region_drop_count, 0) <= 0
       WHEN state IN ('Up', 'Disconnected', 'Down', 'Tombstone') THEN 0
       END AS violated,
       format('Store %s%s is Offline: it is being drained, %s regions are left%s',
              id, coalesce(' at ' || address, ''), coalesce(region_count, 'some'),
              iif(region_drop_count <= 0, ', none has gone within the hour', '')) AS message
FROM   store;
