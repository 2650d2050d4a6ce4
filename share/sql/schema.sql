-- SPDX-License-Identifier: ISC
--
-- The tickets of op-ticket, version 3. This file makes an empty database, in
-- op-ticket and under sqlite3(1) alike.
--
-- If you open the file with sqlite3, Datasette or the like:
--
-- * Times are texts like 2026-01-24T23:08:17.123Z, always with three digits
--   of milliseconds and always UTC, so they compare and sort as texts.
-- * The times that op-ticket ingest writes are those of the cycles that it
--   reads, not the clock's; commands by hand use the clock.
-- * Reading is harmless. Leave writing to op-ticket: the constraints and
--   triggers below do not guard all that it relies on.
--
--   sqlite3 -box ~/.operator/tickets.db "SELECT id, status, severity,
--       violation_key, message FROM tickets WHERE status <> 'resolved'"
--
-- The constraints join words with OR, because for IN with more than two words
-- SQLite builds a table for each row that is written.

PRAGMA application_id = 1869640809; -- "opti", 0x6f707469
PRAGMA user_version = 3;

CREATE TABLE tickets (
	id               INTEGER PRIMARY KEY AUTOINCREMENT, -- dense, never reused
	subject          TEXT NOT NULL,      -- what kind of system: tikv
	cluster          TEXT NOT NULL,      -- the name of the system
	violation_key    TEXT NOT NULL,      -- invariant_name, or invariant_name:store_id
	invariant_name   TEXT NOT NULL,
	store_id         TEXT,               -- NULL: the whole cluster
	status           TEXT NOT NULL
	                 CHECK (status = 'open' OR status = 'acknowledged' OR status = 'diagnosed'
	                        OR status = 'resolved'),
	held             INTEGER NOT NULL CHECK (held IN (0, 1)), -- 1: only resolved by hand
	held_until       TEXT,               -- the hold ends with the first cycle from then on
	flapping         INTEGER NOT NULL CHECK (flapping IN (0, 1)), -- 1: resolved once quiet
	flap_window_s    ANY,                -- how long it must be quiet for that
	batch_key        TEXT NOT NULL,      -- tickets that began together
	occurrence_count INTEGER NOT NULL CHECK (occurrence_count > 0),
	first_seen_at    TEXT NOT NULL,      -- the first violation, before the grace
	last_seen_at     TEXT NOT NULL,      -- the last one
	ok_since         TEXT,               -- ok since then, but held or flapping
	absent_since     TEXT,               -- its key has not been listed since then
	resolved_at      TEXT,
	resolution       TEXT CHECK (resolution = 'cleared' OR resolution = 'gone'
	                        OR resolution = 'manual'),
	message          TEXT,               -- of the last violation
	severity         TEXT NOT NULL
	                 CHECK (severity = 'critical' OR severity = 'warning' OR severity = 'info'),
	diagnosis        TEXT,               -- Markdown
	metric_snapshot  TEXT,               -- JSON: what was observed when it was opened
	created_at       TEXT NOT NULL,
	updated_at       TEXT NOT NULL,
	doc              TEXT,               -- of the last violation: what to do about it
	link             TEXT,               -- likewise: a URL
	muted            INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1)), -- 1: by a mute
	verdict          TEXT                -- the last one; NULL once it is resolved
	                 CHECK (verdict = 'violated' OR verdict = 'ok' OR verdict = 'unknown'
	                        OR verdict = 'not evaluated' OR verdict = 'not listed'),
	verdict_since    TEXT,               -- NULL for violated: that is first_seen_at
	lost_since       TEXT,               -- no evidence since then: unknown or not evaluated
	lost             INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1)), -- 1: the ledger has an event for it
	CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
	CHECK ((status = 'resolved') = (resolution IS NOT NULL))
) STRICT;

-- At most one unresolved ticket per key. Also finds all unresolved tickets.
CREATE UNIQUE INDEX tickets_unresolved ON tickets (subject, cluster, violation_key)
	WHERE status <> 'resolved';

-- For flapping: how often this key had a ticket lately. It holds only resolved
-- tickets, so that opening a ticket reads this index but does not write to its
-- middle, however long the history is.
CREATE INDEX tickets_history ON tickets (subject, cluster, violation_key, created_at)
	WHERE status = 'resolved';

CREATE TRIGGER tickets_status_goes_forward BEFORE UPDATE OF status ON tickets
WHEN instr('open acknowledged diagnosed resolved', NEW.status)
	< instr('open acknowledged diagnosed resolved', OLD.status)
	OR OLD.status = 'resolved'
BEGIN
	SELECT RAISE(ABORT, 'the status of a ticket goes forward only');
END;

-- The ledger: append only. Events are deleted only with their ticket (op-ticket prune).
CREATE TABLE ticket_events (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket_id INTEGER NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
	at        TEXT NOT NULL,
	event     TEXT NOT NULL
	          CHECK (event = 'created' OR event = 'resolved' OR event = 'escalated'
	                 OR event = 'acknowledged' OR event = 'diagnosed' OR event = 'held'
	                 OR event = 'unheld' OR event = 'noted' OR event = 'muted'
	                 OR event = 'unmuted' OR event = 'evidence_lost'
	                 OR event = 'evidence_back'),
	actor     TEXT NOT NULL,             -- op: op-ticket ingest; else who ran the command
	note      TEXT,                      -- for diagnosed: the diagnosis at that time
	muted     INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1)) -- 1: its ticket was muted then
) STRICT;

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

-- Violations within their grace, which are not tickets yet.
CREATE TABLE pending (
	subject        TEXT NOT NULL,
	cluster        TEXT NOT NULL,
	violation_key  TEXT NOT NULL,
	invariant_name TEXT NOT NULL,
	store_id       TEXT,
	first_seen_at  TEXT NOT NULL,
	last_seen_at   TEXT NOT NULL,
	opens_at       TEXT,                 -- when its grace ends
	severity       TEXT,                 -- of the last violation
	message        TEXT,                 -- likewise
	PRIMARY KEY (subject, cluster, violation_key)
) STRICT, WITHOUT ROWID;

-- The last cycle of each cluster: cycles are taken once, and in order.
CREATE TABLE cycles (
	subject    TEXT NOT NULL,
	cluster    TEXT NOT NULL,
	cluster_id TEXT,                     -- the cluster's own id, once known
	last_at    TEXT NOT NULL,
	digest     TEXT NOT NULL,            -- of the lines between begin and end
	last_opened_at TEXT,                 -- the latest created_at of all its tickets: if
	                                     -- that is long ago, nothing can flap
	step_ms    INTEGER,                  -- from the cycle before the last one to the last one
	identified_at TEXT,                  -- the last cycle that carried a cluster_id
	holder     TEXT,                     -- the monitor that holds its lease
	holder_until TEXT,
	PRIMARY KEY (subject, cluster)
) STRICT, WITHOUT ROWID;

-- When each invariant was last evaluated.
CREATE TABLE checks (
	subject          TEXT NOT NULL,
	cluster          TEXT NOT NULL,
	invariant_name   TEXT NOT NULL,
	last_complete_at TEXT,               -- NULL: never
	last_listed_at   TEXT,               -- by a cycle, complete or not
	last_known_at    TEXT,               -- the last complete one with a known verdict
	error            TEXT,               -- why the last one was not complete
	unknown_digest   TEXT,               -- of its unknown records; NULL: none
	PRIMARY KEY (subject, cluster, invariant_name)
) STRICT, WITHOUT ROWID;

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
