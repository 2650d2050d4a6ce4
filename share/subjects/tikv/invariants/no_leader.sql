-- invariant: no_leader
-- severity:  critical
-- grace:     60s
-- about:     one of the PD members leads
-- doc:       Are most PD members running and connected? See member_down. Without a leader, no transactions.
SELECT NULL AS store_id,
       CASE
       WHEN max(leader) THEN 0
       WHEN count(leader) = count(*) AND count(*) > 0 THEN 1
       END AS violated,
       format('None of %d PD members is the leader', count(*)) AS message
FROM   member;
