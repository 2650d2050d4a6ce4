#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket on PostgreSQL compared with the second implementation of its rules.

load ../helper
load ../pg

teardown() { pg_end; }

@test "random cycles and commands give the model's results, one process per cycle and as backlogs" {
	if [ -z "${STORE_PG-}" ]; then
		pg_start main fsync=off
		STORE_PG=$PG
	fi
	run python3 "$BATS_TEST_DIRNAME/../model/compare.py" --rounds 1 --cycles 80 --postgres "$STORE_PG" "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# ${lines[0]}" >&3
}
