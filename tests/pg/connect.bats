#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket-pg: its connections, the schema, and the number of round trips.

load ../helper
load ../pg

setup_file() {
	pg_start main fsync=off
	export PG
}

teardown_file() { pg_end; }

setup() {
	export USER=tester TZ=UTC STORE_PG=$PG
	store
}

teardown() { stop_all; }

# cycle SECONDS KIND COUNT: COUNT stores that are down or fine
cycle() {
	jq -nc --arg at "$(date -u -d "2026-01-24T00:00:00Z + $1 seconds" +%FT%TZ)" --arg kind "$2" --argjson n "$3" '
		{kind: "begin", subject: "tikv", cluster: "c", at: $at},
		(range($n) | if $kind == "down"
			then {kind: "violation", invariant_name: "down", store_id: "\(.)", message: "a \"message\" \\ of \(.)", flap_count: 3, flap_window_s: 300, metric_snapshot: {a: .}}
			else {kind: "ok", invariant_name: "down", store_ids: ["\(.)"]} end),
		{kind: "check", invariant_name: "down", complete: true}, {kind: "end"}'
}

# bare: a schema without tables
bare() {
	STORE_SCHEMA=bare$BATS_TEST_NUMBER
	store_psql "CREATE SCHEMA $STORE_SCHEMA"
	export OP_DB="postgresql:///postgres?host=$PG&user=postgres&options=-csearch_path%3D$STORE_SCHEMA"
}

@test "only create makes the tables, once, in the first schema of the path" {
	bare
	for command in list 'show 1' status 'ack 1' 'prune --older-than 1d' migrate; do
		# shellcheck disable=SC2086 # words
		run -78 --separate-stderr op-ticket $command
		[ -z "$output" ]
		[[ $stderr == *'op-ticket --db URI create'* ]]
	done
	run -78 op-ticket ingest < <(cycle 0 down 1)
	[[ $output == *'op-ticket --db URI create'* ]]
	run -0 op-ticket create
	before=$(store_dump)
	run -0 op-ticket create
	[ "$(store_dump)" = "$before" ]
	run -0 op-ticket migrate
	[ "$(store_dump)" = "$before" ]
	[ "$(store_rows "SELECT count(*) FROM pg_tables WHERE schemaname = '$STORE_SCHEMA'")" = 10 ]
	OP_DB="${OP_DB%%&options*}&options=-csearch_path%3Dnone" run -78 op-ticket create
	[[ $output == *'CREATE SCHEMA'* ]]
}

@test "simultaneous creates all succeed" {
	bare
	pids=()
	for _ in 1 2 3 4 5 6; do
		op-ticket create 2>/dev/null &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ "$(store_rows 'SELECT count(*) FROM op_store')" = 1 ]
}

@test "a schema of another version is left alone" {
	store_version 99
	before=$(store_dump)
	run -78 op-ticket list
	[[ $output == *'newer than this op-ticket'* ]]
	run -78 op-ticket ingest < <(cycle 0 down 1)
	run -78 op-ticket create
	[ "$(store_dump)" = "$before" ]
	store_version 2
	run -78 op-ticket ingest < <(cycle 0 down 1)
	[[ $output == *'op-ticket --db URI migrate'* ]]
}

@test "a password in the URI is refused, and never printed" {
	for uri in 'postgres://u:s3cret@h/db' 'postgresql://u:@h/db' 'postgresql://h/db?password=s3cret' \
		'postgresql://h/db?pass%77ord=s3cret' 'postgresql://h/db?sslpassword=s3cret'; do
		run -64 op-ticket --db "$uri" list
		[[ $output == *'a password does not belong here'* && $output != *s3cret* ]]
		OP_DB=$uri run -64 op-ticket ingest < <(cycle 0 down 1)
		[[ $output == *'a password does not belong here'* && $output != *s3cret* ]]
		run -64 op-ticket-pg --db "$uri" list
		[[ $output == *'a password does not belong here'* && $output != *s3cret* ]]
	done
}

@test "each failure to connect has its exit status, never 69" {
	run -75 op-ticket --db "postgresql:///x?host=$BATS_TEST_TMPDIR" list
	run -75 op-ticket --db "postgresql://127.0.0.1:$(free_port)/x" list
	run -78 op-ticket --db "postgresql:///none?host=$PG&user=postgres" list
	run -77 op-ticket --db "postgresql:///postgres?host=$PG&user=nobody_here" list
	[ "${#lines[@]}" -eq 1 ]
	run -64 op-ticket-pg --db "$BATS_TEST_TMPDIR/tickets.db" list
}

@test "a remote host must show a certificate, unless sslmode is set" {
	host=$(hostname -I | cut -d' ' -f1)
	[ -n "$host" ] || skip 'no address but loopback'
	port=$(free_port)
	# a server without TLS: records the request of each client, and how much follows the refusal
	start python3 -c '
import socket, sys
s = socket.socket()
s.bind(("", int(sys.argv[1])))
s.listen()
print("ready", flush=True)
while True:
    c = s.accept()[0]
    first = c.recv(8)[4:].hex()
    c.sendall(b"N")
    print(first, len(c.recv(1)), flush=True)
    c.close()
' "$port" >"$BATS_TEST_TMPDIR/asked"
	wait_until 10 grep -q ready "$BATS_TEST_TMPDIR/asked"
	# the server may notice the end of the connection later than we do
	asked() {
		last_is() { [ "$(tail -n 1 "$BATS_TEST_TMPDIR/asked")" = "$1" ]; }
		wait_until 10 last_is "$1"
	}
	run -75 op-ticket --db "postgresql://u@$host:$port/x" list
	asked '04d2162f 0' # TLS or nothing
	run -75 op-ticket --db "postgresql://u@$host:$port/x?sslmode=prefer" list
	asked '04d2162f 1'
	PGSSLMODE=disable run -75 op-ticket --db "postgresql://u@$host:$port/x" list
	asked '00030000 1'
	run -75 op-ticket --db "postgresql://u@127.0.0.1:$port/x" list
	asked '04d2162f 1'
}

@test "without op-ticket-pg the package is named" {
	cp "$B/op-ticket" "$BATS_TEST_TMPDIR/op-ticket"
	run -78 "$BATS_TEST_TMPDIR/op-ticket" list
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *op-postgresql* ]]
	mkdir -p "$BATS_TEST_TMPDIR/there/bin" "$BATS_TEST_TMPDIR/there/libexec/op"
	cp "$B/op-ticket" "$BATS_TEST_TMPDIR/there/bin"
	cp "$B/op-ticket-pg" "$BATS_TEST_TMPDIR/there/libexec/op"
	run -0 "$BATS_TEST_TMPDIR/there/bin/op-ticket" list
}

@test "a cycle of any size takes three round trips; a first one or a flap window adds one" {
	mkdir "$BATS_TEST_TMPDIR/way"
	start python3 "$BATS_TEST_DIRNAME/trips.py" "$PG" "$BATS_TEST_TMPDIR/way" >"$BATS_TEST_TMPDIR/trips"
	wait_until 10 test -S "$BATS_TEST_TMPDIR/way/.s.PGSQL.5432"
	OP_DB=${OP_DB/"$PG"/"$BATS_TEST_TMPDIR/way"}
	n=0
	# trips MOST CYCLE...: an ingest takes at most MOST round trips
	trips() {
		local most=$1
		shift
		cycle "$@" | op-ticket ingest "${flags[@]}" >/dev/null 2>&1
		n=$((n + 1))
		counted() { [ "$(wc -l <"$BATS_TEST_TMPDIR/trips")" -eq "$n" ]; }
		wait_until 10 counted
		echo "$*: $(tail -n 1 "$BATS_TEST_TMPDIR/trips")"
		[ "$(tail -n 1 "$BATS_TEST_TMPDIR/trips")" -gt 0 ] # the proxy can read what it forwards
		[ "$(tail -n 1 "$BATS_TEST_TMPDIR/trips")" -le "$most" ]
	}
	flags=()
	trips 5 0 down 1000
	trips 3 30 down 1000
	flags=(--events)
	trips 3 60 fine 1000
	trips 4 90 down 1000
	trips 3 90 down 1000
	flags=()
	trips 4 120 down 2000
	trips 3 150 fine 1
	[ "$(op-ticket list | wc -l)" = 3000 ]
	[ "$(store_rows 'SELECT count(*), max(id) FROM ticket_events')" = "4001|4001" ]
}
