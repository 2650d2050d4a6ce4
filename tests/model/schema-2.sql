-- SPDX-License-Identifier: ISC
--
-- The tickets of op-ticket, version 2. This file makes an empty database, in
-- op-ticket and under sqlite3(1) alike.
--
-- For those who open the file with sqlite3, Datasette or the like:
--
-- * Times are texts like 2026-01-24T23:08:17.123Z, always with three digits
--   of milliseconds and always UTC: they compare as they are.
-- * The times that op-ticket ingest writes are those of the cycles that it
--   reads, not the clock's; commands by hand use the clock.
-- * Reading disturbs nobody. Writing is better left to op-ticket; what the
--   constraints and triggers below refuse would break its promises.
--
--   sqlite3 -box ~/.operator/tickets.db "SELECT id, status, severity,
--       violation_key, message FROM tickets WHERE status <> 'resolved'"

PRAGMA application_id = 1869640809; -- "opti", 0x6f707469
PRAGMA user_version = 2;

CREATE TABLE tickets (
	id               INTEGER PRIMARY KEY AUTOINCREMENT, -- dense, never used again
	subject          TEXT NOT NULL,      -- what kind of system: tikv
	cluster          TEXT NOT NULL,      -- which one of them
	violation_key    TEXT NOT NULL,      -- invariant_name, or invariant_name:store_id
	invariant_name   TEXT NOT NULL,
	store_id         TEXT,               -- NULL: the whole cluster
	status           TEXT NOT NULL
	                 CHECK (status IN ('open', 'acknowledged', 'diagnosed', 'resolved')),
	held             INTEGER NOT NULL CHECK (held IN (0, 1)), -- 1: only resolved by hand
	held_until       TEXT,               -- the hold ends with the first cycle from then on
	flapping         INTEGER NOT NULL CHECK (flapping IN (0, 1)), -- 1: resolved once quiet
	flap_window_s    ANY,                -- how long it has to be quiet for that
	batch_key        TEXT NOT NULL,      -- tickets that began together
	occurrence_count INTEGER NOT NULL CHECK (occurrence_count > 0),
	first_seen_at    TEXT NOT NULL,      -- the first violation, before the grace
	last_seen_at     TEXT NOT NULL,      -- the last one
	ok_since         TEXT,               -- it holds since then, and is held or flapping
	absent_since     TEXT,               -- nothing has been listed for its key since then
	resolved_at      TEXT,
	resolution       TEXT CHECK (resolution IN ('cleared', 'gone', 'manual')),
	message          TEXT,               -- of the last violation
	severity         TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
	diagnosis        TEXT,               -- Markdown
	metric_snapshot  TEXT,               -- JSON: what was observed when it was opened
	created_at       TEXT NOT NULL,
	updated_at       TEXT NOT NULL,
	CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
	CHECK ((status = 'resolved') = (resolution IS NOT NULL))
) STRICT;

-- At most one unresolved ticket a key; also the way to all unresolved ones.
CREATE UNIQUE INDEX tickets_unresolved ON tickets (subject, cluster, violation_key)
	WHERE status <> 'resolved';

-- How often did this key have a ticket of late? Flapping asks, of those that
-- are resolved: so that opening a ticket reads this index but writes nothing
-- into the midst of it, however long the history is.
CREATE INDEX tickets_history ON tickets (subject, cluster, violation_key, created_at)
	WHERE status = 'resolved';

CREATE TRIGGER tickets_status_goes_forward BEFORE UPDATE OF status ON tickets
WHEN instr('open acknowledged diagnosed resolved', NEW.status)
	< instr('open acknowledged diagnosed resolved', OLD.status)
	OR OLD.status = 'resolved'
BEGIN
	SELECT RAISE(ABORT, 'the status of a ticket goes forward only');
END;

-- The ledger. Append only; events go with their ticket alone (op-ticket prune).
CREATE TABLE ticket_events (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket_id INTEGER NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
	at        TEXT NOT NULL,
	event     TEXT NOT NULL CHECK (event IN ('created', 'acknowledged', 'diagnosed', 'held',
	                  'unheld', 'escalated', 'resolved')),
	actor     TEXT NOT NULL,             -- op: op-ticket ingest; else who gave the command
	note      TEXT                       -- of diagnosed: the diagnosis as it was then
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

-- Violations that are within their grace: not tickets yet.
CREATE TABLE pending (
	subject        TEXT NOT NULL,
	cluster        TEXT NOT NULL,
	violation_key  TEXT NOT NULL,
	invariant_name TEXT NOT NULL,
	store_id       TEXT,
	first_seen_at  TEXT NOT NULL,
	last_seen_at   TEXT NOT NULL,
	PRIMARY KEY (subject, cluster, violation_key)
) STRICT, WITHOUT ROWID;

-- The last cycle of every cluster: a cycle is taken once, and in order.
CREATE TABLE cycles (
	subject    TEXT NOT NULL,
	cluster    TEXT NOT NULL,
	cluster_id TEXT,                     -- what the cluster calls itself, once known
	last_at    TEXT NOT NULL,
	digest     TEXT NOT NULL,            -- of the lines between begin and end
	last_opened_at TEXT,                 -- the latest created_at that its tickets ever had:
	                                     -- nothing flaps where that is long ago
	PRIMARY KEY (subject, cluster)
) STRICT, WITHOUT ROWID;

-- When was each invariant last evaluated?
CREATE TABLE checks (
	subject          TEXT NOT NULL,
	cluster          TEXT NOT NULL,
	invariant_name   TEXT NOT NULL,
	last_complete_at TEXT,               -- NULL: never yet
	last_listed_at   TEXT,               -- by a cycle, complete or not
	PRIMARY KEY (subject, cluster, invariant_name)
) STRICT, WITHOUT ROWID;
