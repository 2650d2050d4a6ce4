-- invariant: write_stall
-- severity:  critical
-- grace:     60s
-- param:     threshold_ms = 0
-- about:     write stalls do not grow within 10m
-- doc:       Writes wait for RocksDB: check the disk and compaction, and look for write hot spots.
SELECT id AS store_id,
       write_stall_growth_ms > $threshold_ms AS violated,
       format('Store %s write stalls grew by %.1fms within 10m, threshold %.1fms',
              id, write_stall_growth_ms, $threshold_ms) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
