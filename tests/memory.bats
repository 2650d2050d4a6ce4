#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# No memory left, at any point: 75 and a line, never a crash, and no half a cycle.

load helper

setup_file() {
	cc -shared -fPIC -O1 -Wall -Wextra -o "$BATS_FILE_TMPDIR/fail_malloc.so" "$BATS_TEST_DIRNAME/memory/fail_malloc.c" -ldl
}

setup() {
	if ldd "$B/op-check" | grep -q 'lib[at]san'; then
		skip "sanitizers bring an allocator of their own"
	fi
	SEED=${SEED:-$RANDOM}
	{
		echo '{"kind":"begin","stream":"observations","v":1,"subject":"tikv","cluster":"c","at":"2026-01-24T23:08:17Z"}'
		echo '{"kind":"source","id":"pd","ok":true,"kinds":["store","member","cluster"]}'
		for i in 1 2 3; do
			echo '{"kind":"store","id":"'$i'","address":"tikv-'$i':20160","state":"'"$([ $i = 2 ] && echo Down || echo Up)"'","latency_p99_ms":'$i'50.5}'
		done
		echo '{"kind":"end","records":4}'
	} >"$TEST_DIR/observations"
	op-check <"$TEST_DIR/observations" >"$TEST_DIR/verdicts"
}

teardown() {
	stop_all
}

# sweep STATUSES cycles|any INPUT COMMAND...
sweep() {
	run python3 "$BATS_TEST_DIRNAME/memory/sweep.py" "$BATS_FILE_TMPDIR/fail_malloc.so" "$SEED" "$@"
	echo "$output"
	[ "$status" = 0 ]
}

@test "op-check without memory" {
	sweep 0,75 cycles "$TEST_DIR/observations" op-check
}

@test "op-ticket ingest without memory" {
	sweep 0,75 any "$TEST_DIR/verdicts" op-ticket --db @NEW@ ingest
}

@test "op-ticket list, show and status without memory" {
	op-ticket --db "$TEST_DIR/t.db" ingest <"$TEST_DIR/verdicts"
	for command in "list --table" "list --ndjson" "show 1" "status --json"; do
		# shellcheck disable=SC2086 # words
		sweep 0,75 any /dev/null op-ticket --db "$TEST_DIR/t.db" $command
	done
}

@test "op-scrape without memory" {
	sim_start
	# what libcurl cannot allocate looks like a source that does not answer
	sweep 0,69,75 cycles /dev/null op-scrape --timeout 5s --prometheus none
}

@test "op-loop without memory" {
	sweep 0,75 any /dev/null op-loop -1 -- true
}
