#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A clock set before 1970, as on a machine without a battery: no timestamp can
# hold such a time, so whatever needs a timestamp is refused.

load helper

setup() {
	needs faketime
	if ldd "$B/op-ticket" | grep -q 'lib[at]san'; then
		skip 'sanitizers and faketime both want to come first'
	fi
	export OP_DB=$TEST_DIR/past.db
	printf '%s\n' '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"c","at":"2026-01-24T00:00:00Z"}' \
		'{"kind":"violation","invariant_name":"a","store_id":"1","message":"m"}' \
		'{"kind":"check","invariant_name":"a","complete":true}' '{"kind":"end"}' >"$TEST_DIR/cycle"
	echo '# found' >"$TEST_DIR/found.md"
}

past() {
	faketime '1965-01-01 00:00:00' "$@"
}

# refused COMMAND...: 75 and one sentence, only on stderr
refused() {
	run -75 --separate-stderr past "$@" <"$TEST_DIR/cycle"
	[ -z "$output" ]
	[[ $stderr == "${1##*/}: "*'before 1970'* ]]
	[ "${#stderr_lines[@]}" = 1 ]
}

@test "a clock before 1970: op-ticket uses it neither to stamp nor to delete" {
	refused op-ticket ingest
	[ ! -e "$OP_DB" ]
	op-ticket ingest <"$TEST_DIR/cycle"
	op-ticket mute --store 1 --for 2h -m x
	before=$(sqlite3 "$OP_DB" .dump)
	for command in ingest 'ingest --dry-run' 'ack 1' 'note 1 -m x' "diagnose 1 $TEST_DIR/found.md" 'hold 1' 'hold 1 --for 2h' \
		'unhold 1' 'resolve 1' 'mute --store 1 --for 2h -m x' 'unmute 1' 'prune --older-than 1d' \
		'adopt --cluster c 7' 'forget --cluster c --yes' 'list --since 2h' 'list --events'; do
		echo "$command"
		# shellcheck disable=SC2086 # words
		refused op-ticket $command
	done
	[ "$(sqlite3 "$OP_DB" .dump)" = "$before" ]
}

@test "a clock before 1970: op-ticket still reads its database" {
	op-ticket ingest <"$TEST_DIR/cycle"
	for command in list 'list --table' 'list --pending' 'show 1' incidents events stats mutes; do
		# shellcheck disable=SC2086 # words
		run -0 past op-ticket $command
	done
	run -1 past op-ticket status --max-age 90s # the cycle lies in the future
}

@test "a clock before 1970: op-scrape writes no cycle" {
	refused op-scrape --pd none --prometheus none
	refused op-scrape --pd none --from 2h
}

@test "a clock before 1970: op-loop runs, but writes no times into its log" {
	refused op-loop --log-time -1 -- true
	run -0 past op-loop -i 0.1 -n 3 -- true
}

@test "a clock before 1970 does not matter to op-check" {
	echo '{"kind":"begin","subject":"tikv","at":"2026-01-24T00:00:00Z"}
{"kind":"end"}' | past op-check >"$TEST_DIR/verdicts"
	[ "$(tail -n 1 "$TEST_DIR/verdicts" | jq -r .kind)" = end ]
}
