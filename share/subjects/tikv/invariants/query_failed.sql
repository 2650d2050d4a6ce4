-- invariant: query_failed
-- severity:  warning
-- grace:     5m
-- about:     a source that answers returns every column that it is asked for
-- doc:       Try the PromQL of these columns, as op-scrape --list shows it. Meanwhile their verdicts are unknown.
SELECT id AS store_id,
       CASE WHEN ok THEN coalesce(json_array_length(missing), 0) > 0 END AS violated,
       format('Source %s failed to give %d columns: %s', id, json_array_length(missing),
              (SELECT group_concat(value, ', ') FROM json_each(missing))) AS message
FROM   source;
