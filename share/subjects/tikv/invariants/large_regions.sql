-- invariant: large_regions
-- severity:  warning
-- grace:     60s
-- param:     threshold_bytes = 1073741824
-- about:     P99 size of the regions that were looked at stays under the threshold
-- doc:       Regions are not split fast enough: writes into few regions, or a split switched off?
SELECT NULL AS store_id,
       coalesce(region_size_p99_bytes > $threshold_bytes,
                CASE WHEN region_size_per_s = 0 THEN 0 END) AS violated,
       format('Region size P99 %.2f GiB exceeds threshold %.2f GiB',
              region_size_p99_bytes / 1073741824.0, $threshold_bytes / 1073741824.0) AS message
FROM   cluster;
