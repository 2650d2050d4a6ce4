#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The server that the tests run on is private, and leaves nothing behind.

load ../helper
load ../pg

teardown() { pg_end; }

@test "a server listens only on its socket, and leaves nothing behind" {
	pg_start
	run -0 sql "$PG" 'SHOW listen_addresses'
	[ -z "$output" ]
	[ "$(sql "$PG" 'SHOW server_version_num')" -ge 150000 ]
	[ "$(stat -c %u "/proc/$(cat "$PG/pid")")" != 0 ]
	server=$(cat "$PG/pid")
	pg_stop "$PG"
	gone "$server"
	[ ! -e "$PG" ]
}

@test "it ends with the process that started it" {
	pg_folder
	# it prints the pid of the server, and ends, only once that is ready
	server=$(bash -c '"$0" "$1" fsync=off >/dev/null 2>&1 3>&- 4>&- & until [ -e "$1/ready" ] || ! kill -0 $!; do sleep 0.1; done
		[ -e "$1/ready" ] || exit 1
		cat "$1/pid"' "$BATS_TEST_DIRNAME/start" "$PG_FOLDER/orphan" 3>&- 4>&-)
	wait_until 20 test ! -e "$PG_FOLDER/orphan"
	wait_until 20 gone "$server"
}

@test "a standby follows" {
	pg_start
	main=$PG
	sql "$main" 'CREATE TABLE t AS SELECT 7 AS x'
	pg_standby standby "$main"
	[ "$(sql "$PG" 'SELECT pg_is_in_recovery()')" = t ]
	follows() { [ "$(sql "$PG" 'SELECT x FROM t')" = 7 ]; }
	wait_until 20 follows
}
