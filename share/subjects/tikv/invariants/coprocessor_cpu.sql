-- invariant: coprocessor_cpu
-- severity:  warning
-- grace:     60s
-- param:     threshold_percent = 90
-- about:     the threads of the read pool are, on average, less busy than the threshold
-- doc:       Look for heavy queries and hot regions; then more stores or a larger read pool.
SELECT id AS store_id,
       coprocessor_cpu_percent >= $threshold_percent AS violated,
       format('Store %s read pool CPU per thread %.1f%% reaches threshold %.1f%%',
              id, coprocessor_cpu_percent, $threshold_percent) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
