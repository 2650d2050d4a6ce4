-- invariant: region_imbalance
-- severity:  info
-- grace:     1h
-- param:     threshold_percent = 50
-- param:     min_count = 1000
-- about:     no store that is Up holds many more or many fewer regions than the average
-- doc:       Disks of different sizes, weights, placement rules or a store just added explain it.
SELECT NULL AS store_id,
       CASE
       WHEN states < up OR known < up OR stale THEN NULL
       WHEN up < 2 THEN 0
       ELSE max(most - mean, mean - least) > max($min_count, mean * $threshold_percent / 100.0)
       END AS violated,
       format('Regions are spread unevenly over %d stores: %d to %d, average %.0f, threshold %.0f%% off',
              up, least, most, mean, $threshold_percent) AS message,
       least, most, mean
FROM  (SELECT count(*) AS up, count(state) AS states, count(region_count) AS known, max(stale) AS stale,
              min(region_count) AS least, max(region_count) AS most, avg(region_count) AS mean
       FROM   store
       WHERE  (state = 'Up' OR state IS NULL OR stale AND state <> 'Tombstone')
              AND engine IS NOT 'tiflash');
