-- invariant: source_down
-- severity:  critical
-- grace:     60s
-- about:     Prometheus answers
SELECT id AS store_id,
       NOT ok AS violated,
       format('Source %s%s failed%s', id, coalesce(' at ' || url, ''), coalesce(': ' || error, '')) AS message
FROM   source;
