-- invariant: replicas_at_risk
-- severity:  critical
-- about:     stores that are not Up lie in fewer locations than make a majority of max-replicas
-- doc:       Bring one back before any other goes. Regions without a quorum are neither read nor written.
WITH
-- What may hold voters. One that is drained serves for as long as it is heard of.
candidate AS NOT MATERIALIZED (
       SELECT id, labels,
              CASE
              WHEN stale THEN NULL
              WHEN state = 'Offline' THEN last_heartbeat_age_s > 60
              ELSE state <> 'Up'
              END AS down
       FROM   store
       WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash'),
want AS (
       SELECT max(max_replicas) AS replicas, max(max_replicas) / 2 + 1 AS majority,
              max(location_labels) AS names
       FROM   cluster),
-- PD keeps the replicas of a region apart in the first label, within its values in
-- the second, and so on: the first depth with a place for each replica is where
-- they are apart. A store without a label is a place of its own.
depth AS (
       SELECT coalesce(min(key) FILTER (WHERE places >= replicas), max(key)) AS depth
       FROM  (SELECT l.key AS key, w.replicas AS replicas,
                     (SELECT count(*)
                      FROM  (SELECT DISTINCT
                                    (SELECT group_concat(coalesce(lower(c.labels ->> n.value), '#' || c.id), '/')
                                     FROM   json_each(w.names) AS n
                                     WHERE  n.key <= l.key)
                             FROM   candidate AS c
                             LIMIT  (SELECT coalesce(replicas, 1) FROM want))) AS places
              FROM   want AS w, json_each(w.names) AS l)),
gone AS (
       SELECT count(DISTINCT place) FILTER (WHERE down) AS certain, count(DISTINCT place) AS possible
       FROM  (SELECT c.down AS down,
                     coalesce((SELECT group_concat(coalesce(lower(c.labels ->> n.value), '#' || c.id), '/')
                               FROM   json_each((SELECT names FROM want)) AS n
                               WHERE  n.key <= (SELECT depth FROM depth)), c.id) AS place
              FROM   candidate AS c
              WHERE  c.down IS NOT 0))
SELECT NULL AS store_id,
       CASE
       WHEN s.lost = 0 OR s.lost < w.majority THEN 0
       ELSE (SELECT CASE WHEN certain >= w.majority THEN 1 WHEN possible < w.majority THEN 0 END
             FROM   gone)
       END AS violated,
       format('Stores in %d locations are not Up (%s): of %d replicas a majority may be lost',
              (SELECT certain FROM gone),
              (SELECT group_concat(id, ', ') FROM (SELECT id FROM candidate WHERE down LIMIT 20)),
              w.replicas) AS message
FROM  (SELECT count(*) AS lost FROM candidate WHERE down IS NOT 0) AS s, want AS w;
