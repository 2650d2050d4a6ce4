-- invariant: source_down
-- severity:  critical
-- grace:     60s
-- about:     every source of observations answers
-- doc:       Try its URL from this machine. Until it answers, what depends on it is neither found nor resolved.
SELECT id AS store_id,
       NOT ok AS violated,
       format('Source %s%s failed%s',
              id, coalesce(' at ' || url, ''), coalesce(': ' || error, '')) AS message
FROM   source;
