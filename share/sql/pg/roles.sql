-- SPDX-License-Identifier: ISC
--
-- Who may do what with the tickets in a PostgreSQL. Run it as the owner of the
-- tables, who may also create roles, after `op-ticket --db ... create`, with the
-- same schema first in the search path, and again after `migrate`:
--
--   psql --single-transaction -v ON_ERROR_STOP=1 -f roles.sql
--
-- Nobody logs in as one of these roles. They are granted to those who do:
--
--   CREATE ROLE mon_a LOGIN PASSWORD '...' IN ROLE op_ingest;
--
-- op_read    list, show, events, incidents, stats, status, mutes, export
-- op_ingest  op_read, and ingest: a monitor
-- op_people  op_read, and ack, note, diagnose, hold, unhold, resolve, mute,
--            unmute, adopt, forget
--
-- Only the owner may prune, import and migrate. Monitors and people cannot
-- delete tickets, and can neither change nor delete events of the ledger.

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['op_read', 'op_ingest', 'op_people'] LOOP
		IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = name) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', name);
		END IF;
		EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), name);
	END LOOP;
END
$$;

REVOKE ALL ON op_store, op_ids, tickets, ticket_events, pending, cycles, checks, unknown, gaps, mutes
	FROM PUBLIC, op_read, op_ingest, op_people;

GRANT SELECT ON op_store, op_ids, tickets, ticket_events, pending, cycles, checks, unknown, gaps, mutes
	TO op_read, op_ingest, op_people;

GRANT UPDATE ON op_ids TO op_ingest;
GRANT INSERT, UPDATE ON tickets TO op_ingest;
GRANT INSERT ON ticket_events TO op_ingest;
GRANT INSERT, UPDATE, DELETE ON pending, unknown TO op_ingest;
GRANT INSERT, UPDATE, DELETE ON cycles TO op_ingest; -- a refused first cycle leaves an empty row
GRANT INSERT, UPDATE ON checks, gaps TO op_ingest;

GRANT UPDATE ON op_ids TO op_people;
GRANT UPDATE ON tickets TO op_people;
GRANT INSERT ON ticket_events TO op_people;
GRANT INSERT, UPDATE ON mutes TO op_people;
GRANT UPDATE, DELETE ON cycles TO op_people; -- to lock the row of the cluster whose tickets change
GRANT DELETE ON pending, checks, unknown TO op_people; -- for forget and adopt
