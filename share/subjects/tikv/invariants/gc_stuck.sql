-- invariant: gc_stuck
-- severity:  critical
-- grace:     5m
-- about:     old versions are collected: within a day there was a collection, or nothing to collect
-- doc:       Does a transaction, a backup or a changefeed hold the safe point back? See gc_failing.
SELECT NULL AS store_id,
       gc_task_count < 1 AND gc_filter_count < 1 AND write_compaction_count >= 1 AS violated,
       format('No garbage collection for a day: %.0f tasks, %.0f compactions that collect, of %.0f',
              gc_task_count, gc_filter_count, write_compaction_count) AS message
FROM   cluster;
