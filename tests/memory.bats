#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# No memory left, at any point: 75 and one line, never a crash or half a cycle.
# takes 75 s

load helper

setup_file() {
	# minutes of a processor: each third here, and each in CI
	export EVERY=${EVERY-3}
	[ "${CI-}" != true ] || EVERY=1
	[ "$EVERY" = 1 ] || echo "# memory: one of $EVERY allocations is made to fail here; each one with EVERY=1, and in CI" >&3
	# shellcheck disable=SC2086 # it may be words: ccache cc
	${CC:-cc} -shared -fPIC -O1 -Wall -Wextra -o "$BATS_FILE_TMPDIR/fail_malloc.so" "$BATS_TEST_DIRNAME/memory/fail_malloc.c" -ldl
}

setup() {
	[ "$(getconf GNU_LIBC_VERSION 2>/dev/null)" ] || skip 'not glibc'
	if ldd "$B/op-check" | grep -q 'lib[at]san'; then
		skip 'sanitizers have an allocator of their own'
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
}

teardown() {
	stop_all
}

# sweep STATUSES same|cycles|any INPUT COMMAND...
sweep() {
	run python3 "$BATS_TEST_DIRNAME/memory/sweep.py" "$BATS_FILE_TMPDIR/fail_malloc.so" "$SEED" "$EVERY" "$@"
	echo "${*:4}: $output"
	[ "$status" = 0 ]
}

# subject: a subject with every possible part, and a cycle of it
subject() {
	local name
	export OP_SUBJECTS=$TEST_DIR/subjects
	mkdir -p "$OP_SUBJECTS/mine/invariants"
	echo 'CREATE TABLE store (id TEXT, load REAL);' >"$OP_SUBJECTS/mine/schema.sql"
	# shellcheck disable=SC2016 # the link is not expanded here
	for name in a b; do
		printf -- '-- invariant: %s\n-- param: p = 1\n-- about: text\n-- link: https://h/$store_id\n%s' $name \
			"SELECT s.id AS store_id, s.load > \$p AS violated, format('%s', s.load) AS message, s.load AS extra
			FROM store s JOIN store t ON s.id = t.id" >"$OP_SUBJECTS/mine/invariants/$name.sql"
	done
	echo 'a.p=2' >"$OP_SUBJECTS/mine/params"
	{
		echo '{"kind":"begin","stream":"observations","subject":"mine","at":"2026-01-01T00:00:00Z"}'
		printf '{"kind":"store","id":"%s","load":%s}\n' x 1 2 5 3 2 4 null
		echo '{"kind":"end"}'
	} >"$TEST_DIR/mine"
}

@test "op-check without memory" {
	sweep 75 same "$TEST_DIR/observations" op-check
}

@test "op-check with a custom subject, --explain, --list and test without memory" {
	subject
	sweep 75 same "$TEST_DIR/mine" op-check
	for arguments in '--explain a:x' --list -n; do
		# shellcheck disable=SC2086 # words
		sweep 75 any "$TEST_DIR/mine" op-check -s mine $arguments
	done
	printf '%s\n' '{"kind":"store","id":"1","load":5}' '=>' 'violated 1' >"$OP_SUBJECTS/mine/invariants/a.test"
	sweep 75 any /dev/null op-check test "$OP_SUBJECTS/mine"
}

@test "op-ticket ingest without memory" {
	op-check <"$TEST_DIR/observations" >"$TEST_DIR/verdicts"
	sweep 75 any "$TEST_DIR/verdicts" op-ticket --db @NEW@ ingest
}

@test "commands that read tickets without memory" {
	op-check <"$TEST_DIR/observations" | op-ticket --db "$TEST_DIR/t.db" ingest
	op-ticket --db "$TEST_DIR/t.db" mute --store 9 --for 1w -m 'a disk'
	for command in 'list --table' 'list --events' 'show 1' 'status --json' incidents events stats 'mutes'; do
		# shellcheck disable=SC2086 # words
		sweep 75 any /dev/null op-ticket --db "$TEST_DIR/t.db" $command
	done
}

@test "op-ticket looking up the home folder without memory" {
	unset HOME
	sweep 75 any /dev/null op-ticket list
}

@test "commands that change tickets without memory" {
	op-check <"$TEST_DIR/observations" | op-ticket --db "$TEST_DIR/t.db" ingest
	echo '# found' >"$TEST_DIR/found.md"
	unset USER SUDO_USER DOAS_USER # the C library looks up the user
	for command in 'ack 1' 'note 1 -m text' "diagnose 1 $TEST_DIR/found.md" 'hold 1 --for 2h' 'mute --store 2 --for 2h -m work'; do
		# shellcheck disable=SC2086 # words
		sweep 75 any /dev/null op-ticket --db "@COPY:$TEST_DIR/t.db@" $command
	done
}

@test "op-scrape without memory" {
	sim_start
	# what libcurl cannot allocate looks like a source that does not answer
	sweep 69,75 cycles /dev/null op-scrape --timeout 5s --prometheus none
	sweep 75 any /dev/null op-scrape --list
}

@test "op-loop without memory" {
	sweep 75 any /dev/null op-loop -1 -- true '|' true
}

@test "op-report without memory" {
	[ -x "$B/op-report" ] || skip 'op-report was not built'
	python3 "$BATS_TEST_DIRNAME/report/stream.py" --clusters 1 >"$TEST_DIR/tickets"
	sweep 75 same "$TEST_DIR/tickets" op-report
}
