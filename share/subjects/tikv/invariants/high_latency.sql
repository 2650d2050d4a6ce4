-- invariant: high_latency
-- severity:  warning
-- grace:     60s
-- param:     threshold_ms = 100
-- about:     P99 gRPC latency of a store stays under the threshold
-- doc:       One store alone: its disk, its network or a hot region. All of them: load.
SELECT id AS store_id,
       coalesce(latency_p99_ms > $threshold_ms, CASE WHEN qps = 0 THEN 0 END) AS violated,
       format('Store %s P99 latency %.1fms exceeds threshold %.1fms',
              id, latency_p99_ms, $threshold_ms) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
