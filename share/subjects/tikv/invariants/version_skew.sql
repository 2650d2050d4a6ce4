-- invariant: version_skew
-- severity:  warning
-- grace:     2h
-- about:     all stores run the same version
-- doc:       An upgrade was left unfinished: finish it. While it runs, versions differ on purpose.
SELECT NULL AS store_id,
       CASE WHEN low <> high THEN 1 WHEN known = stores AND stores > 0 THEN 0 END AS violated,
       format('%d stores run different versions: %s', stores,
              (SELECT group_concat(version, ', ')
               FROM  (SELECT DISTINCT version FROM store
                      WHERE  state IS NOT 'Down' AND state IS NOT 'Tombstone'
                             AND engine IS NOT 'tiflash'
                      ORDER  BY version))) AS message
FROM  (SELECT count(*) AS stores, count(version) AS known, min(version) AS low, max(version) AS high
       FROM   store
       WHERE  state IS NOT 'Down' AND state IS NOT 'Tombstone' AND engine IS NOT 'tiflash');
