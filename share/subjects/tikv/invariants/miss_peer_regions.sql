-- invariant: miss_peer_regions
-- severity:  critical
-- grace:     60s
-- param:     threshold_count = 100
-- about:     few regions have fewer replicas than wanted
-- doc:       See store_down. Are there enough stores with space and the right labels for the replicas?
SELECT NULL AS store_id,
       miss_peer_region_count > $threshold_count AS violated,
       format('%.0f regions have too few replicas, threshold %.0f',
              miss_peer_region_count, $threshold_count) AS message
FROM   cluster;
