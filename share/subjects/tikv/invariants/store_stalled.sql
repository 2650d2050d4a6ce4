-- invariant: store_stalled
-- severity:  critical
-- grace:     60s
-- param:     min_per_s = 10
-- about:     a store that leads regions, and has served requests within 15m, still serves them
-- doc:       Its disk may hang while PD calls it Up: check the kernel's log and its disk, then restart it or take it out.
SELECT s.id AS store_id,
       CASE
       WHEN s.qps > 0 THEN 0
       WHEN s.stale THEN NULL
       WHEN s.qps = 0 AND s.qps_max_15m > 0 AND s.leader_count > 0
            AND s.leader_count * (a.qps - s.qps) / (a.leaders - s.leader_count) >= $min_per_s THEN 1
       END AS violated,
       format('Store %s%s leads %d regions and serves nothing; by what the others do it should serve %.0f requests/s',
              s.id, coalesce(' at ' || s.address, ''), s.leader_count,
              s.leader_count * (a.qps - s.qps) / (a.leaders - s.leader_count)) AS message,
       CASE WHEN s.qps = 0 THEN 'idle' END AS reason
FROM   store AS s,
      (SELECT total(qps) AS qps, total(leader_count) AS leaders
       FROM   store
       WHERE  qps IS NOT NULL AND leader_count IS NOT NULL
              AND state IS NOT 'Tombstone' AND engine IS NOT 'tiflash') AS a
WHERE  s.state IS NOT 'Tombstone' AND s.engine IS NOT 'tiflash';
