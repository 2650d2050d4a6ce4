-- invariant: target_down
-- severity:  critical
-- grace:     1m
-- about:     Prometheus can scrape all of its targets
-- doc:       PROMETHEUS_URL/targets shows why it cannot.
SELECT id AS store_id,
       up = 0 AS violated,
       format('Target %s cannot be scraped', id) AS message
FROM   target;
