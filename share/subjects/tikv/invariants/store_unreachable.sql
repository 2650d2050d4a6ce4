-- invariant: store_unreachable
-- severity:  critical
-- grace:     60s
-- param:     threshold_per_s = 10
-- about:     the peers of a store can deliver their messages to it
-- doc:       Is the store up? Then look at the network between it and its peers; else see store_down.
SELECT id AS store_id,
       unreachable_per_s > $threshold_per_s AS violated,
       format('Store %s%s cannot be reached by its peers: %.1f failures/s, threshold %.1f',
              id, coalesce(' at ' || address, ''), unreachable_per_s, $threshold_per_s) AS message
FROM   store
WHERE  state IS NOT 'Tombstone';
