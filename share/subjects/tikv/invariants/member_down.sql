-- invariant: member_down
-- severity:  critical
-- grace:     45s
-- about:     every PD member is healthy
-- doc:       Is the process running, and can the others reach it? PD stops when a majority is gone.
SELECT id AS store_id,
       NOT health AS violated,
       format('PD member %s is unhealthy', coalesce(name, id)) AS message
FROM   member;
