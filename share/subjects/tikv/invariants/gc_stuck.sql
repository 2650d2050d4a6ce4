-- invariant: gc_stuck
-- severity:  critical
-- grace:     5m
-- about:     old versions are collected: within a day there was a collection, or nothing to collect
-- doc:       Does a transaction, a backup or a changefeed hold the safe point back? See gc_failing.
SELECT NULL AS store_id,
       CASE
       WHEN c.gc_task_count >= 1 OR c.gc_filter_count >= 1 THEN 0
       WHEN s.silent = 0 AND coalesce(c.tikv_gap_count, 0) = 0
            AND NOT EXISTS (SELECT 1 FROM source WHERE instr(missing, 'tikv_gap_count') > 0)
       THEN c.gc_task_count < 1 AND c.gc_filter_count < 1 AND c.write_compaction_count >= 1
       END AS violated,
       format('No garbage collection for a day: %.0f tasks, %.0f compactions that collect, of %.0f',
              c.gc_task_count, c.gc_filter_count, c.write_compaction_count) AS message
FROM   cluster AS c,
      (SELECT count(*) FILTER (WHERE NOT coalesce(scraped = 1, memory_bytes IS NOT NULL)) AS silent
       FROM   store
       WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash'
              AND physically_destroyed IS NOT 1) AS s;
