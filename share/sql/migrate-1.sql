-- SPDX-License-Identifier: ISC
--
-- Brings a ticket database from version 1 to version 2: checks also knows when
-- an invariant was last listed at all, so that those that are no more can be
-- told from those that fail, and forgotten.

ALTER TABLE checks ADD COLUMN last_listed_at TEXT;

UPDATE checks
SET    last_listed_at = coalesce(last_complete_at,
	(SELECT last_at
	 FROM   cycles
	 WHERE  cycles.subject = checks.subject AND cycles.cluster = checks.cluster));

PRAGMA user_version = 2;
