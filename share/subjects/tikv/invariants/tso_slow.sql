-- invariant: tso_slow
-- severity:  warning
-- grace:     60s
-- param:     threshold_s = 0.1
-- about:     P99 time that TiDB waits for a timestamp stays under the threshold
-- doc:       Check the CPU of the PD leader and the network between TiDB and PD.
SELECT NULL AS store_id,
       CASE
       WHEN tso_wait_p99_s > $threshold_s THEN 1
       WHEN coalesce(tidb_gap_count, 0) = 0
            AND NOT EXISTS (SELECT 1 FROM source WHERE instr(missing, 'tidb_gap_count') > 0)
       THEN tso_wait_p99_s > $threshold_s
       END AS violated,
       format('TSO wait P99 %.3fs exceeds threshold %.3fs',
              tso_wait_p99_s, $threshold_s) AS message,
       CASE WHEN tso_wait_p99_s IS NULL AND tso_per_s = 0 THEN 'idle' END AS reason
FROM   cluster;
