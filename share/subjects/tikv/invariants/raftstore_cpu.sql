-- invariant: raftstore_cpu
-- severity:  critical
-- grace:     60s
-- param:     threshold_percent = 160
-- about:     the raftstore threads together use less CPU than the threshold; 100 is one core
-- doc:       Fewer regions per store, hibernated regions, or a larger store-pool-size.
SELECT id AS store_id,
       raftstore_cpu_percent > $threshold_percent AS violated,
       format('Store %s raftstore CPU %.1f%% exceeds threshold %.1f%%',
              id, raftstore_cpu_percent, $threshold_percent) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
