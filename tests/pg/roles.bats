#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# share/sql/pg/roles.sql: each role does its work, and no more.

load ../helper
load ../pg

setup() {
	export USER=tester TZ=UTC
	pg_start main fsync=off
	URI="postgresql:///postgres?host=$PG"
	op-ticket --db "$URI&user=postgres" create
	for _ in 1 2; do # it may be run again
		psql -Xq --single-transaction -v ON_ERROR_STOP=1 -h "$PG" -U postgres -d postgres -f "$BATS_TEST_DIRNAME/../../share/sql/pg/roles.sql"
	done
	sql "$PG" 'CREATE ROLE mon_a LOGIN IN ROLE op_ingest; CREATE ROLE jane LOGIN IN ROLE op_people;
		CREATE ROLE grafana LOGIN IN ROLE op_read; CREATE ROLE nobody_known LOGIN'
}

teardown() { pg_end; }

# as ROLE ARGUMENT...: op-ticket as that role
as() {
	local role=$1
	shift
	op-ticket --db "$URI&user=$role" "$@"
}

# refused ROLE STATEMENT...: the role may not run them (SQLSTATE 42501), but the superuser may
refused() {
	local role=$1 statement
	shift
	for statement; do
		sql "$PG" "BEGIN; $statement; ROLLBACK" || { echo "$statement"; return 1; }
		run psql -Xq -v VERBOSITY=sqlstate -h "$PG" -U "$role" -d postgres -c "$statement"
		[[ $status != 0 && $output == *' 42501' ]] || { echo "$statement: $status: $output"; return 1; }
	done
}

# cycle AT RECORD...: with the cluster_id $id
cycle() {
	local at=$1
	shift
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"prod","cluster_id":"%s","at":"%s"}\n' "${id:-7}" "$at"
	printf '%s\n' "$@" '{"kind":"check","invariant_name":"down","complete":true}' '{"kind":"end"}'
}

down() { printf '{"kind":"violation","invariant_name":"down","store_id":"%s"%s}' "$1" "${2:+,$2}"; }

# watch: ingests every kind of cycle as a monitor
watch() {
	run -65 as mon_a ingest < <(cycle 2126-01-24T00:00:00Z) # a first cycle that is refused
	cycle 2026-01-24T00:00:00Z "$(down 1 '"flap_count":1,"flap_window_s":60')" "$(down 2 '"grace_s":60')" | as mon_a ingest --lease mon-a:1ms
	cycle 2026-01-24T00:00:30Z "$(down 1 '"severity":"critical"')" "$(down 3 '"grace_s":60')" '{"kind":"unknown","invariant_name":"down","store_ids":["5"]}' | as mon_a ingest
	cycle 2026-01-24T00:01:00Z "$(down 2 '"grace_s":60')" '{"kind":"ok","invariant_name":"down","store_ids":["1"]}' | as mon_a ingest
	cycle 2026-01-24T05:00:00Z "$(down 3)" '{"kind":"ok","invariant_name":"down","store_ids":["1"]}' | as mon_a ingest
	cycle 2026-01-24T05:00:00Z "$(down 3)" '{"kind":"ok","invariant_name":"down","store_ids":["1"]}' | as mon_a ingest --lease mon-a:1ms
	cycle 2026-01-24T05:02:00Z '{"kind":"ok","invariant_name":"down","store_ids":["1"]}' | as mon_a ingest
	cycle 2026-01-24T05:02:30Z "$(down 1 '"flap_count":1,"flap_window_s":999')" | as mon_a ingest
	run -65 as mon_a ingest < <(id=8 cycle 2026-01-24T05:03:00Z "$(down 1)")
	cycle 2026-01-24T05:04:00Z "$(down 1)" | as mon_a ingest --dry-run >/dev/null
} 2>/dev/null

@test "a monitor ingests, reads, and can do nothing else" {
	watch
	[ "$(as mon_a list | wc -l)" -ge 3 ]
	[ "$(sql "$PG" 'SELECT count(*) > 0 FROM gaps')" = t ]
	as mon_a export | tail -n 1 | grep -q '"kind":"end"'
	for command in 'prune --older-than 0' 'mute --store 1 --for 1h -m x' 'forget --cluster prod --yes'; do
		# shellcheck disable=SC2086 # words
		run as mon_a $command
		[ "$status" = 77 ] || { echo "$command: $status: $output"; return 1; }
	done
	refused mon_a "UPDATE ticket_events SET actor = 'x'" 'DELETE FROM ticket_events' 'DELETE FROM tickets' \
		'TRUNCATE tickets CASCADE' 'DROP TABLE tickets CASCADE' 'UPDATE op_store SET version = 9' 'DELETE FROM checks'
}

@test "people act on tickets, and can neither ingest nor delete" {
	watch
	before=$(sql "$PG" 'SELECT count(*) FROM ticket_events')
	id=$(as jane list --open | jq -s 'map(.id) | min')
	for command in "ack $id" "note $id -m x" "hold $id" "unhold $id" "resolve $id" 'mute --store 1 --for 1h -m x' 'unmute 1' 'mute --cluster prod --for 1h -m x' \
		'forget --cluster prod --invariant down' 'adopt --cluster prod 8' 'forget --cluster prod --yes'; do
		# shellcheck disable=SC2086 # words
		as jane $command 2>"$TEST_DIR/said" || { echo "$command"; cat "$TEST_DIR/said"; return 1; }
	done
	as jane diagnose "$id" <<<'# Why' 2>/dev/null
	[ "$(sql "$PG" 'SELECT count(*) FROM ticket_events')" -gt "$before" ]
	run -77 as jane prune --older-than 0
	run -77 as jane ingest < <(cycle 2026-01-24T06:00:00Z "$(down 1)")
	refused jane "UPDATE ticket_events SET actor = 'x'" 'DELETE FROM ticket_events' 'DELETE FROM tickets'
}

@test "readers can read everything and do nothing else" {
	watch
	for command in list 'list --open --table' 'list --pending' 'list --unknown' 'list --events' 'show 1' events 'events --cursor' incidents stats \
		'mutes --all' export; do
		# shellcheck disable=SC2086 # words
		as grafana $command >/dev/null 2>"$TEST_DIR/said" || { echo "$command"; cat "$TEST_DIR/said"; return 1; }
	done
	run -1 as grafana status
	for command in 'ack 1' 'note 1 -m x' 'resolve 1' 'mute --store 1 --for 1h -m x' 'prune --older-than 0' 'forget --cluster prod --yes' 'adopt --cluster prod 9'; do
		# shellcheck disable=SC2086 # words
		run as grafana $command
		[ "$status" = 77 ] || { echo "$command: $status: $output"; return 1; }
	done
	run -77 as grafana ingest < <(cycle 2026-01-24T06:00:00Z "$(down 1)")
	run -77 as nobody_known list
}
