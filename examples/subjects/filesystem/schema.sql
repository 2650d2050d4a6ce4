-- SPDX-License-Identifier: ISC
-- What an invariant of filesystems can name.

CREATE TABLE filesystem (
	id           TEXT,     -- where it is mounted
	device       TEXT,
	total_bytes  INTEGER,
	used_bytes   INTEGER,
	free_bytes   INTEGER   -- for those who are not root: less than total - used
) STRICT;

CREATE TABLE source (
	id     TEXT,           -- df
	ok     INTEGER,
	kinds  TEXT,
	error  TEXT
) STRICT;
