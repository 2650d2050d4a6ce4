#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A disk that cannot be read, a file system without locks: the message reports that,
# and neither calls the data bad nor blames another process.
# takes 35 s

load helper

setup_file() {
	strace -qq -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
}

setup() {
	if ldd "$B/op-ticket" | grep -q 'lib[at]san'; then
		skip 'the leak checker and strace both want to trace'
	fi
	export OP_DB=$TEST_DIR/t.db
	EIO='Input/output error' # strerror(3) in the C locale
	printf '%s\n' '{"kind":"begin","at":"2026-01-24T00:00:00Z"}' \
		'{"kind":"violation","invariant_name":"a","store_id":"1","message":"m"}' \
		'{"kind":"check","invariant_name":"a","complete":true}' '{"kind":"end"}' >"$TEST_DIR/cycle"
}

teardown() {
	stop_all
}

# with ERROR CALLS WHEN FILE COMMAND...: those calls on that file fail, from number WHEN on
with() {
	strace -f -qq -o /dev/null -P "$4" -e "trace=$2" -e "inject=$2:error=$1:when=$3" "${@:5}"
}

# unreadable FILE COMMAND...: 74, and the system's error in one line
unreadable() {
	echo "$@"
	run -74 with EIO read,pread64,getdents64 1+ "$@"
	[ "$(grep -c '^op-' <<<"$output")" = 1 ]
	[[ $output == *": $EIO" ]]
}

@test "a database that cannot be read is not reported as corrupt, whichever read fails" {
	op-ticket ingest <"$TEST_DIR/cycle"
	for command in list 'show 1' status 'note 1 -m x' ingest; do
		for n in 1 2 3 4 5 6 8 10 12; do
			for often in $n $n+; do
				# shellcheck disable=SC2086 # words
				run with EIO read,pread64 $often "$OP_DB" op-ticket $command <"$TEST_DIR/cycle"
				echo "$command, read $often: $status: $output"
				if [ "$status" = 74 ]; then
					[[ $output == *"$OP_DB: $EIO" ]]
				else # it makes fewer reads
					[ "$status" = 0 ]
				fi
			done
		done
	done
	[ "$(sqlite3 "$OP_DB" 'PRAGMA integrity_check')" = ok ]
}

@test "a file system without locks is reported as such, not as another process" {
	op-ticket ingest <"$TEST_DIR/cycle"
	for command in list 'ack 1' ingest; do
		# shellcheck disable=SC2086 # words
		run -75 with ENOLCK fcntl 1+ "$OP_DB" op-ticket $command <"$TEST_DIR/cycle"
		[[ $output == *NFS* && $output != *'another process'* ]]
	done
}

# shellcheck disable=SC2094 # the file is only read
@test "input that cannot be read is not reported as bad" {
	unreadable "$TEST_DIR/cycle" op-ticket ingest <"$TEST_DIR/cycle"
	unreadable "$TEST_DIR/cycle" op-check <"$TEST_DIR/cycle"
	[ ! -x "$B/op-report" ] || unreadable "$TEST_DIR/cycle" op-report <"$TEST_DIR/cycle"
	op-ticket ingest <"$TEST_DIR/cycle"
	unreadable "$TEST_DIR/cycle" op-ticket diagnose 1 "$TEST_DIR/cycle"
	unreadable "$TEST_DIR/cycle" op-ticket note 1 - <"$TEST_DIR/cycle"
}

@test "files of a subject that cannot be read are not reported as bad" {
	mkdir -p "$TEST_DIR/subjects/mine/invariants"
	export OP_SUBJECTS=$TEST_DIR/subjects OP_SUBJECT=mine PROMETHEUS_URL=http://127.0.0.1:1 PD_ENDPOINT=none
	mine=$OP_SUBJECTS/mine
	echo 'CREATE TABLE store (id TEXT, load REAL);' >"$mine/schema.sql"
	printf 'store\tload\tload\n' >"$mine/metrics.tsv"
	printf '%s\n' '-- invariant: a' "SELECT id AS store_id, load > 1 AS violated, 'm' AS message FROM store" >"$mine/invariants/a.sql"
	echo 'a.severity=info' >"$mine/params"
	run -0 op-check -s mine -n
	for file in schema.sql params invariants/a.sql invariants; do
		unreadable "$mine/$file" op-check -s mine -n
	done
	unreadable "$mine/metrics.tsv" op-scrape
}

@test "credentials that cannot be read are reported neither as missing nor as bad" {
	printf 'X-Scope-OrgID: a\n' >"$TEST_DIR/secret"
	chmod 600 "$TEST_DIR/secret"
	for flag in header-file pd-header-file token-file cacert; do
		unreadable "$TEST_DIR/secret" op-scrape --"$flag" "$TEST_DIR/secret"
	done
	unreadable "$TEST_DIR/secret" op-scrape --cert "$TEST_DIR/secret" --key "$TEST_DIR/secret"
}
