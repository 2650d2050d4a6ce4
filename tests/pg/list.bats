#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A long list is read from the server in chunks.

load ../helper
load ../pg

setup() {
	export USER=tester TZ=UTC
	cd "$BATS_TEST_TMPDIR" || return
	pg_start main fsync=off
	export OP_DB="postgresql:///postgres?host=$PG&user=postgres"
	op-ticket create 2>/dev/null
}

teardown() { pg_end; }

# tickets N BYTES: tickets 1 to N, each with a message of BYTES; every third is resolved
tickets() {
	printf '%s\n' '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"c","at":"2026-01-24T00:00:00Z"}' \
		'{"kind":"violation","invariant_name":"down"}' '{"kind":"check","invariant_name":"down","complete":true}' '{"kind":"end"}' |
		op-ticket ingest 2>/dev/null
	sql "$PG" "INSERT INTO tickets SELECT r.* FROM generate_series(2, $1) AS n, tickets AS t,
		LATERAL json_populate_record(t, json_build_object('id', n, 'violation_key', 'down:' || n, 'store_id', n::text,
			'message', repeat('x', $2), 'status', CASE WHEN n % 3 = 0 THEN 'resolved' ELSE 'open' END,
			'resolution', CASE WHEN n % 3 = 0 THEN 'cleared' END,
			'resolved_at', CASE WHEN n % 3 = 0 THEN '2026-01-24T00:00:00.000Z' END)) AS r"
}

@test "a list has each ticket once and in order, wherever its chunks end" {
	tickets 15001 1
	op-ticket list --ndjson >listed
	cmp <(jq .id listed) <(seq 15001 -1 1)
	op-ticket list --open --ndjson >listed
	cmp <(jq .id listed) <(seq 15001 -1 1 | awk '$1 % 3')
	# the last chunk is full
	sql "$PG" 'DELETE FROM tickets WHERE id > 10000'
	op-ticket list --ndjson >listed
	cmp <(jq .id listed) <(seq 10000 -1 1)
	[ "$(op-ticket list --sort id --limit 1 --ndjson | jq .id)" = 1 ]
}

@test "a list needs memory for a chunk, not for all tickets" {
	tickets 20000 5000
	[ "$(sql "$PG" 'SELECT sum(length(message)) / 1000000 FROM tickets')" -ge 99 ] # MB
	run -0 python3 -c '
import resource, subprocess, sys
subprocess.run(["op-ticket", "list", "--sort", "id", "--limit", "1", "--ndjson"], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)'
	echo "$output MB"
	[ "$output" -lt 80 ]
}
