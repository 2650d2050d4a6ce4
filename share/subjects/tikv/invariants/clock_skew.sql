-- invariant: clock_skew
-- severity:  warning
-- grace:     60s
-- param:     threshold_ms = 2000
-- about:     the clocks of the sources and of this machine agree; a Date header counts whole seconds
-- doc:       Check NTP on both. TiKV and the times of tickets need synchronized clocks.
SELECT id AS store_id,
       abs(skew_ms) > $threshold_ms AS violated,
       format('Clock of source %s is %+.0fms off, threshold %.0fms',
              id, skew_ms, $threshold_ms) AS message
FROM   source;
