#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket export and import: copying all of a database to another one.
# shellcheck disable=SC2016 # the dollars are the inner shell's

load helper

setup() {
	export USER=tester TZ=UTC
	cd "$BATS_TEST_TMPDIR" || return
	store b
	B_DB=$OP_DB
	store a
}

teardown() { stop_all; }

# cycle AT CLUSTER RECORD...
cycle() {
	local at=$1 cluster=$2
	shift 2
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"%s","cluster_id":"7","at":"%s"}\n' "$cluster" "$at"
	printf '%s\n' "$@" '{"kind":"end"}'
}

complete() { printf '{"kind":"check","invariant_name":"%s","complete":true}' "$1"; }

# everything that a database can hold
fill() {
	{
		cycle 2026-01-24T00:00:00Z a '{"kind":"violation","invariant_name":"down","store_id":"1","flap_count":1,"flap_window_s":1.5}' "$(complete down)"
		cycle 2026-01-24T00:00:30Z a \
			'{"kind":"violation","invariant_name":"down","store_id":"é\\\"\u0007\u202e","severity":"critical","message":"\\.\n","doc":"d","link":"https://x/","metric_snapshot":{"a":[1.50,"\t"],"b":"\u00e9"},"flap_count":2,"flap_window_s":300}' \
			'{"kind":"violation","invariant_name":"slow","grace_s":99999,"message":""}' \
			'{"kind":"unknown","invariant_name":"slow","store_ids":["1","2"],"reason":"idle"}' \
			"$(complete down)" "$(complete slow)"
		cycle 2026-01-24T05:00:00Z a '{"kind":"ok","invariant_name":"down","store_ids":["1"]}' "$(complete down)" \
			'{"kind":"unknown","invariant_name":"down","store_ids":["9"],"missing":["x y","z"]}' \
			'{"kind":"check","invariant_name":"slow","complete":false,"error":"source pd failed"}'
		cycle 2026-01-24T00:00:00Z b '{"kind":"violation","invariant_name":"down"}' "$(complete down)"
		cycle 2026-01-24T00:00:30Z b '{"kind":"ok","invariant_name":"down","store_ids":[]}' "$(complete down)"
		cycle 2026-01-24T00:01:00Z b '{"kind":"violation","invariant_name":"down"}' "$(complete down)"
	} | op-ticket ingest --lease mon-a:1h
	op-ticket mute --cluster 'a*' --for 2h -m 'work é'
	op-ticket mute --store 1 --for 2h -m gone
	op-ticket unmute 2
	op-ticket diagnose 1 <<<$'# Why\n\\.\n'
	op-ticket hold 1 --for 2h -m 'because'
	op-ticket note 2 $'two\nlines'
} 2>/dev/null

# the_same A B: both give the same output everywhere
the_same() {
	local ask
	for ask in 'list --ndjson' 'list --pending --ndjson' 'events --ndjson' 'events --cursor' 'mutes --all --ndjson' 'stats --ndjson' export; do
		# shellcheck disable=SC2086 # words
		op-ticket --db "$1" $ask >one
		# shellcheck disable=SC2086 # words
		op-ticket --db "$2" $ask >two
		cmp one two || return
	done
	op-ticket --db "$1" status --json | jq -c 'map(del(.age_s))' >one
	op-ticket --db "$2" status --json | jq -c 'map(del(.age_s))' >two
	cmp one two
}

@test "an export is imported whole, and exports the same again" {
	fill
	op-ticket export >stream
	[ "$(jq -r .kind stream | sort | uniq -c | awk '{ print $2, ($1 > 0) }' | xargs)" = 'begin 1 check 1 cycle 1 end 1 event 1 gap 1 mute 1 pending 1 ticket 1 unknown 1' ]
	run --separate-stderr -0 op-ticket --db "$B_DB" import <stream
	[ -z "$output" ]
	[[ $stderr =~ ^Imported\ [0-9]+\ tickets\ and\ [0-9]+\ events,\ [0-9]+\ records\ in\ all$ ]]
	the_same "$OP_DB" "$B_DB"
}

@test "pruned ids are not reused, and cursors stay valid" {
	fill
	last=$(op-ticket list --ndjson | jq -s 'map(.id) | max')
	op-ticket resolve "$last" 2>/dev/null
	cursor=$(op-ticket events --cursor)
	op-ticket prune --older-than 0 2>/dev/null
	run -0 op-ticket --db "$B_DB" import < <(op-ticket export)
	[ "$(op-ticket --db "$B_DB" events --cursor)" = "$cursor" ]
	run -0 op-ticket --db "$B_DB" events --after "$cursor" -q
	[ -z "$output" ]
	for db in "$OP_DB" "$B_DB"; do
		cycle 2026-01-25T00:00:00Z c '{"kind":"violation","invariant_name":"down"}' "$(complete down)" | op-ticket --db "$db" ingest 2>/dev/null
		[ "$(op-ticket --db "$db" list --cluster c | jq .id)" = $((last + 1)) ]
		run -0 op-ticket --db "$db" mute --store 1 --for 1h -m x
		[[ $output == 'Mute 3:'* ]]
	done
	cmp <(op-ticket events --after "$cursor" --ndjson) <(op-ticket --db "$B_DB" events --after "$cursor" --ndjson)
	# the same cycle counts as taken
	run -0 op-ticket --db "$B_DB" ingest --lease mon-a < <(cycle 2026-01-24T00:01:00Z b '{"kind":"violation","invariant_name":"down"}' "$(complete down)")
	[[ $output == 'Taken before'* ]]
}

@test "a torn stream is refused wherever it ends, and nothing of it is taken" {
	fill
	op-ticket export >stream
	size=$(stat -c %s stream)
	run -65 op-ticket --db "$B_DB" import </dev/null
	[ "$output" = 'op-ticket: the input holds no export: op-ticket export writes one' ]
	for cut in 1 $((size - 1)) $((size - 5)) $(seq 7 $((size / 40)) "$size"); do
		head -c "$cut" stream >torn
		run -65 op-ticket --db "$B_DB" import <torn
		[[ $output == 'op-ticket: '*'the stream is torn'* ]]
	done
	for line in $(seq 1 "$(wc -l <stream)"); do
		sed "${line}d" stream >torn
		run -65 op-ticket --db "$B_DB" import <torn
	done
	[ -z "$(op-ticket --db "$B_DB" list 2>/dev/null)$(op-ticket --db "$B_DB" status --ndjson 2>/dev/null)" ]
	run -0 op-ticket --db "$B_DB" import <stream
	the_same "$OP_DB" "$B_DB"
}

@test "values that a store cannot hold are refused with their line" {
	fill
	op-ticket export >stream
	for change in 's/"v":1,/"v":2,/' 's/"stream":"export"/"stream":"verdicts"/' 's/"kind":"gap"/"kind":"gape"/' \
		'/"kind":"ticket"/s/"held":false/"held":0/' '/"kind":"ticket"/s/"status":"open"/"status":"opened"/' \
		'/"kind":"ticket"/s/"created_at":"2026-01-24/"created_at":"2026-1-24/' '/"kind":"ticket"/s/"doc":/"dog":/' \
		'/"kind":"ticket"/s/"doc":/"more":1,"doc":/' '/"kind":"event"/s/"ticket_id":1,/"ticket_id":99,/' \
		'/"kind":"event"/s/"id":1,/"id":2,/' 's/"last_event_id":[0-9]*/"last_event_id":1/' 's/"last_ticket_id":[0-9]*/"last_ticket_id":-1/' \
		'/"kind":"event"/s/"id":1,/"id":1.5,/' '/"kind":"cycle"/s/"step_ms":[0-9]*/"step_ms":"1"/' \
		's/"missing":"\[/"missing":"[[/' '/"kind":"end"/s/"records":[0-9]*/"records":1/' '/"kind":"end"/p' 's/"ledger_id":"[0-9a-f]*"/"ledger_id":""/'; do
		sed "$change" stream >bad
		if cmp -s stream bad; then
			echo "nothing changes: $change"
			return 1
		fi
		run -65 op-ticket --db "$B_DB" import <bad
		[[ $output == 'op-ticket: '* ]]
	done
	run -65 op-ticket --db "$B_DB" import <"$BATS_TEST_FILENAME"
	run -65 op-ticket --db "$B_DB" import </dev/null
	[ -z "$(op-ticket --db "$B_DB" status --ndjson 2>/dev/null)" ]
}

@test "a database that is not empty is left alone" {
	fill
	op-ticket export >stream
	op-ticket export >before
	run -78 op-ticket import <stream
	[[ $output == *'not empty'* ]]
	op-ticket export | cmp - before
	# no ticket, but a mute; no mute any more, but its id
	op-ticket --db "$B_DB" import < <(head -n 1 stream | sed 's/\(last_[a-z]*_id":\)[0-9]*/\10/g' && echo '{"kind":"end","records":0}')
	op-ticket --db "$B_DB" mute --store 1 --for 1h -m x 2>/dev/null
	run -78 op-ticket --db "$B_DB" import <stream
	[ "$(op-ticket --db "$B_DB" mutes --ndjson | jq -c .id)" = 1 ]
}

@test "a missing file is created for its owner only, and not for a stream that does not begin" {
	of_files
	fill
	umask 000
	run -65 op-ticket --db "$B_DB" import < <(echo '{"kind":"begin","stream":"verdicts","v":1}')
	[ ! -e "$B_DB" ]
	run -0 op-ticket --db "$B_DB" import < <(op-ticket export)
	[ "$(stat -c %a "$B_DB")" = 600 ]
	run -78 op-ticket --db nothing.db export
	[[ $output == *'no database at nothing.db; set OP_DB or --db' ]]
	[ ! -e nothing.db ]
}

# an import of a torn stream that holds the lock and waits for the end of the pipe
torn_import() {
	local db=$1
	head -n -1 stream >torn
	mkfifo pipe
	start bash -c 'op-ticket --db "$0" import <pipe 2>said; echo $? >status' "$db"
	exec 8>pipe
	cat torn >&8
	# once there are tables, the import holds the lock
	wait_until 60 eval '[ "$(sqlite3 "file:$db?mode=ro" "PRAGMA user_version" 2>/dev/null || echo 0)" != 0 ]'
	wait_until 60 eval '! sqlite3 "$db" "BEGIN IMMEDIATE" 2>/dev/null'
}

# has a process of that command the file open?
has_open() {
	local fd
	for fd in /proc/[0-9]*/fd/*; do
		[ "$(readlink "$fd")" != "$2" ] || [[ $(tr '\0' ' ' <"${fd%/fd/*}/cmdline") != *"$1"* ]] || return 0
	done 2>/dev/null
	return 1
}

@test "an import that fails removes the file that it made, and no other" {
	of_files
	fill
	op-ticket export >stream
	head -n -1 stream >torn
	run -65 op-ticket --db "$B_DB" import <torn
	[ -z "$(find . -name 'b.db*')" ]
	touch empty.db
	op-ticket --db made.db create 2>/dev/null
	for db in empty.db made.db; do
		run -65 op-ticket --db "$db" import <torn
		[ -f "$db" ]
		run -0 op-ticket --db "$db" import <stream
		the_same "$OP_DB" "$db"
	done
	run -78 op-ticket --db made.db import <stream
	the_same "$OP_DB" made.db
}

@test "a cycle that waits for a failing import is not written to a deleted file" {
	of_files
	fill
	op-ticket export >stream
	torn_import "$B_DB"
	cycle 2026-01-24T00:00:00Z w '{"kind":"violation","invariant_name":"down"}' "$(complete down)" >one
	start bash -c 'op-ticket --db "$0" --db-timeout 300 ingest <one 2>ingest.said; echo $? >ingest.status' "$B_DB" 8>&-
	wait_until 60 has_open ' ingest' "$(realpath "$B_DB")"
	exec 8>&-
	wait_until 60 test -s status
	wait_until 60 test -s ingest.status
	[ "$(cat status)" = 65 ]
	cat ingest.said
	# taken after the import ended, or refused: never lost
	case $(cat ingest.status) in
	0) [ "$(op-ticket --db "$B_DB" list --cluster w | jq .id)" = 1 ] ;;
	*) [ "$(cat ingest.status)" = 75 ] ;;
	esac
}

@test "ingesting continues while an export is read slowly, and the export is one view" {
	for i in $(seq 1 40); do
		cycle "2026-01-24T00:00:$(printf %02d "$i")Z" a "$(for s in $(seq 1 20); do
			printf '{"kind":"violation","invariant_name":"down","store_id":"%d.%d","message":"%0500d"}\n' "$i" "$s" 0
		done)" "$(complete down)"
	done | op-ticket ingest 2>/dev/null
	mkfifo pipe
	start bash -c 'exec op-ticket export >pipe'
	exec 8<pipe
	read -r -u 8 _ # it has begun, and waits for us: the pipe is full
	run -0 timeout 60 op-ticket ingest < <(cycle 2026-01-24T01:00:00Z a "$(complete down)" &&
		cycle 2026-01-24T02:00:00Z b '{"kind":"violation","invariant_name":"later"}' "$(complete later)")
	op-ticket note 1 'meanwhile' 2>/dev/null
	cat <&8 >rest
	exec 8<&-
	[ "$(tail -n 1 rest | jq -r .kind)" = end ]
	[ "$(grep -c '"kind":"ticket"' rest)" = 800 ]
	run -1 grep -e later -e meanwhile rest
}

@test "exports beside writers can each be imported" {
	writer() {
		for i in $(seq 1 25); do
			cycle "2026-01-24T00:00:$(printf %02d "$i")Z" "$1" "$(printf '{"kind":"violation","invariant_name":"down","store_id":"%s"}\n' "$i" "a$i")" "$(complete down)" |
				op-ticket ingest 2>/dev/null || touch failed
		done
	}
	cycle 2026-01-24T00:00:00Z 0 "$(complete down)" | op-ticket ingest 2>/dev/null
	for n in 1 2 3; do
		writer $n 3>&- 4>&- &
		pids="${pids-} $!"
	done
	for n in 1 2 3 4 5; do
		op-ticket export >"stream.$n"
	done
	# shellcheck disable=SC2086 # pids
	wait $pids
	[ ! -e failed ]
	for n in 1 2 3 4 5; do
		store "copy$n"
		op-ticket import <"stream.$n" 2>/dev/null
		op-ticket export | cmp - "stream.$n"
		# each cycle whole or not at all
		[ "$(($(grep -c '"kind":"ticket"' "stream.$n") % 2))" = 0 ] || [ "$(grep -c '"kind":"ticket"' "stream.$n")" = 0 ]
	done
}

@test "of two simultaneous imports one succeeds" {
	fill
	op-ticket export >stream
	for n in 1 2 3 4; do
		{
			local status=0
			op-ticket --db "$B_DB" import <stream 2>"log.$n" || status=$?
			echo "$status" >"status.$n"
		} 3>&- 4>&- &
		pids="${pids-} $!"
	done
	# shellcheck disable=SC2086 # pids
	wait $pids
	head log.* status.*
	[ "$(cat status.* | sort | xargs)" = '0 78 78 78' ]
	the_same "$OP_DB" "$B_DB"
}

@test "an export that cannot be written fails" {
	fill
	run -74 bash -c 'op-ticket export >/dev/full'
	run -64 op-ticket export x
	run -64 op-ticket import --json
}
