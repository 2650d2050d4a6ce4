-- invariant: etcd_peer_slow
-- severity:  warning
-- grace:     60s
-- param:     threshold_s = 1
-- about:     P99 round trip between a PD member and its slowest peer stays under the threshold
-- doc:       Check the network between the PD members. A single member has no peers.
SELECT id AS store_id,
       CASE
       WHEN (SELECT count(*) FROM member) = 1 THEN 0
       ELSE etcd_peer_rtt_p99_s > $threshold_s
       END AS violated,
       format('PD member %s round trip to its slowest peer P99 %.2fs exceeds threshold %.2fs',
              coalesce(name, id),
              etcd_peer_rtt_p99_s, $threshold_s) AS message
FROM   member;
