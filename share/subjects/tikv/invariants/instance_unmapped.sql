-- invariant: instance_unmapped
-- severity:  warning
-- grace:     5m
-- about:     every store that is Up has an instance in Prometheus, if there are instances without a store
-- doc:       If the names differ: op-scrape --instance STORE=INSTANCE; if clusters share them: --match. A store that is not scraped at all is metrics_missing.
WITH
asked AS (SELECT max(ok) AND NOT coalesce(max(instr(missing, 'memory_bytes')), 0) AS ok,
              coalesce(max(json_array_length(unmatched)), 0)
              + coalesce(max(json_array_length(ambiguous)), 0) AS spare, max(url) AS url
       FROM   source
       WHERE  id = 'prometheus'),
lost AS (
       SELECT count(*) AS up, total(coalesce(qps, memory_bytes, cpu_percent, raft_lag) IS NULL) AS lost
       FROM   store
       WHERE  state = 'Up' AND engine <> 'tiflash')
SELECT s.id AS store_id,
       CASE
       WHEN s.instance IS NOT NULL THEN 0
       WHEN l.lost * 2 > l.up OR s.engine IS NULL THEN NULL
       WHEN s.state = 'Up' AND a.ok AND a.spare > 0 THEN 1
       END AS violated,
       format('Store %s%s maps to no instance in Prometheus (status address %s)', s.id,
              coalesce(' at ' || s.address, ''), coalesce(s.status_address, 'unknown')) AS message
FROM   store AS s, asked AS a, lost AS l
WHERE  s.state IS NOT 'Tombstone' AND s.engine IS NOT 'tiflash';
