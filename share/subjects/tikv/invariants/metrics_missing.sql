-- invariant: metrics_missing
-- severity:  warning
-- grace:     2m
-- about:     Prometheus has the metrics of every store that is Up
-- doc:       Is the instance a target of Prometheus, and is its scrape healthy? See also instance_unmapped.
SELECT id AS store_id,
       CASE
       WHEN coalesce(qps, memory_bytes, cpu_percent, raft_lag) IS NOT NULL THEN 0
       WHEN state = 'Up'
            AND (SELECT ok AND coalesce(instr(missing, 'memory_bytes'), 0) = 0
                 FROM source WHERE id = 'prometheus') THEN 1
       END AS violated,
       format('Store %s%s is Up but Prometheus has no metrics of it (%s)',
              id, coalesce(' at ' || address, ''),
              coalesce('instance ' || instance, 'no instance maps to it')) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
