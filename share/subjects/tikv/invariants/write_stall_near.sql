-- invariant: write_stall_near
-- severity:  critical
-- grace:     60s
-- param:     threshold_count = 80
-- about:     there are fewer level 0 files than the threshold at which RocksDB slows writes
-- doc:       Compaction cannot keep up with the writes: check the disk, and look for write hot spots.
SELECT id AS store_id,
       l0_file_count > $threshold_count AS violated,
       format('Store %s has %.0f level 0 files on average, threshold %.0f',
              id, l0_file_count, $threshold_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
