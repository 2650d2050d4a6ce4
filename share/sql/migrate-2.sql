-- SPDX-License-Identifier: ISC
--
-- Brings a ticket database from version 2 to version 3:
--
-- * unknown verdicts are stored, and for each invariant when it last had a known
--   verdict, or why it was not evaluated;
-- * tickets have their last verdict, doc, link, and whether they are muted;
-- * the ledger has new events, and whether the ticket was muted then;
-- * gaps, mutes, and an identity of the ledger are new.

ALTER TABLE tickets ADD COLUMN doc TEXT;
ALTER TABLE tickets ADD COLUMN link TEXT;
ALTER TABLE tickets ADD COLUMN muted INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1));
ALTER TABLE tickets ADD COLUMN verdict TEXT CHECK (verdict = 'violated' OR verdict = 'ok'
	OR verdict = 'unknown' OR verdict = 'not evaluated' OR verdict = 'not listed');
ALTER TABLE tickets ADD COLUMN verdict_since TEXT;
ALTER TABLE tickets ADD COLUMN lost_since TEXT;
ALTER TABLE tickets ADD COLUMN lost INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1));

-- Derived from the timers; the next cycle corrects it.
UPDATE tickets
SET    verdict = CASE WHEN absent_since IS NOT NULL THEN 'not listed'
	WHEN ok_since IS NOT NULL THEN 'ok' ELSE 'violated' END,
       verdict_since = coalesce(absent_since, ok_since)
WHERE  status <> 'resolved';

CREATE TABLE ticket_events_3 (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket_id INTEGER NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
	at        TEXT NOT NULL,
	event     TEXT NOT NULL
	          CHECK (event = 'created' OR event = 'resolved' OR event = 'escalated'
	                 OR event = 'acknowledged' OR event = 'diagnosed' OR event = 'held'
	                 OR event = 'unheld' OR event = 'noted' OR event = 'muted'
	                 OR event = 'unmuted' OR event = 'evidence_lost'
	                 OR event = 'evidence_back'),
	actor     TEXT NOT NULL,
	note      TEXT,
	muted     INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1))
) STRICT;

-- Ids that were pruned are not used again.
INSERT INTO sqlite_sequence (name, seq)
SELECT 'ticket_events_3', seq
FROM   sqlite_sequence
WHERE  name = 'ticket_events';

INSERT INTO ticket_events_3 (id, ticket_id, at, event, actor, note)
SELECT id, ticket_id, at, event, actor, note
FROM   ticket_events
ORDER BY id;

DROP TABLE ticket_events;

ALTER TABLE ticket_events_3 RENAME TO ticket_events;

CREATE INDEX ticket_events_of_ticket ON ticket_events (ticket_id);

CREATE TRIGGER ticket_events_are_not_changed BEFORE UPDATE ON ticket_events
BEGIN
	SELECT RAISE(ABORT, 'ticket_events is append only');
END;

CREATE TRIGGER ticket_events_stay_with_their_ticket BEFORE DELETE ON ticket_events
WHEN EXISTS (SELECT 1 FROM tickets WHERE id = OLD.ticket_id)
BEGIN
	SELECT RAISE(ABORT, 'ticket_events is append only');
END;

ALTER TABLE pending ADD COLUMN opens_at TEXT;
ALTER TABLE pending ADD COLUMN severity TEXT;
ALTER TABLE pending ADD COLUMN message TEXT;

ALTER TABLE cycles ADD COLUMN step_ms INTEGER;
ALTER TABLE cycles ADD COLUMN identified_at TEXT;
ALTER TABLE cycles ADD COLUMN holder TEXT;
ALTER TABLE cycles ADD COLUMN holder_until TEXT;

ALTER TABLE checks ADD COLUMN last_known_at TEXT;
ALTER TABLE checks ADD COLUMN error TEXT;
ALTER TABLE checks ADD COLUMN unknown_digest TEXT;

-- The unknown verdicts of the last complete check of each invariant.
CREATE TABLE unknown (
	subject        TEXT NOT NULL,
	cluster        TEXT NOT NULL,
	invariant_name TEXT NOT NULL,
	violation_key  TEXT NOT NULL,
	store_id       TEXT,
	since          TEXT NOT NULL,
	reason         TEXT,                 -- idle: there was nothing to measure
	missing        TEXT,                 -- JSON: an array of columns
	PRIMARY KEY (subject, cluster, invariant_name, violation_key)
) STRICT, WITHOUT ROWID;

-- Times without cycles that are longer than the usual step between them.
CREATE TABLE gaps (
	subject  TEXT NOT NULL,
	cluster  TEXT NOT NULL,
	began_at TEXT NOT NULL,              -- the last cycle before it
	ended_at TEXT NOT NULL,              -- the first one after it
	PRIMARY KEY (subject, cluster, began_at)
) STRICT, WITHOUT ROWID;

-- Planned work: tickets that match are flagged. The patterns are GLOBs; NULL matches all.
CREATE TABLE mutes (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	cluster    TEXT,
	invariant  TEXT,
	store      TEXT,
	from_at    TEXT NOT NULL,            -- in the cycles' time
	until_at   TEXT NOT NULL,            -- likewise
	reason     TEXT NOT NULL,
	actor      TEXT NOT NULL,
	created_at TEXT NOT NULL,
	lifted_at  TEXT                      -- ended by hand
) STRICT;

-- Identifies the ledger: a cursor is valid only for the ledger that it comes from.
CREATE TABLE op_store (
	ledger_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

INSERT INTO op_store (ledger_id) VALUES (lower(hex(randomblob(16))));

PRAGMA user_version = 3;
