#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket-pg while others hold rows that it needs.

load ../helper
load ../pg

setup_file() {
	pg_start main fsync=off log_line_prefix=%e:
	export PG
}

teardown_file() { pg_end; }

setup() {
	export USER=tester TZ=UTC STORE_PG=$PG
	store
	cycles 2026-01-24T00:00:00Z | op-ticket ingest 2>/dev/null
}

teardown() { stop_all; }

# cycles AT: of the clusters east and west, each with a store that is down
cycles() {
	for cluster in east west; do
		printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"%s","at":"%s"}\n' "$cluster" "$1"
		printf '%s\n' '{"kind":"violation","invariant_name":"down","store_id":"1"}' \
			'{"kind":"check","invariant_name":"down","complete":true}' '{"kind":"end"}'
	done
}

# hold CLUSTER: another session locks the row of CLUSTER until the test ends
hold() {
	start psql -XqAt -h "$PG" -U postgres -d postgres -c "BEGIN; SELECT 1 FROM $STORE_SCHEMA.cycles WHERE cluster = '$1' FOR UPDATE; SELECT pg_sleep(3600)"
	wait_until 20 is_held "$1"
}

# is_held CLUSTER: is its row there, and locked (SQLSTATE 55P03)?
is_held() {
	[[ $(psql -Xq -v VERBOSITY=sqlstate -h "$PG" -U postgres -d postgres \
		-c "SELECT 1 FROM $STORE_SCHEMA.cycles WHERE cluster = '$1' FOR UPDATE NOWAIT" 2>&1) == *' 55P03' ]]
}

@test "mute and unmute wait only for the clusters that they match" {
	op-ticket mute --cluster 'e*' --for 1h -m x
	op-ticket mute --cluster west --for 1h -m x
	op-ticket mute --store 1 --for 1h -m x
	hold west
	run -0 op-ticket --db-timeout 60s mute --cluster 'e*' --for 1h -m x
	run -0 op-ticket --db-timeout 60s unmute 1
	waiting=('mute --cluster w?st --for 1h -m x' 'mute --store 1 --for 1h -m x' 'unmute 2' 'unmute 3')
	for command in "${waiting[@]}"; do
		# shellcheck disable=SC2086 # words
		run -75 op-ticket --db-timeout 2s $command
	done
	[ "$(store_rows 'SELECT id, lifted_at IS NULL FROM mutes ORDER BY id' | tr '\n' ' ')" = '1|f 2|t 3|t 4|t ' ]
	# it was the lock that they waited for
	sql "$PG" "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)' AND pid <> pg_backend_pid()"
	for command in "${waiting[@]}"; do
		# shellcheck disable=SC2086 # words
		run -0 op-ticket --db-timeout 60s $command
	done
}

@test "a deadlock that the server breaks is retried" {
	# the other session locks the second row, and the first one only once we wait for the second
	cat >"$BATS_TEST_TMPDIR/other.sql" <<-EOT
		SET search_path = $STORE_SCHEMA;
		SET deadlock_timeout = '1h';
		BEGIN;
		SELECT 'has it' FROM cycles WHERE cluster = 'west' FOR UPDATE;
		DO \$\$ BEGIN
			WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))) LOOP
				PERFORM pg_sleep(0.05), pg_stat_clear_snapshot();
			END LOOP;
		END \$\$;
		SELECT 'has both' FROM cycles WHERE cluster = 'east' FOR UPDATE;
		COMMIT;
	EOT
	start psql -XqAt -h "$PG" -U postgres -d postgres -v ON_ERROR_STOP=1 -f "$BATS_TEST_TMPDIR/other.sql" >"$BATS_TEST_TMPDIR/other"
	wait_until 20 is_held west
	run -0 op-ticket --db-timeout 120s ingest < <(cycles 2026-01-24T00:00:30Z)
	grep -q 'has both' "$BATS_TEST_TMPDIR/other"
	run -0 grep -c '^40P01:' "$PG/log" # log_line_prefix
	[ "$(op-ticket list --ndjson | jq -c .occurrence_count | tr '\n' ' ')" = '2 2 ' ]
}
