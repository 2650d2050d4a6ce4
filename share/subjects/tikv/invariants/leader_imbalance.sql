-- invariant: leader_imbalance
-- severity:  warning
-- grace:     30m
-- param:     threshold_percent = 50
-- param:     min_count = 100
-- about:     no store that is Up leads many more or many fewer regions than the average
-- doc:        Was an evict-leader scheduler left behind (pd-ctl scheduler show)? Leader weights explain it too.
SELECT NULL AS store_id,
       CASE
       WHEN known < stores THEN NULL
       WHEN up < 2 THEN 0
       ELSE max(most - mean, mean - least) > max($min_count, mean * $threshold_percent / 100.0)
       END AS violated,
       format('Leaders are spread unevenly over %d stores: %d to %d, average %.0f, threshold %.0f%% off',
              up, least, most, mean, $threshold_percent) AS message,
       least, most, mean
FROM  (SELECT count(*) AS stores,
              count(CASE WHEN stale THEN NULL WHEN state = 'Up' THEN leader_count ELSE state END) AS known,
              count(*) FILTER (WHERE state = 'Up') AS up,
              min(leader_count) FILTER (WHERE state = 'Up') AS least,
              max(leader_count) FILTER (WHERE state = 'Up') AS most,
              avg(leader_count) FILTER (WHERE state = 'Up') AS mean
       FROM   store
       WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash');
