-- invariant: instance_mismatch
-- severity:  warning
-- grace:     10m
-- about:     PD and Prometheus agree on the capacity of a store, so its metrics are its own
-- doc:       Another store's metrics? Name the right instance: op-scrape --instance STORE=INSTANCE.
SELECT id AS store_id,
       disk_total_differs AS violated,
       format('Store %s%s has %.1f GiB in PD, its instance %s in Prometheus %.1f GiB', id,
              coalesce(' at ' || address, ''), disk_total_bytes / 1073741824.0, instance,
              disk_total_metric_bytes / 1073741824.0) AS message
FROM   store
WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash';
