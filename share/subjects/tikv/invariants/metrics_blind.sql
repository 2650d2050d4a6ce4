-- invariant: metrics_blind
-- severity:  warning
-- grace:     5m
-- about:     a store that Prometheus scrapes has rates as well: its scrape interval fits into the window
-- doc:       Set op-scrape --window (OP_WINDOW) to four scrape intervals of Prometheus; until then these columns are missing.
-- A young process has no rates yet. A window of minutes fills within the grace.
SELECT id AS store_id,
       CASE
       WHEN cpu_percent IS NOT NULL THEN 0
       WHEN process_age_s < 120 THEN NULL
       WHEN memory_bytes IS NOT NULL
            AND (SELECT ok AND coalesce(instr(missing, 'store.cpu_percent'), 0) = 0
                 FROM source WHERE id = 'prometheus') THEN 1
       END AS violated,
       format('Store %s%s is scraped, but too seldom for rates: set op-scrape --window to four scrape intervals',
              id, coalesce(' at ' || address, '')) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
