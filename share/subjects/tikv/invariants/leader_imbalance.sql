-- invariant: leader_imbalance
-- severity:  warning
-- grace:     30m
-- param:     threshold_percent = 50
-- param:     min_count = 100
-- about:     no store that is Up leads many more or many fewer regions than the average
-- doc:       Was an evict-leader scheduler left behind (pd-ctl scheduler show)? Leader weights explain it too.
SELECT NULL AS store_id,
       CASE
       WHEN states < up OR known < up OR stale THEN NULL
       WHEN up < 2 THEN 0
       ELSE max(most - mean, mean - least) > max($min_count, mean * $threshold_percent / 100.0)
       END AS violated,
       format('Leaders are spread unevenly over %d stores: %d to %d, average %.0f, threshold %.0f%% off',
              up, least, most, mean, $threshold_percent) AS message,
       least, most, mean
FROM  (SELECT count(*) AS up, count(state) AS states, count(leader_count) AS known, max(stale) AS stale,
              min(leader_count) AS least, max(leader_count) AS most, avg(leader_count) AS mean
       FROM   store
       WHERE  (state = 'Up' OR state IS NULL OR stale AND state <> 'Tombstone')
              AND engine IS NOT 'tiflash');
