-- invariant: async_write_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time of writes through raft and engine stays under the threshold
-- doc:       Check the disk, the network to the followers, and write stalls.
SELECT id AS store_id,
       CASE
       WHEN async_write_p99_s IS NOT NULL THEN async_write_p99_s > $threshold_s
       WHEN async_write_per_s = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s async write P99 %.2fs exceeds threshold %.2fs',
              id, async_write_p99_s, $threshold_s) AS message,
       CASE WHEN async_write_p99_s IS NULL AND async_write_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
