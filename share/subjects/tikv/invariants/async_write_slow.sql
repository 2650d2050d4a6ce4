-- invariant: async_write_slow
-- severity:  critical
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 time of writes through raft and engine stays under the threshold
-- doc:       Look at the disk, the network to the followers, and write stalls.
SELECT id AS store_id,
       coalesce(async_write_p99_s > $threshold_s,
                CASE WHEN async_write_per_s = 0 THEN 0 END) AS violated,
       format('Store %s async write P99 %.2fs exceeds threshold %.2fs',
              id, async_write_p99_s, $threshold_s) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
