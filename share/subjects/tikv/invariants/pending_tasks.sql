-- invariant: pending_tasks
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 1000
-- about:     no worker of a store has more tasks waiting than the threshold
-- doc:       The series tikv_worker_pending_task_total shows which worker.
SELECT id AS store_id,
       pending_task_count > $threshold_count AS violated,
       format('Store %s longest worker queue %.0f tasks exceeds threshold %.0f tasks',
              id, pending_task_count, $threshold_count) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
