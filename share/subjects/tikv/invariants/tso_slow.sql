-- invariant: tso_slow
-- severity:  warning
-- grace:     60s
-- param:     threshold_s = 0.1
-- about:     P99 time that TiDB waits for a timestamp stays under the threshold
-- doc:       Look at the CPU of the PD leader and the network between TiDB and PD.
SELECT NULL AS store_id,
       coalesce(tso_wait_p99_s > $threshold_s, CASE WHEN tso_per_s = 0 THEN 0 END) AS violated,
       format('TSO wait P99 %.3fs exceeds threshold %.3fs',
              tso_wait_p99_s, $threshold_s) AS message
FROM   cluster;
