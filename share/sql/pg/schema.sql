-- SPDX-License-Identifier: ISC
--
-- The tickets of op-ticket in PostgreSQL 15 or newer, version 3. `op-ticket
-- --db postgresql://... create` runs this in the first schema of the search
-- path, within one transaction; psql --single-transaction does the same.
--
-- If you open it with psql, Grafana or the like:
--
-- * Times are texts like 2026-01-24T23:08:17.123Z, always with three digits
--   of milliseconds and always UTC. They compare and sort as texts, and can be
--   cast: created_at::timestamptz. They are not stored as timestamptz, so that
--   SQLite and PostgreSQL hold the same bytes: output, exports and comparisons
--   are the same for both, and so are most statements.
-- * metric_snapshot and missing are JSON texts, byte for byte as they arrived:
--   metric_snapshot::jsonb.
-- * The times that op-ticket ingest writes are those of the cycles that it
--   reads, not the clock's; commands by hand use the clock. holder_until alone
--   is a time of this server's clock.
-- * Reading is harmless. Leave writing to op-ticket.

CREATE TABLE op_store (
	one       boolean PRIMARY KEY DEFAULT TRUE CHECK (one), -- one row
	version   integer NOT NULL,
	ledger_id text COLLATE "C" NOT NULL        -- a cursor is valid for this ledger only
);

-- The last id of each kind, in one row that is locked from taking an id to the
-- commit, so that ids have no gaps and become visible in order.
CREATE TABLE op_ids (
	one            boolean PRIMARY KEY DEFAULT TRUE CHECK (one),
	last_ticket_id bigint NOT NULL,
	last_event_id  bigint NOT NULL,
	last_mute_id   bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE tickets (
	id               bigint PRIMARY KEY,
	subject          text COLLATE "C" NOT NULL,
	cluster          text COLLATE "C" NOT NULL,
	violation_key    text COLLATE "C" NOT NULL, -- invariant_name, or invariant_name:store_id
	invariant_name   text COLLATE "C" NOT NULL,
	store_id         text COLLATE "C",          -- NULL: the whole cluster
	status           text COLLATE "C" NOT NULL
	                 CHECK (status IN ('open', 'acknowledged', 'diagnosed', 'resolved')),
	held             boolean NOT NULL,          -- only resolved by hand
	held_until       text COLLATE "C",          -- the hold ends with the first cycle from then on
	flapping         boolean NOT NULL,          -- resolved once quiet
	flap_window_s    double precision,          -- how long it must be quiet for that
	batch_key        text COLLATE "C" NOT NULL, -- tickets that began together
	occurrence_count bigint NOT NULL CHECK (occurrence_count > 0),
	first_seen_at    text COLLATE "C" NOT NULL, -- the first violation, before the grace
	last_seen_at     text COLLATE "C" NOT NULL, -- the last one
	ok_since         text COLLATE "C",          -- ok since then, but held or flapping
	absent_since     text COLLATE "C",          -- its key has not been listed since then
	resolved_at      text COLLATE "C",
	resolution       text COLLATE "C" CHECK (resolution IN ('cleared', 'gone', 'manual')),
	message          text COLLATE "C",          -- of the last violation
	severity         text COLLATE "C" NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
	diagnosis        text COLLATE "C",          -- Markdown
	metric_snapshot  text COLLATE "C",          -- JSON: what was observed when it was opened
	created_at       text COLLATE "C" NOT NULL,
	updated_at       text COLLATE "C" NOT NULL,
	doc              text COLLATE "C",          -- of the last violation: what to do about it
	link             text COLLATE "C",          -- likewise: a URL
	muted            boolean NOT NULL DEFAULT FALSE, -- by a mute
	verdict          text COLLATE "C" CHECK (verdict IN ('violated', 'ok', 'unknown',
	                 'not evaluated', 'not listed')), -- the last one; NULL once it is resolved
	verdict_since    text COLLATE "C",          -- NULL for violated: that is first_seen_at
	lost_since       text COLLATE "C",          -- no evidence since then: unknown or not evaluated
	lost             boolean NOT NULL DEFAULT FALSE, -- the ledger has an event for it
	CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
	CHECK ((status = 'resolved') = (resolution IS NOT NULL))
) WITH (fillfactor = 70);

-- At most one unresolved ticket per key. Also finds all unresolved tickets.
CREATE UNIQUE INDEX tickets_unresolved ON tickets (subject, cluster, violation_key)
	WHERE status <> 'resolved';

-- For flapping: how often this key had a ticket lately.
CREATE INDEX tickets_history ON tickets (subject, cluster, violation_key, created_at)
	WHERE status = 'resolved';

-- The ledger: append only. Events are deleted only with their ticket (op-ticket prune).
CREATE TABLE ticket_events (
	id        bigint PRIMARY KEY,
	ticket_id bigint NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
	at        text COLLATE "C" NOT NULL,
	event     text COLLATE "C" NOT NULL CHECK (event IN ('created', 'acknowledged', 'diagnosed',
	          'held', 'unheld', 'escalated', 'resolved', 'noted', 'muted', 'unmuted',
	          'evidence_lost', 'evidence_back')),
	actor     text COLLATE "C" NOT NULL,        -- op: op-ticket ingest; else who ran the command
	note      text COLLATE "C",                 -- for diagnosed: the diagnosis at that time
	muted     boolean NOT NULL DEFAULT FALSE    -- its ticket was muted then
);

CREATE INDEX ticket_events_of_ticket ON ticket_events (ticket_id);

-- Violations within their grace, which are not tickets yet.
CREATE TABLE pending (
	subject        text COLLATE "C" NOT NULL,
	cluster        text COLLATE "C" NOT NULL,
	violation_key  text COLLATE "C" NOT NULL,
	invariant_name text COLLATE "C" NOT NULL,
	store_id       text COLLATE "C",
	first_seen_at  text COLLATE "C" NOT NULL,
	last_seen_at   text COLLATE "C" NOT NULL,
	opens_at       text COLLATE "C",            -- when its grace ends
	severity       text COLLATE "C",            -- of the last violation
	message        text COLLATE "C",            -- likewise
	PRIMARY KEY (subject, cluster, violation_key)
);

-- The last cycle of each cluster: cycles are taken once, and in order. Any
-- change to a cluster locks its row. A row without last_at is only such a lock,
-- made by the transaction that takes the first cycle.
CREATE TABLE cycles (
	subject        text COLLATE "C" NOT NULL,
	cluster        text COLLATE "C" NOT NULL,
	cluster_id     text COLLATE "C",            -- the cluster's own id, once known
	last_at        text COLLATE "C",
	digest         text COLLATE "C",            -- of the lines between begin and end
	last_opened_at text COLLATE "C",            -- the latest created_at of its tickets
	step_ms        bigint,                      -- from the cycle before the last one to it
	identified_at  text COLLATE "C",            -- the last cycle that carried a cluster_id
	holder         text COLLATE "C",            -- the monitor that holds its lease
	holder_until   text COLLATE "C",
	PRIMARY KEY (subject, cluster)
) WITH (fillfactor = 50);

-- When each invariant was last evaluated.
CREATE TABLE checks (
	subject          text COLLATE "C" NOT NULL,
	cluster          text COLLATE "C" NOT NULL,
	invariant_name   text COLLATE "C" NOT NULL,
	last_complete_at text COLLATE "C",          -- NULL: never
	last_listed_at   text COLLATE "C",          -- by a cycle, complete or not
	last_known_at    text COLLATE "C",          -- the last complete one with a known verdict
	error            text COLLATE "C",          -- why the last one was not complete
	unknown_digest   text COLLATE "C",          -- of its unknown records; NULL: none
	PRIMARY KEY (subject, cluster, invariant_name)
) WITH (fillfactor = 50);

-- The unknown verdicts of the last complete check of each invariant.
CREATE TABLE unknown (
	subject        text COLLATE "C" NOT NULL,
	cluster        text COLLATE "C" NOT NULL,
	invariant_name text COLLATE "C" NOT NULL,
	violation_key  text COLLATE "C" NOT NULL,
	store_id       text COLLATE "C",
	since          text COLLATE "C" NOT NULL,
	reason         text COLLATE "C",            -- idle: there was nothing to measure
	missing        text COLLATE "C",            -- JSON: an array of columns
	PRIMARY KEY (subject, cluster, invariant_name, violation_key)
);

-- Times without cycles that are longer than the usual step between them.
CREATE TABLE gaps (
	subject  text COLLATE "C" NOT NULL,
	cluster  text COLLATE "C" NOT NULL,
	began_at text COLLATE "C" NOT NULL,         -- the last cycle before it
	ended_at text COLLATE "C" NOT NULL,         -- the first one after it
	PRIMARY KEY (subject, cluster, began_at)
);

-- Planned work: tickets that match are flagged. The patterns are GLOBs; NULL matches all.
CREATE TABLE mutes (
	id         bigint PRIMARY KEY,
	cluster    text COLLATE "C",
	invariant  text COLLATE "C",
	store      text COLLATE "C",
	from_at    text COLLATE "C" NOT NULL,       -- in the cycles' time
	until_at   text COLLATE "C" NOT NULL,       -- likewise
	reason     text COLLATE "C" NOT NULL,
	actor      text COLLATE "C" NOT NULL,
	created_at text COLLATE "C" NOT NULL,
	lifted_at  text COLLATE "C"                 -- ended by hand
);

INSERT INTO op_ids (last_ticket_id, last_event_id, last_mute_id) VALUES (0, 0, 0);

INSERT INTO op_store (version, ledger_id)
VALUES (3, replace(gen_random_uuid()::text, '-', ''));
