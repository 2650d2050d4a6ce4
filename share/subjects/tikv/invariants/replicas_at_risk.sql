-- invariant: replicas_at_risk
-- severity:  critical
-- about:     stores that are not Up lie in fewer locations than make a majority of a region's voters
-- doc:       Bring one back before any other goes. Regions without a quorum are neither read nor written.
WITH
-- As in store_down.
every AS (
       SELECT count(*) = total(stale) AS stale,
              total(stale IS NOT 1) * 2 >= count(*) - 1 AS settled,
              total(young) > 1 AND total(young) = total(young AND state = 'Disconnected') AS stepped
       FROM  (SELECT state, stale,
                     state IS NOT 'Offline' AND coalesce(last_heartbeat_age_s, 0) < 60 AS young
              FROM   store
              WHERE  state IS NOT 'Tombstone')),
-- Stores that may hold voters. One that is being drained serves as long as it reports.
candidate AS NOT MATERIALIZED (
       SELECT s.id AS id, s.labels AS labels,
              CASE
              WHEN s.state = 'Offline' AND s.physically_destroyed THEN 1
              WHEN s.stale AND s.scraped = 0 AND e.settled AND NOT e.stale THEN 1
              WHEN s.stale THEN NULL
              WHEN s.state = 'Offline' AND s.last_heartbeat_age_s <= 20 THEN 0
              WHEN s.state = 'Offline' AND s.last_heartbeat_age_s > 60 THEN 1
              WHEN s.state = 'Up' AND coalesce(s.last_heartbeat_age_s, 0) <= 60 THEN 0
              WHEN s.state = 'Disconnected' AND s.last_heartbeat_age_s < 60 AND e.stepped THEN NULL
              WHEN s.state IN ('Down', 'Disconnected') THEN 1
              END AS down
       FROM   store AS s, every AS e
       WHERE  s.state IS NOT 'Tombstone' AND s.engine IS NOT 'tiflash'),
-- Placement rules decide; if they cannot be read, nothing is known.
want AS (
       SELECT replicas, replicas / 2 + 1 AS majority, names
       FROM  (SELECT max(coalesce(voters, CASE WHEN placement_rules IS NOT 1 THEN max_replicas END))
                     AS replicas,
                     max(coalesce(voter_location_labels, location_labels)) AS names
              FROM   cluster)),
-- PD separates the replicas of a region by the first label, within its values by the
-- second, and so on. They are separated at the first depth that has a place for each
-- replica. A store without a label is a place of its own.
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
