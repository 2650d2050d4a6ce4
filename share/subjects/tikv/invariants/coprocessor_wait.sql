-- invariant: coprocessor_wait
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 10
-- about:     P99.99 time that coprocessor requests wait stays under the threshold
-- doc:       The read pool is full: look for large or many scans (slow queries) and hot regions.
SELECT id AS store_id,
       CASE
       WHEN coprocessor_wait_p9999_s IS NOT NULL THEN coprocessor_wait_p9999_s > $threshold_s
       WHEN coprocessor_per_s = 0 AND stale IS NOT 1
            AND (region_count = 0
                 OR leader_count = 0 AND slow_score < 80 AND raft_append_per_s > 0) THEN 0
       END AS violated,
       format('Store %s coprocessor wait P99.99 %.2fs exceeds threshold %.2fs',
              id, coprocessor_wait_p9999_s, $threshold_s) AS message,
       CASE WHEN coprocessor_wait_p9999_s IS NULL AND coprocessor_per_s = 0 THEN 'idle' END AS reason
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
