-- invariant: source_down
-- severity:  critical
-- grace:     5m
-- about:     df can check every filesystem
SELECT id AS store_id,
       NOT ok AS violated,
       format('Source %s failed%s', id, coalesce(': ' || error, '')) AS message
FROM   source;
