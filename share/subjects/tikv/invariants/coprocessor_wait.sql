-- invariant: coprocessor_wait
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 10
-- about:     P99.99 time that coprocessor requests wait stays under the threshold
-- doc:       The read pool is full: look for large or many scans (slow queries) and hot regions.
SELECT id AS store_id,
       coalesce(coprocessor_wait_p9999_s > $threshold_s,
                CASE WHEN coprocessor_per_s = 0 THEN 0 END) AS violated,
       format('Store %s coprocessor wait P99.99 %.2fs exceeds threshold %.2fs',
              id, coprocessor_wait_p9999_s, $threshold_s) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
