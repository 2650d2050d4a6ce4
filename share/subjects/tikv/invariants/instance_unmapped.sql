-- invariant: instance_unmapped
-- severity:  warning
-- grace:     5m
-- about:     every store that is Up has a name in Prometheus
-- doc:       Is its status port scraped? If the names differ: op-scrape --instance STORE=INSTANCE; if clusters share them: --match.
SELECT id AS store_id,
       CASE
       WHEN instance IS NOT NULL THEN 0
       WHEN state = 'Up' AND (SELECT ok FROM source WHERE id = 'prometheus') THEN 1
       END AS violated,
       format('Store %s%s maps to no instance in Prometheus (status address %s)',
              id, coalesce(' at ' || address, ''), coalesce(status_address, 'unknown')) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
