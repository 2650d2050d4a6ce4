-- SPDX-License-Identifier: ISC
-- What an invariant of Prometheus' targets can name: the columns of
-- metrics.tsv, and what op-scrape reports about every source.

CREATE TABLE target (
	id        TEXT,   -- the label instance
	up        REAL,   -- 1, or 0 where a scrape of it failed
	scrape_s  REAL,   -- how long the last scrape took
	samples   REAL    -- and how many samples it gave
) STRICT;

CREATE TABLE source (
	id          TEXT,     -- prometheus
	ok          INTEGER,
	kinds       TEXT,
	incomplete  TEXT,
	missing     TEXT,
	url         TEXT,
	error       TEXT,
	elapsed_ms  REAL,
	skew_ms     REAL
) STRICT;
