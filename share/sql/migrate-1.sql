-- SPDX-License-Identifier: ISC
--
-- Brings a ticket database from version 1 to version 2:
--
-- * checks also knows when an invariant was last listed at all, so that those
--   that are no more can be told from those that fail, and forgotten;
-- * cycles knows when the last ticket was opened: flapping has nothing to look
--   for where that is long ago;
-- * the index of the history holds resolved tickets alone.

ALTER TABLE checks ADD COLUMN last_listed_at TEXT;

UPDATE checks
SET    last_listed_at = coalesce(last_complete_at,
	(SELECT last_at
	 FROM   cycles
	 WHERE  cycles.subject = checks.subject AND cycles.cluster = checks.cluster));

ALTER TABLE cycles ADD COLUMN last_opened_at TEXT;

UPDATE cycles
SET    last_opened_at =
	(SELECT max(created_at)
	 FROM   tickets
	 WHERE  tickets.subject = cycles.subject AND tickets.cluster = cycles.cluster);

DROP INDEX tickets_history;

CREATE INDEX tickets_history ON tickets (subject, cluster, violation_key, created_at)
	WHERE status = 'resolved';

PRAGMA user_version = 2;
