-- invariant: region_imbalance
-- severity:  info
-- grace:     1h
-- param:     threshold_percent = 50
-- param:     min_count = 1000
-- about:     no store that is Up holds many more or many fewer regions than the average, by PD's scores
-- doc:       Placement rules or a store just added explain it. Weights and sizes of disks are in the scores already.
WITH
-- Stores that are Up, or may be.
candidate AS NOT MATERIALIZED (
       SELECT region_count AS number, region_score AS score,
              state = 'Up' AND stale IS NOT 1 AND region_weight IS NOT NULL
              AND leader_count IS NOT NULL AND region_score IS NOT NULL AND region_count IS NOT NULL AS known,
              region_weight > 0 AND leader_count > 0 AND node_state IS NOT 'Preparing' AS counts,
              coalesce(last_heartbeat_age_s > 60, 0) AS old
       FROM   store
       WHERE  (state NOT IN ('Disconnected', 'Down', 'Offline', 'Tombstone') OR state IS NULL
               OR stale AND coalesce(last_heartbeat_age_s, 0) < 600 AND state <> 'Tombstone')
              AND engine IS NOT 'tiflash'),
average AS (
       SELECT count(*) AS up, total(known IS NOT 1) AS unknown, total(old) AS old,
              count(*) FILTER (WHERE counts) AS stores,
              min(number) FILTER (WHERE counts) AS least, max(number) FILTER (WHERE counts) AS most,
              avg(number) FILTER (WHERE counts) AS mean, avg(score) FILTER (WHERE counts) AS score
       FROM   candidate)
SELECT NULL AS store_id,
       CASE
       WHEN a.unknown > 0 THEN NULL
       WHEN a.stores < 2 THEN 0
       WHEN EXISTS (SELECT 1 FROM candidate AS c
                    WHERE  c.counts AND abs(c.number - a.mean) > $min_count
                           AND abs(c.score - a.score) > a.score * $threshold_percent / 100.0) THEN 1
       WHEN a.old = 0 THEN 0
       END AS violated,
       format('Regions are spread unevenly over %d stores: %d to %d, average %.0f; a score is more than %.0f%% off',
              a.stores, a.least, a.most, a.mean, $threshold_percent) AS message,
       a.least AS least, a.most AS most, a.mean AS mean,
       CASE WHEN a.unknown > 0 THEN 'the count, score, weight or state of a store is not known' END AS reason
FROM   average AS a;
