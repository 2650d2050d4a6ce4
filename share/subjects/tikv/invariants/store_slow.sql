-- invariant: store_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_score = 80
-- about:     PD reports no slow store
-- doc:       PD moves its leaders away. Check its disk latency: a failing disk shows here first.
SELECT id AS store_id,
       CASE
       WHEN state IS NOT NULL AND state NOT IN ('Up', 'Offline') THEN NULL
       WHEN slow_score >= $threshold_score THEN 1
       WHEN last_heartbeat_age_s > 60 THEN NULL
       ELSE slow_score >= $threshold_score
       END AS violated,
       format('Store %s slow score %d reaches threshold %d',
              id, slow_score, $threshold_score) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
