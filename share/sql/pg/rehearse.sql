-- SPDX-License-Identifier: ISC
--
-- For op-ticket ingest --dry-run: copies of the tables under the same names,
-- which hide the originals, in one transaction that is never committed. Nothing
-- is locked, and others see nothing of what is written.

CREATE TEMPORARY TABLE op_ids ON COMMIT DROP AS TABLE op_ids;
CREATE TEMPORARY TABLE tickets ON COMMIT DROP AS TABLE tickets;
ALTER TABLE tickets ADD PRIMARY KEY (id), ALTER muted SET DEFAULT FALSE, ALTER lost SET DEFAULT FALSE;
CREATE UNIQUE INDEX ON tickets (subject, cluster, violation_key) WHERE status <> 'resolved';
CREATE INDEX ON tickets (subject, cluster, violation_key, created_at) WHERE status = 'resolved';
CREATE TEMPORARY TABLE ticket_events (LIKE ticket_events) ON COMMIT DROP;
CREATE TEMPORARY TABLE pending ON COMMIT DROP AS TABLE pending;
ALTER TABLE pending ADD PRIMARY KEY (subject, cluster, violation_key);
CREATE TEMPORARY TABLE cycles ON COMMIT DROP AS TABLE cycles;
ALTER TABLE cycles ADD PRIMARY KEY (subject, cluster);
CREATE TEMPORARY TABLE checks ON COMMIT DROP AS TABLE checks;
ALTER TABLE checks ADD PRIMARY KEY (subject, cluster, invariant_name);
CREATE TEMPORARY TABLE unknown ON COMMIT DROP AS TABLE unknown;
ALTER TABLE unknown ADD PRIMARY KEY (subject, cluster, invariant_name, violation_key);
CREATE TEMPORARY TABLE gaps ON COMMIT DROP AS TABLE gaps;
ALTER TABLE gaps ADD PRIMARY KEY (subject, cluster, began_at);
CREATE TEMPORARY TABLE mutes ON COMMIT DROP AS TABLE mutes;
