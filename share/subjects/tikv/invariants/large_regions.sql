-- invariant: large_regions
-- severity:  warning
-- grace:     60s
-- param:     threshold_bytes = 1073741824
-- about:     P99 size of the regions that were checked stays under the threshold
-- doc:       Regions are not split fast enough: writes into few regions, or a split switched off?
SELECT NULL AS store_id,
       CASE
       WHEN c.region_size_p99_bytes > $threshold_bytes THEN 1
       WHEN s.silent = 0 AND coalesce(c.tikv_gap_count, 0) = 0
            AND NOT EXISTS (SELECT 1 FROM source WHERE instr(missing, 'tikv_gap_count') > 0)
       THEN c.region_size_p99_bytes > $threshold_bytes
       END AS violated,
       format('Region size P99 %.2f GiB exceeds threshold %.2f GiB',
              c.region_size_p99_bytes / 1073741824.0, $threshold_bytes / 1073741824.0) AS message,
       CASE WHEN c.region_size_p99_bytes IS NULL AND c.region_size_per_s = 0 THEN 'idle' END AS reason
FROM   cluster AS c,
      (SELECT count(*) FILTER (WHERE NOT coalesce(scraped = 1, memory_bytes IS NOT NULL)) AS silent
       FROM   store
       WHERE  state IS NOT 'Tombstone' AND engine IS NOT 'tiflash'
              AND physically_destroyed IS NOT 1) AS s;
