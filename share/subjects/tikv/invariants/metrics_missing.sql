-- invariant: metrics_missing
-- severity:  warning
-- grace:     2m
-- about:     Prometheus has the metrics of every store that is Up
-- doc:       Is the instance a target of Prometheus, and is its scrape healthy? All of them at once: is it the right Prometheus, and the right --match?
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
       WHEN coalesce(s.qps, s.memory_bytes, s.cpu_percent, s.raft_lag) IS NOT NULL THEN 0
       WHEN l.lost * 2 > l.up OR s.engine IS NULL OR s.instance IS NULL AND a.spare > 0 THEN NULL
       WHEN s.state = 'Up' AND a.ok THEN 1
       END AS violated,
       format('Store %s%s is Up but Prometheus has no metrics of it (%s)',
              s.id, coalesce(' at ' || s.address, ''),
              coalesce('instance ' || s.instance, 'no instance maps to it')) AS message
FROM   store AS s, asked AS a, lost AS l
WHERE  s.state IS NOT 'Tombstone' AND s.engine IS NOT 'tiflash'
UNION  ALL
SELECT NULL AS store_id,
       CASE WHEN a.ok AND l.up > 0 THEN l.lost * 2 > l.up END AS violated,
       format('Prometheus%s has no metrics of %d of the %d stores that are Up',
              coalesce(' at ' || a.url, ''), l.lost, l.up) AS message
FROM   asked AS a, lost AS l;
