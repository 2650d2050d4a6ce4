-- SPDX-License-Identifier: ISC
--
-- Brings a ticket database from version 1 to version 2:
--
-- * checks also stores when an invariant was last listed, so that removed
--   invariants can be distinguished from failing ones, and forgotten;
-- * cycles stores when the last ticket was opened, because nothing can flap if
--   that is long ago;
-- * the history index holds only resolved tickets.

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
