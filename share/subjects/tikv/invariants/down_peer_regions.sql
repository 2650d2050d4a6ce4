-- invariant: down_peer_regions
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 0
-- about:     no region has a replica that does not answer
-- doc:       See store_down, store_unreachable. PD replaces the replica after max-store-down-time.
SELECT NULL AS store_id,
       down_peer_region_count > $threshold_count AS violated,
       format('%.0f regions have a replica that does not answer, threshold %.0f',
              down_peer_region_count, $threshold_count) AS message
FROM   cluster;
