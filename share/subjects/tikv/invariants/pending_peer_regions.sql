-- invariant: pending_peer_regions
-- severity:  warning
-- grace:     60s
-- param:     threshold_count = 100
-- about:     few regions have a replica whose log is far behind
-- doc:       A slow store or a lot of scheduling: check raft_log_lag and raft_append_slow.
SELECT NULL AS store_id,
       pending_peer_region_count > $threshold_count AS violated,
       format('%.0f regions have a replica that lags behind, threshold %.0f',
              pending_peer_region_count, $threshold_count) AS message
FROM   cluster;
