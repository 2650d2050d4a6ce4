-- invariant: high_latency
-- severity:  warning
-- grace:     60s
-- param:     threshold_ms = 100
-- about:     P99 gRPC latency of a store stays under the threshold
-- doc:       One store alone: its disk, its network or a hot region. All of them: load.
SELECT id AS store_id,
       CASE
       WHEN latency_p99_ms IS NOT NULL THEN latency_p99_ms > $threshold_ms
       WHEN qps = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s P99 latency %.1fms exceeds threshold %.1fms',
              id, latency_p99_ms, $threshold_ms) AS message,
       CASE WHEN latency_p99_ms IS NULL AND qps = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
