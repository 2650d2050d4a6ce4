#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# examples/postgresql: two monitors, a primary and its synchronous standby.

load ../helper
load ../pg

examples=$BATS_TEST_DIRNAME/../../examples/postgresql

teardown() { pg_end; }

# settings FILE: its settings as lines of OPTION=VALUE
settings() {
	sed -n "s/^\([a-z_]*\) = '\{0,1\}\([^']*\)'\{0,1\}$/\1=\2/p" "$1"
}

# monitor NAME: a loop whose cycles have one violation
monitor() {
	cat >"$TEST_DIR/cycle" <<-'EOT'
		#!/bin/sh
		printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"prod","at":"%s"}\n' "$(date -u +%FT%T.%3NZ)"
		printf '%s\n' '{"kind":"violation","invariant_name":"down","store_id":"1"}' \
			'{"kind":"check","invariant_name":"down","complete":true}' '{"kind":"end"}'
	EOT
	chmod +x "$TEST_DIR/cycle"
	start op-loop -i 300ms -- "$TEST_DIR/cycle" '|' op-ticket --db "postgresql:///?service=op&user=mon_${1#mon-}" --db-timeout 5s \
		ingest --lease "$1:2s" </dev/null 2>"$TEST_DIR/$1.log"
}

count() { op-ticket --db 'postgresql:///?service=op&user=jane' list | jq .occurrence_count; }
grown() { [ "$(count)" -gt "$1" ]; }
holder() { op-ticket --db 'postgresql:///?service=op&user=jane' status --ndjson | jq -r .holder; }
held_by() { [ "$(holder)" = "$1" ]; }

@test "the second monitor takes over from the first, the standby from the primary, and nothing is lost" {
	mapfile -t options < <(settings "$examples/primary.conf")
	[ "${#options[@]}" -ge 6 ]
	mapfile -t others < <(printf '%s\n' "${options[@]}" | grep -v '^synchronous_standby_names=')
	pg_start main "${others[@]}"
	main=$PG
	pg_standby standby "$main" "${others[@]}"
	standby=$PG
	# the recipe: the standby that takes over must work without a standby of its own
	names=$(printf '%s\n' "${options[@]}" | sed -n 's/^synchronous_standby_names=//p')
	sql "$main" "ALTER SYSTEM SET synchronous_standby_names = '$names'"
	sql "$main" 'SELECT pg_reload_conf()'
	synchronous() { [ "$(sql "$main" 'SELECT sync_state FROM pg_stat_replication')" = sync ]; }
	wait_until 30 synchronous

	sed -e "s|^host=.*|host=$main,$standby|" -e 's|^dbname=.*|dbname=postgres|' -e '/^ssl/d' "$examples/pg_service.conf" >"$TEST_DIR/services"
	export PGSERVICEFILE=$TEST_DIR/services TZ=UTC
	op-ticket --db 'postgresql:///?service=op&user=postgres' create
	psql -Xq --single-transaction -v ON_ERROR_STOP=1 -h "$main" -U postgres -d postgres -f "$BATS_TEST_DIRNAME/../../share/sql/pg/roles.sql"
	sql "$main" 'CREATE ROLE mon_a LOGIN IN ROLE op_ingest; CREATE ROLE mon_b LOGIN IN ROLE op_ingest; CREATE ROLE jane LOGIN IN ROLE op_people'

	monitor mon-a
	a=$STARTED
	wait_until 30 held_by mon-a
	monitor mon-b
	b=$STARTED
	wait_until 30 grep -q '^Standing by: mon-a watches tikv/prod$' "$TEST_DIR/mon-b.log"
	kill -KILL "$a"
	wait_until 30 held_by mon-b
	before=$(count)
	wait_until 30 grown "$before"

	# the primary dies, and the standby takes over
	kill -QUIT "$(cat "$main/pid")"
	before=$(grep -c '^Check complete' "$TEST_DIR/mon-b.log")
	wait_until 20 gone "$(cat "$main/pid")"
	sql "$standby" 'SELECT pg_promote()'
	taken() { [ "$(grep -c '^Check complete' "$TEST_DIR/mon-b.log")" -gt $((before + 2)) ]; }
	wait_until 60 taken
	stop "$b"
	# every cycle that a monitor logged as taken was counted
	logged=$(cat "$TEST_DIR"/mon-?.log | grep -c '^Check complete')
	[ "$(count)" -ge "$logged" ]
	[ "$(op-ticket --db 'postgresql:///?service=op&user=jane' list | jq .id)" = 1 ]
}

@test "pgbouncer accepts the configuration of the recipe" {
	command -v pgbouncer >/dev/null || needs pgbouncer
	pg_folder
	sed -e "s|/run/pgbouncer|$PG_FOLDER|; s|^auth_.*||; s|^server_tls.*||" -e "s|^listen_addr.*|listen_addr =\nauth_type = any\nlogfile = $PG_FOLDER/log|" \
		"$examples/pgbouncer.ini" >"$PG_FOLDER/ini"
	as=()
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
	[ ${#as[@]} = 0 ] || chown nobody "$PG_FOLDER"
	start ${as[@]+"${as[@]}"} pgbouncer -q "$PG_FOLDER/ini" </dev/null >/dev/null 2>&1
	up() { grep -q 'process up' "$PG_FOLDER/log"; }
	wait_until 20 up
	run grep -iE 'warn|error|fatal' "$PG_FOLDER/log"
	[ -z "$output" ]
}
