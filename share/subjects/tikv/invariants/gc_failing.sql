-- invariant: gc_failing
-- severity:  critical
-- grace:     60s
-- param:     threshold_count = 10
-- about:     TiDB's garbage collection does not fail often within 1m
-- doc:       Read the log of the TiDB that leads garbage collection; see also store_down.
SELECT NULL AS store_id,
       CASE
       WHEN gc_fail_count > $threshold_count THEN 1
       WHEN coalesce(tidb_gap_count, 0) = 0
            AND NOT EXISTS (SELECT 1 FROM source WHERE instr(missing, 'tidb_gap_count') > 0)
       THEN gc_fail_count > $threshold_count
       END AS violated,
       format('Garbage collection failed %.0f times within 1m, threshold %.0f',
              gc_fail_count, $threshold_count) AS message
FROM   cluster;
