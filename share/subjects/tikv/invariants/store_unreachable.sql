-- invariant: store_unreachable
-- severity:  critical
-- grace:     60s
-- param:     threshold_per_s = 10
-- about:     the peers of a store can deliver their messages to it
-- doc:       Is the store up? Then check the network between it and its peers; else see store_down.
WITH
-- The peers that would report it: those that PD lists, or that were scraped within the hour.
teller AS NOT MATERIALIZED (
       SELECT id, NOT coalesce(scraped = 1, memory_bytes IS NOT NULL) AS silent
       FROM   store
       WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash'
              AND physically_destroyed IS NOT 1),
known AS (
       SELECT (SELECT count(*) FROM teller WHERE silent) AS silent,
              (SELECT max(id) FROM teller WHERE silent) AS one,
              coalesce((SELECT max(tikv_gap_count) FROM cluster), 0) = 0
              AND NOT EXISTS (SELECT 1 FROM source WHERE instr(missing, 'tikv_gap_count') > 0) AS whole)
SELECT s.id AS store_id,
       CASE
       WHEN s.unreachable_per_s > $threshold_per_s THEN 1
       WHEN k.whole AND (k.silent = 0 OR k.silent = 1 AND k.one = s.id)
       THEN s.unreachable_per_s > $threshold_per_s
       END AS violated,
       format('Store %s%s cannot be reached by its peers: %.1f failures/s, threshold %.1f', s.id,
              coalesce(' at ' || s.address, ''), s.unreachable_per_s, $threshold_per_s) AS message
FROM   store AS s, known AS k
WHERE  s.state IS NOT 'Tombstone';
