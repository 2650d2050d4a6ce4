-- invariant: scrape_slow
-- severity:  warning
-- grace:     5m
-- param:     threshold_s = 5
-- about:     a target answers its scrape in time
SELECT id AS store_id,
       CASE WHEN up = 1 THEN scrape_s > $threshold_s END AS violated,
       format('Scraping target %s takes %.1f s, more than %.1f s', id, scrape_s, $threshold_s) AS message
FROM   target;
