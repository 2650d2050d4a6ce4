#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket as a user sees it.
# takes 20 s

load helper

setup() {
	export USER=tester TZ=UTC
	store
	unset COLUMNS NO_COLOR
}

# cycle AT RECORD...: a cycle of verdicts on stdout
cycle() {
	local at=$1 n=0 record
	shift
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"%s","at":"%s"}\n' "${cluster:-default}" "$at"
	for record; do
		printf '%s\n' "$record"
		n=$((n + 1))
	done
	printf '{"kind":"end","records":%d}\n' "$n"
}

down() { printf '{"kind":"violation","invariant_name":"store_down","store_id":"%s","severity":"critical","message":"Store %s is Down"}' "$1" "$1"; }
fine() { printf '{"kind":"ok","invariant_name":"store_down","store_ids":["%s"]}' "$1"; }
complete='{"kind":"check","invariant_name":"store_down","complete":true}'
t0=2026-01-24T10:00:00Z
t1=2026-01-24T10:00:30Z
t2=2026-01-24T10:01:00Z

ingest() { op-ticket ingest "$@" 2>/dev/null; }
field() { op-ticket show "$1" | jq -c "$2"; }

# on a terminal of N columns: what is printed, without carriage returns
on_terminal() {
	local width=$1
	shift
	TERM=xterm script -qec "stty cols $width rows 40; $*" /dev/null </dev/null | tr -d '\r'
}

@test "a violation becomes a ticket, is counted, and is resolved by evidence" {
	run op-ticket ingest < <(cycle $t0 "$(down 2)" "$(fine 1)" "$complete")
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "Created ticket 1: store_down 2 (critical): Store 2 is Down" ]
	[ "${lines[1]}" = "Check complete: 1 invariants, 1 violations" ]
	run op-ticket ingest < <(cycle $t1 "$(down 2)" "$complete")
	[ "$status" -eq 0 ]
	[ "$(op-ticket list | jq -c '[.id, .status, .occurrence_count]')" = '[1,"open",2]' ]
	run op-ticket ingest < <(cycle $t2 "$(fine 2)" "$complete")
	[ "$output" = "Resolved ticket 1: store_down 2, cleared after 1m
Auto-resolved 1 ticket(s)
Check complete: 1 invariants, all passing" ]
	[ "$(field 1 '[.status, .resolution, .resolved_at]')" = '["resolved","cleared","2026-01-24T10:01:00.000Z"]' ]
}

@test "the keys of a ticket, and their types" {
	cycle $t0 '{"kind":"violation","invariant_name":"slow","store_id":"9007199254740993","severity":"info","message":"m","grace_s":0,"flap_count":1,"flap_window_s":1.5,"metric_snapshot":{"b":[1,null,1.50],"a":9007199254740993}}' \
		'{"kind":"check","invariant_name":"slow","complete":true}' | ingest
	[ "$(op-ticket list | jq -r 'keys_unsorted | join(" ")')" = "id subject cluster violation_key invariant_name store_id status held held_until flapping flap_window_s batch_key occurrence_count first_seen_at last_seen_at ok_since absent_since resolved_at resolution message severity diagnosis metric_snapshot created_at updated_at doc link muted verdict verdict_since reason missing" ]
	[[ $(op-ticket list) = *'"metric_snapshot":{"b":[1,null,1.50],"a":9007199254740993},'* ]]
	[ "$(field 1 '[.id, .store_id, .held, .flapping, .flap_window_s, .diagnosis, .held_until]')" = '[1,"9007199254740993",false,true,1.5,null,null]' ]
	[ "$(field 1 '[.batch_key, .first_seen_at, .violation_key]')" = '["batch-2026-01-24T10:00:00.000Z","2026-01-24T10:00:00.000Z","slow:9007199254740993"]' ]
}

@test "only invariant_name is required of a violation" {
	cycle $t0 '{"kind":"violation","invariant_name":"quorum"}' '{"kind":"check","invariant_name":"quorum","complete":true}' | ingest
	[ "$(field 1 '[.violation_key, .store_id, .severity, .message, .flapping, .metric_snapshot]')" = '["quorum",null,"warning",null,false,null]' ]
	cycle $t1 '{"kind":"ok","invariant_name":"quorum","store_ids":[null]}' '{"kind":"check","invariant_name":"quorum","complete":true}' | ingest
	[ "$(field 1 .resolution)" = '"cleared"' ]
}

@test "heartbeats" {
	beat() { op-ticket --db "$BATS_TEST_TMPDIR/$RANDOM$RANDOM.db" ingest 2>&1 | tail -n 1; }
	ok='{"kind":"check","invariant_name":"a","complete":true}'
	not='{"kind":"check","invariant_name":"b","complete":false}'
	unknown='{"kind":"unknown","invariant_name":"a","store_ids":["1"]}'
	pending='{"kind":"violation","invariant_name":"a","store_id":"2","grace_s":60}'
	[ "$(cycle $t0 "$ok" | beat)" = 'Check complete: 1 invariants, all passing' ]
	[ "$(cycle $t0 "$pending" "$ok" | beat)" = 'Check complete: 1 invariants, 1 violations (1 pending)' ]
	[ "$(cycle $t0 "$unknown" "$ok" | beat)" = 'Check complete: 1 invariants, 0 violations, 1 unknown' ]
	[ "$(cycle $t0 "$ok" "$not" | beat)" = 'Check complete: 2 invariants, 0 violations, 1 not evaluated' ]
	[ "$(cycle $t0 "$pending" "$unknown" "$ok" "$not" | beat)" = 'Check complete: 2 invariants, 1 violations (1 pending), 1 unknown, 1 not evaluated' ]
	[ "$(cycle $t0 | beat)" = 'Check complete: 0 invariants, 0 violations' ]
	[ "$(cluster=orders cycle $t0 "$ok" | beat)" = 'Check complete: 1 invariants, all passing (orders)' ]
	[ "$(cluster=orders cycle $t0 "$pending" "$ok" | beat)" = 'Check complete: 1 invariants, 1 violations (1 pending) (orders)' ]
	# invariants, not their verdicts
	more='{"kind":"unknown","invariant_name":"a","store_ids":["3","4"]}'
	[ "$(cycle $t0 "$unknown" "$more" "$ok" | beat)" = 'Check complete: 1 invariants, 0 violations, 1 unknown' ]
	# while a ticket is open, not all invariants pass
	cycle $t0 "$(down 2)" "$complete" | ingest
	op-ticket hold 1 2>/dev/null
	run op-ticket ingest < <(cycle $t1 "$(fine 2)" "$complete")
	[ "$output" = 'Check complete: 1 invariants, 0 violations, 1 open' ]
	# the heartbeat is repeated for a cycle that was taken before
	run op-ticket ingest < <(cycle $t1 "$(fine 2)" "$complete")
	[ "${lines[1]}" = 'Check complete: 1 invariants, 0 violations, 1 open' ]
}

@test "lines of one cycle: created, escalated, resolved, their sum, the heartbeat; with the cluster" {
	cluster=orders cycle $t0 "$(jq -c '.severity = "info"' <<<"$(down 1)")" "$(down 2)" "$complete" | ingest
	run op-ticket ingest < <(cluster=orders cycle 2026-01-24T11:12:00Z "$(down 1)" "$(fine 2)" "$(down 3)" "$complete")
	[ "$output" = "Created ticket 3: store_down 3 (critical) in orders: Store 3 is Down
Escalated ticket 1: store_down 1 (critical, was info) in orders: Store 1 is Down
Resolved ticket 2: store_down 2 in orders, cleared after 1h12m
Auto-resolved 1 ticket(s)
Check complete: 1 invariants, 2 violations (orders)" ]
}

@test "the same cycle again is a no-op; other content, an older one, another cluster_id are refused" {
	cycle $t1 "$(down 2)" "$complete" | ingest
	before=$(store_dump)
	run op-ticket ingest < <(cycle $t1 "$(down 2)" "$complete")
	[ "$status" -eq 0 ]
	run --separate-stderr op-ticket ingest < <(cycle $t1 "$(down 3)" "$complete")
	[ "$status" -eq 65 ]
	[[ $stderr = "op-ticket: tikv/default: the cycle of 2026-01-24T10:00:30.000Z is refused: "* ]]
	run --separate-stderr op-ticket ingest < <(cycle $t0 "$(down 2)" "$complete")
	[ "$status" -eq 65 ]
	[ "$(store_dump)" = "$before" ]
	cycle $t2 "$(down 2)" "$complete" | jq -c 'if .kind == "begin" then .cluster_id = "7" else . end' | ingest
	run --separate-stderr op-ticket ingest < <(cycle 2026-01-24T10:02:00Z "$complete" | jq -c 'if .kind == "begin" then .cluster_id = "8" else . end')
	[ "$status" -eq 65 ]
	[[ $stderr = *cluster_id* ]]
	[ "$(field 1 .status)" = '"open"' ]
	run op-ticket ingest < <(cycle 2026-01-24T10:02:30Z "$(down 2)" "$complete" | jq -c 'if .kind == "begin" then .cluster_id = null else . end')
	[ "$status" -eq 0 ]
	[ "$(store_rows 'SELECT cluster_id FROM cycles')" = 7 ]
	run op-ticket ingest < <(cycle 2026-01-24T10:03:00Z "$complete" | jq -c 'if .kind == "begin" then .cluster_id = 7 else . end')
	[ "$status" -eq 65 ]
}

@test "a torn or refused cycle is skipped, the others are taken, and the end is 65" {
	run --separate-stderr op-ticket ingest < <(cycle $t0 "$(down 1)" "$complete"; cycle $t1 "$(down 2)" "$(down 2)" "$complete"; cycle $t2 "$(down 3)" "$complete")
	[ "$status" -eq 65 ]
	[[ $stderr = *"op-ticket: line 7: the cycle is torn: its key occurs twice"* ]]
	[ "$(op-ticket list | jq -r .violation_key | xargs)" = 'store_down:3 store_down:1' ]
	[ "$(field 1 .absent_since)" = '"2026-01-24T10:01:00.000Z"' ]
}

@test "cut at every byte: 65 and nothing changes" {
	cycle $t0 "$(down 1)" "$complete" | ingest
	before=$(store_dump)
	cycle $t1 "$(down 1)" "$(fine 2)" "$complete" >"$BATS_TEST_TMPDIR/whole"
	size=$(stat -c %s "$BATS_TEST_TMPDIR/whole")
	for ((n = 0; n < size; n += 7)); do
		run op-ticket ingest < <(head -c "$n" "$BATS_TEST_TMPDIR/whole")
		[ "$status" -eq 65 ]
		[ "$(store_dump)" = "$before" ]
	done
	run op-ticket --db "$BATS_TEST_TMPDIR/none.db" ingest < <(head -c 100 "$BATS_TEST_TMPDIR/whole")
	[ "$status" -eq 65 ]
	[ ! -e "$BATS_TEST_TMPDIR/none.db" ]
}

@test "malformed records: the cycle is refused, with one sentence and the line" {
	for bad in \
		'{"kind":"violation"}' \
		'{"kind":"violation","invariant_name":5}' \
		'{"kind":"violation","invariant_name":""}' \
		'{"kind":"violation","invariant_name":"a:b"}' \
		'{"kind":"violation","invariant_name":"a","store_id":5}' \
		'{"kind":"violation","invariant_name":"a","severity":"fatal"}' \
		'{"kind":"violation","invariant_name":"a","severity":1}' \
		'{"kind":"violation","invariant_name":"a","message":1}' \
		'{"kind":"violation","invariant_name":"a","grace_s":-1}' \
		'{"kind":"violation","invariant_name":"a","grace_s":"60"}' \
		'{"kind":"violation","invariant_name":"a","grace_s":1e300}' \
		'{"kind":"violation","invariant_name":"a","flap_count":-1}' \
		'{"kind":"violation","invariant_name":"a","flap_count":1.5}' \
		'{"kind":"violation","invariant_name":"a","flap_window_s":-0.1}' \
		'{"kind":"violation","invariant_name":"a","metric_snapshot":[]}' \
		'{"kind":"violation","invariant_name":"a","metric_snapshot":{"a":1,"a":2}}' \
		'{"kind":"violation","invariant_name":"a","message":"\u0000"}' \
		'{"kind":"violation","invariant_name":"a","message":"\ud800"}' \
		'{"kind":"violation","invariant_name":"a"} ' \
		'{"kind":"violation","invariant_name":"a"}x' \
		'{"kind":"ok","invariant_name":"a"}' \
		'{"kind":"ok","invariant_name":"a","store_ids":"1"}' \
		'{"kind":"ok","invariant_name":"a","store_ids":[1]}' \
		'{"kind":"ok","invariant_name":"a","store_ids":["1","1"]}' \
		'{"kind":"unknown","invariant_name":"a","store_ids":{}}' \
		'{"kind":"check","invariant_name":"a"}' \
		'{"kind":"check","invariant_name":"a","complete":1}' \
		'{"kind":"check","invariant_name":"store_down","complete":false}' \
		'{"kind":"new","a":}'; do
		run --separate-stderr op-ticket ingest < <(cycle $t0 "$complete" "$bad")
		echo "$bad: $status $stderr"
		if [ "$bad" = '{"kind":"violation","invariant_name":"a"} ' ]; then
			[ "$status" -eq 0 ] # trailing blanks are allowed
			store_clear
			continue
		fi
		[ "$status" -eq 65 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr = 'op-ticket: line 3: the cycle is torn: '* ]]
		if is_file; then
			[ ! -e "$OP_DB" ]
		fi
	done
	run op-ticket ingest < <(cycle $t0 "$complete" '{"kind":"new","a":[{}]}' '{"kind":"violation","invariant_name":"store_down","store_ids":5,"severity":null,"store_id":null,"message":null,"grace_s":null,"flap_count":null,"flap_window_s":null,"metric_snapshot":null}')
	[ "$status" -eq 0 ]
	[ "$(field 1 '[.store_id, .severity]')" = '[null,"warning"]' ]
}

@test "any text is stored as it is" {
	long=$(printf '%065536d' 0)
	for text in "'; DROP TABLE tickets;--" '%s%n%d' '100%_*?[a]' "a\"b\\c" $'tab\tnew\nline' $'\e[31m\u202e\u009b' "\$(reboot)" "$long" 'é漢字😀'; do
		store_clear
		record=$(jq -nc --arg t "$text" '{kind: "violation", invariant_name: "a", store_id: $t, message: $t, metric_snapshot: {($t): $t}}')
		cycle $t0 "$record" '{"kind":"check","invariant_name":"a","complete":true}' | ingest
		[ "$(op-ticket show 1 | jq --arg t "$text" '.store_id == $t and .message == $t and .violation_key == "a:" + $t and .metric_snapshot == {($t): $t}')" = true ]
		[ "$(op-ticket list --cluster "$text" 2>/dev/null | wc -l)" -eq 0 ]
		cycle $t1 "$(jq -nc --arg t "$text" '{kind: "ok", invariant_name: "a", store_ids: [$t]}')" '{"kind":"check","invariant_name":"a","complete":true}' | ingest
		[ "$(field 1 .resolution)" = '"cleared"' ]
	done
}

@test "nothing unsafe reaches a terminal, a table or stderr" {
	text=$'A\e[31m\u009bB\u202eC\u0007D\u007fE\rF'
	record=$(jq -nc --arg t "$text" '{kind: "violation", invariant_name: $t, store_id: $t, message: $t, metric_snapshot: {($t): $t}}')
	cluster=$'c\u202e' cycle $t0 "$record" "$(jq -nc --arg t "$text" '{kind: "check", invariant_name: $t, complete: true}')" >"$BATS_TEST_TMPDIR/in"
	printf '%s\n' "$text" >"$BATS_TEST_TMPDIR/diagnosis"
	{
		op-ticket ingest --events <"$BATS_TEST_TMPDIR/in"
		op-ticket diagnose 1 "$BATS_TEST_TMPDIR/diagnosis"
		USER=$text op-ticket hold 1
		op-ticket list
		op-ticket list --json
		op-ticket list --table
		op-ticket show 1
		op-ticket show 1 --table
		op-ticket show --batch "$text" || true
		op-ticket events
		op-ticket events --table
		op-ticket status --table || true
		op-ticket "$text" || true
		op-ticket ack "$text" || true
		op-ticket --db "$text" ack 1 || true
		op-ticket --db "/nowhere/$text" ingest <"$BATS_TEST_TMPDIR/in" || true
	} >"$BATS_TEST_TMPDIR/out" 2>&1
	grep -q 'A.*B.*C' "$BATS_TEST_TMPDIR/out"
	LC_ALL=C.UTF-8 run grep -nP '[\x{00}-\x{09}\x{0b}-\x{1f}\x{7f}-\x{9f}\x{202a}-\x{202e}]' "$BATS_TEST_TMPDIR/out"
	echo "$output"
	[ "$status" -eq 1 ]
}

@test "ack, diagnose, resolve: forward only, several at once, all or nothing" {
	cycle $t0 "$(down 1)" "$(down 2)" "$(down 3)" "$complete" | ingest
	run op-ticket ack 1 TKT-2
	[ "$status" -eq 0 ]
	[ "$output" = $'Acknowledged ticket 1\nAcknowledged ticket 2' ]
	before=$(store_dump)
	run --separate-stderr op-ticket ack 3 1
	[ "$status" -eq 1 ]
	[ "$stderr" = 'op-ticket: ticket 1 is acknowledged already' ]
	run --separate-stderr op-ticket resolve 3 99
	[ "$status" -eq 1 ]
	[ "$stderr" = 'op-ticket: there is no ticket 99' ]
	[ "$(store_dump)" = "$before" ]
	printf '# First\n' | op-ticket diagnose 1
	printf '# Second\n' >"$BATS_TEST_TMPDIR/note.md"
	op-ticket diagnose 1 TKT-3 "$BATS_TEST_TMPDIR/note.md"
	[ "$(field 1 '[.status, .diagnosis, [.events[] | .event], [.events[] | .note]]')" = '["diagnosed","# Second\n",["created","acknowledged","diagnosed","diagnosed"],[null,null,"# First\n","# Second\n"]]' ]
	run op-ticket ack 3
	[ "$status" -eq 1 ]
	op-ticket resolve 1 1 TKT-1
	[ "$(field 1 '[.status, .resolution, (.events[-1] | .event, .actor)]')" = '["resolved","manual","resolved","tester"]' ]
	for command in ack resolve hold unhold; do
		run --separate-stderr op-ticket $command 1
		[ "$status" -eq 1 ]
		[ "$stderr" = 'op-ticket: ticket 1 is resolved, and that is final' ]
	done
	op-ticket diagnose 1 <<<text
	[ "$(field 1 '[.status, .diagnosis]')" = '["resolved","text\n"]' ]
}

@test "a diagnosis is Markdown of at most 256 KiB" {
	cycle $t0 "$(down 1)" "$complete" | ingest
	head -c 262144 /dev/zero | tr '\0' x | op-ticket diagnose 1
	[ "$(field 1 '.diagnosis | length')" = 262144 ]
	before=$(store_dump)
	run op-ticket diagnose 1 < <(head -c 262145 /dev/zero | tr '\0' x)
	[ "$status" -eq 65 ]
	for bad in '' ' \n\t\n' 'a\0b' 'a\xff'; do
		# shellcheck disable=SC2059 # it is a format
		run --separate-stderr op-ticket diagnose 1 < <(printf "$bad")
		[ "$status" -eq 65 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
	run op-ticket diagnose 1 /nonexistent
	[ "$status" -eq 65 ]
	[ "$(store_dump)" = "$before" ]
}

@test "a hold keeps evidence from resolving, until it is lifted, lapses, or is overridden" {
	needs faketime
	cycle $t0 "$(down 1)" "$(down 2)" "$(down 3)" "$complete" | ingest
	op-ticket hold 1 2 3
	faketime '2026-01-24 10:00:00' op-ticket hold 2 --for 1m
	ok='{"kind":"ok","invariant_name":"store_down","store_ids":["1","2","3"]}'
	cycle $t1 "$ok" "$complete" | ingest
	[ "$(op-ticket list --open | jq -r .ok_since | sort -u)" = 2026-01-24T10:00:30.000Z ]
	op-ticket unhold 1
	run op-ticket unhold 1
	[ "$status" -eq 1 ]
	cycle 2026-01-24T10:02:00Z "$ok" "$complete" | ingest
	[ "$(field 1 '[.resolution, .resolved_at]')" = '["cleared","2026-01-24T10:02:00.000Z"]' ]
	[ "$(field 2 '[.resolution, .held, .held_until, [.events[] | .event]]')" = '["cleared",false,null,["created","held","held","unheld","resolved"]]' ]
	[ "$(field 3 '[.status, .held]')" = '["open",true]' ]
	op-ticket resolve 3
	[ "$(field 3 '[.resolution, .held, [.events[] | .event]]')" = '["manual",false,["created","held","resolved"]]' ]
}

@test "flapping: set when opened, by the count in the window; resolved only once quiet" {
	flap() { printf '{"kind":"violation","invariant_name":"store_down","store_id":"1","flap_count":3,"flap_window_s":60}'; }
	at() { printf '2026-01-24T10:%02d:%02dZ' $(($1 / 60)) $(($1 % 60)); }
	step() { cycle "$(at "$1")" "$2" "$complete" | ingest; }
	step 0 "$(flap)"
	step 10 "$(fine 1)"
	step 30 "$(flap)"
	step 40 "$(fine 1)"
	step 60 "$(flap)" # the first one is on the window's edge, which is outside
	[ "$(op-ticket list | jq -c .flapping | xargs)" = 'false false false' ]
	step 70 "$(fine 1)"
	step 89 "$(flap)" # those of 30 and 60, and this one
	[ "$(field 4 .flapping)" = true ]
	step 100 "$(fine 1)"
	step 158 "$(fine 1)"
	[ "$(field 4 '[.status, .ok_since]')" = '["open","2026-01-24T10:01:40.000Z"]' ]
	step 159 "$(fine 1)" # cycles come a little early
	[ "$(field 4 '[.status, .resolution]')" = '["resolved","cleared"]' ]
}

@test "a batch is one incident" {
	cycle $t0 "$(down 1)" "$(down 2)" "$complete" | ingest
	cycle $t1 "$(down 1)" "$(down 2)" "$(down 3)" "$complete" | ingest
	cluster=other cycle $t0 "$(down 9)" "$complete" | ingest
	batch="batch-2026-01-24T10:00:00.000Z"
	op-ticket ack 1
	for command in ack 'hold --for 1h' diagnose resolve; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr op-ticket $command --batch $batch <<<'# why'
		[ "$status" -eq 64 ]
		[[ $stderr = *--cluster* ]]
	done
	[ "$(op-ticket show --batch $batch 2>&1 | wc -l)" -eq 1 ]
	op-ticket ack --batch $batch --cluster default # the first is passed over
	[ "$(op-ticket list | jq -r .status | xargs)" = 'open acknowledged acknowledged acknowledged' ]
	run op-ticket ack --batch $batch --cluster default
	[ "$status" -eq 1 ]
	op-ticket diagnose --batch $batch --cluster default <<<'# why'
	[ "$(op-ticket show --batch $batch --cluster default | jq -c '[keys_unsorted, (.tickets | length), (.tickets[] | .diagnosis), (.tickets[2].events | length)]')" = '[["batch_key","subject","cluster","tickets"],3,"# why\n","# why\n","# why\n",3]' ]
	op-ticket hold --batch $batch --cluster default
	op-ticket unhold --batch $batch --cluster default
	op-ticket resolve 2
	op-ticket resolve --batch $batch --cluster default
	[ "$(op-ticket list --batch $batch --cluster default | jq -r .resolution | sort | uniq -c | xargs)" = '3 manual' ]
	run op-ticket resolve --batch $batch --cluster default
	[ "$status" -eq 1 ]
	run op-ticket show --batch none
	[ "$status" -eq 1 ]
}

@test "list: filters, formats, newest first" {
	cycle $t0 "$(down 1)" "$(down 2)" "$complete" | ingest
	cycle $t1 "$(fine 1)" "$(down 2)" "$(down 3)" "$complete" | ingest
	cluster=b cycle 2026-01-25T00:00:00Z "$(down 1)" "$complete" | ingest
	op-ticket ack 2
	ids() { op-ticket list "$@" | jq .id | xargs; }
	[ "$(ids)" = '4 3 2 1' ]
	[ "$(ids --open)" = '4 3 2' ]
	[ "$(ids -s open)" = '4 3' ]
	[ "$(ids --status acknowledged)" = 2 ]
	[ "$(ids -s resolved)" = 1 ]
	[ "$(ids -s open,acknowledged)" = '4 3 2' ]
	[ "$(ids --cluster b)" = 4 ]
	[ "$(ids --subject tikv --cluster default --open)" = '3 2' ]
	[ "$(ids --batch batch-2026-01-24T10:00:00.000Z)" = '3 2 1' ]
	# tickets whose life overlaps the window
	[ "$(ids --since 2026-01-24T10:00:30Z)" = '4 3 2 1' ]
	[ "$(ids --since 2026-01-24T10:00:31Z --until 2026-01-24T10:01:00Z)" = '3 2' ]
	[ "$(ids --until 2026-01-24T10:00:29Z)" = '2 1' ]
	[ "$(ids --since 1s --open)" = '4 3 2' ]
	[ "$(op-ticket list --json | jq length)" = 4 ]
	[ "$(op-ticket list --json --cluster b -s resolved)" = '[]' ]
	[ "$(op-ticket list --ndjson | wc -l)" -eq 4 ]
	run op-ticket list -s finished
	[ "$status" -eq 64 ]
	run op-ticket list --since soon
	[ "$status" -eq 64 ]
}

@test "list: no hidden limit, and no message if the reader ends early" {
	# shellcheck disable=SC2046 # words
	cycle $t0 $(jq -nc 'range(3000) | {kind: "violation", invariant_name: "store_down", store_id: tostring, metric_snapshot: {x: ("y" * 8000)}}') "$complete" | ingest
	[ "$(op-ticket list | jq .id | sort -n | uniq | wc -l)" -eq 3000 ]
	[ "$(op-ticket list --json | jq length)" -eq 3000 ]
	run --separate-stderr bash -c 'op-ticket list | head -n 1 | jq .id'
	[ "$output" = 3000 ]
	[ -z "$stderr" ]
}

@test "a missing file lists nothing and is not created" {
	of_files
	for command in list 'list --table' events; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr op-ticket $command
		[ "$status" -eq 0 ]
		[ -z "$output" ]
		[ "$stderr" = "op-ticket: no database at $OP_DB; set OP_DB or --db" ]
	done
	[ "$(op-ticket list --json)" = '[]' ]
	for command in 'show 1' 'ack 1' 'resolve --batch b' 'events 1' status; do
		# shellcheck disable=SC2086 # words
		run op-ticket $command
		[ "$status" -eq 1 ]
	done
	run op-ticket prune --older-than 1d
	[ "$status" -eq 0 ]
	[ ! -e "$OP_DB" ]
	: >"$OP_DB" # nor is an empty one written to
	[ -z "$(op-ticket list)" ]
	[ ! -s "$OP_DB" ]
}

@test "events: the ledger, and --follow" {
	cycle $t0 "$(down 1)" "$complete" | ingest
	op-ticket ack 1
	[ "$(op-ticket events | jq -r '[.ticket_id, .event, .actor] | @csv' | tr -d '"' | xargs)" = '1,created,op 1,acknowledged,tester' ]
	[ "$(op-ticket events TKT-1 --json | jq length)" = 2 ]
	run op-ticket events 7
	[ "$status" -eq 1 ]
	start op-ticket events --follow >"$BATS_TEST_TMPDIR/followed"
	has() { [ "$(wc -l <"$BATS_TEST_TMPDIR/followed")" -eq "$1" ]; }
	wait_until 5 has 2
	op-ticket resolve 1
	wait_until 5 has 3
	stop "$STARTED"
	# the reader ends, and so does events
	OP_DB=$BATS_TEST_TMPDIR/later.db start bash -c 'op-ticket events --follow | head -n 1'
	cycle $t0 "$(down 1)" "$complete" | op-ticket --db "$BATS_TEST_TMPDIR/later.db" ingest
	wait_until 5 gone "$STARTED"
	run op-ticket events --follow --json
	[ "$status" -eq 64 ]
}

@test "events --follow: a replaced database is reported, shorter or longer" {
	of_files
	cycle $t0 "$(down 1)" "$complete" | ingest
	for events in 1 3; do
		rm -f "$BATS_TEST_TMPDIR/here.db" "$BATS_TEST_TMPDIR/new.db"
		cp "$OP_DB" "$BATS_TEST_TMPDIR/here.db"
		op-ticket --db "$BATS_TEST_TMPDIR/here.db" ack 1
		start op-ticket --db "$BATS_TEST_TMPDIR/here.db" events --follow >"$BATS_TEST_TMPDIR/followed" 2>"$BATS_TEST_TMPDIR/err"
		has() { [ "$(wc -l <"$BATS_TEST_TMPDIR/followed")" -eq "$1" ]; }
		wait_until 20 has 2
		cycle 2026-03-01T00:00:00Z "$(down 1)" "$complete" | op-ticket --db "$BATS_TEST_TMPDIR/new.db" ingest
		for more in $(seq 2 "$events"); do
			op-ticket --db "$BATS_TEST_TMPDIR/new.db" note 1 -m "$more"
		done
		mv "$BATS_TEST_TMPDIR/new.db" "$BATS_TEST_TMPDIR/here.db"
		ended=0
		wait "$STARTED" || ended=$?
		[ "$ended" -eq 65 ]
		grep -q 'event 2 has changed: the database was replaced' "$BATS_TEST_TMPDIR/err"
		has 2
	done
}

@test "the ledger is append only, a status goes forward only, a key has one unresolved ticket" {
	of_files
	cycle $t0 "$(down 1)" "$complete" | ingest
	op-ticket resolve 1
	for sql in "UPDATE ticket_events SET actor = 'x'" 'DELETE FROM ticket_events' "UPDATE tickets SET status = 'open'" \
		"INSERT INTO tickets SELECT 2, subject, cluster, violation_key, invariant_name, store_id, 'closed', 0, NULL, 0, 0, '', 1, '', '', NULL, NULL, NULL, NULL, '', 'info', NULL, NULL, '', '' FROM tickets" \
		"INSERT INTO tickets SELECT 2, subject, cluster, violation_key, invariant_name, store_id, 'open', 0, NULL, 0, 0, '', 1, '', '', NULL, NULL, NULL, NULL, '', 'fatal', NULL, NULL, '', '' FROM tickets"; do
		run sqlite3 "$OP_DB" "$sql"
		[ "$status" -ne 0 ]
	done
	cycle $t1 "$(down 1)" "$complete" | ingest
	run sqlite3 "$OP_DB" "INSERT INTO tickets SELECT 9, subject, cluster, violation_key, invariant_name, store_id, status, 0, NULL, 0, 0, '', 1, '', '', NULL, NULL, NULL, NULL, '', 'info', NULL, NULL, '', '' FROM tickets WHERE id = 2"
	[ "$status" -ne 0 ]
	[ "$(sqlite3 "$OP_DB" "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%' AND NOT strict")" = 0 ]
}

@test "status: 1 if a cycle or a check is late or missing" {
	run --separate-stderr op-ticket status --json
	[ "$status" -eq 1 ]
	[ "$output" = '[]' ]
	if is_file; then
		[ "$stderr" = "op-ticket: no database at $OP_DB; set OP_DB or --db" ]
	fi
	now=$(date -u +%FT%TZ)
	cycle "$(date -u -d '-60 seconds' +%FT%TZ)" "$(down 1)" "$complete" '{"kind":"check","invariant_name":"b","complete":true}' | ingest
	run op-ticket status
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.subject, .cluster, .open_tickets, .fresh, .late_invariants]' <<<"$output")" = '["tikv","default",1,true,[]]' ]
	run op-ticket status --max-age 5s
	[ "$status" -eq 1 ]
	cycle "$now" "$(down 1)" "$complete" '{"kind":"check","invariant_name":"b","complete":false}' | ingest
	run op-ticket status --max-age 30s
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.late_invariants[] | .invariant_name]' <<<"$output")" = '["b"]' ]
	run op-ticket status --max-age 30s --table
	[[ ${lines[1]} = *LATE*b* ]]
	run op-ticket status --max-age 10m
	[ "$status" -eq 0 ]
}

@test "prune deletes resolved tickets with their events, and ids are never used again" {
	cycle $t0 "$(down 1)" "$(down 2)" "$(down 3)" "$complete" | ingest
	cycle $t1 "$(fine 1)" "$(down 2)" "$(fine 3)" "$complete" | ingest
	run op-ticket prune
	[ "$status" -eq 64 ]
	op-ticket prune --older-than 36500d
	[ "$(op-ticket list | wc -l)" -eq 3 ]
	run op-ticket prune --older-than 1h
	[ "$output" = 'Pruned 2 tickets' ]
	[ "$(op-ticket list | jq .id)" = 2 ]
	[ "$(op-ticket events | jq .ticket_id | sort -u)" = 2 ]
	cycle $t2 "$(down 2)" "$(down 1)" "$complete" | ingest
	[ "$(op-ticket list | jq .id | xargs)" = '4 2' ]
}

@test "--dry-run prints what would change and changes nothing" {
	if is_file; then
		mkdir "$BATS_TEST_TMPDIR/own"
		OP_DB=$BATS_TEST_TMPDIR/own/tickets.db
	fi
	cycle $t0 "$(down 1)" "$complete" | ingest
	before=$(store_dump)
	run --separate-stderr op-ticket ingest --dry-run < <(cycle $t1 "$(fine 1)" "$(down 2)" "$complete"; cycle $t2 "$(fine 2)" "$complete")
	[ "$status" -eq 0 ]
	[ "$(jq -r '[.kind, .event, .ticket.id, .ticket.status] | join(" ")' <<<"$output")" = 'event resolved 1 resolved
event created 2 open
event resolved 2 resolved' ]
	[[ ${stderr_lines[0]} = 'Dry run: Created ticket 2: '* ]]
	[ "${stderr_lines[2]}" = 'Dry run: Auto-resolved 1 ticket(s)' ]
	[ "$(store_dump)" = "$before" ]
	is_file || return 0
	[ "$(ls "$BATS_TEST_TMPDIR/own")" = $'tickets.db\ntickets.db-queue' ]
	run --separate-stderr op-ticket --db "$BATS_TEST_TMPDIR/none.db" ingest --dry-run < <(cycle $t1 "$(down 2)" "$complete")
	[ "$(jq .ticket.id <<<"$output")" = 1 ]
	[ ! -e "$BATS_TEST_TMPDIR/none.db" ]
}

@test "--events prints what has changed" {
	run --separate-stderr op-ticket ingest --events < <(cycle $t0 "$(jq -c '.severity = "info"' <<<"$(down 1)")" "$complete"; cycle $t1 "$(down 1)" "$complete"; cycle $t2 "$(fine 1)" "$complete")
	[ "$(jq -r '[.kind, .event, .at, .ticket.severity, .ticket.status] | join(" ")' <<<"$output")" = 'event created 2026-01-24T10:00:00.000Z info open
event escalated 2026-01-24T10:00:30.000Z critical open
event resolved 2026-01-24T10:01:00.000Z critical resolved' ]
	run --separate-stderr op-ticket ingest < <(cycle 2026-01-24T10:02:00Z "$(down 1)" "$complete")
	[ -z "$output" ]
}

@test "--gone-after: how long a key must be unlisted" {
	cycle $t0 "$(down 1)" "$complete" | ingest
	cycle $t1 "$complete" | ingest --gone-after 30s
	[ "$(field 1 '[.status, .absent_since]')" = '["open","2026-01-24T10:00:30.000Z"]' ]
	cycle $t2 "$complete" | ingest --gone-after 30s
	[ "$(field 1 '[.status, .resolution]')" = '["resolved","gone"]' ]
}

@test "bad usage: 64, one line that names the error" {
	check() {
		run --separate-stderr op-ticket "$@" </dev/null
		echo "$*: $status $stderr"
		[ "$status" -eq 64 ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr = op-ticket:* ]] && [ -z "$output" ]
	}
	check
	check lsit
	[[ $stderr = *'did you mean list?'* ]]
	check digest
	check --frob list
	[[ $stderr = *--frob* ]]
	check list --frob
	check list --opne
	[[ $stderr = *'--opne: unknown flag; did you mean --open?'* ]]
	check list --cluster
	[[ $stderr = *'--cluster: needs a value (try'* ]]
	check list --for 2h
	[[ $stderr = *--for* ]]
	check list 1
	check show
	check show 1 x
	check list --open -s resolved
	check list --sort cluste
	[[ $stderr = *'did you mean cluster?'* ]]
	check list --pending --open
	check list --since 2h --until 3h
	check list --limit x
	check list --severity bad
	check list --watch
	check list --events --csv
	check events --follow --csv
	check stats --sort name
	check ack
	check ack one
	check ack 0
	check ack -- -1
	check ack 99999999999999999999
	check ack 1 --batch b
	check ack 1 --cluster c
	check hold 1 --for soon
	check hold 1 --for
	check ingest file
	check ingest --gone-after -1
	check status --max-age x
	check prune --older-than
	check list --json --table
	check --db '' list
}

@test "help on stdout for the program and each command, and the version" {
	run --separate-stderr op-ticket -h
	[ "$status" -eq 0 ]
	[[ $output = 'usage: op-ticket'* ]]
	[ -z "$stderr" ]
	for command in ingest list show incidents ack note diagnose resolve hold unhold events stats status prune; do
		run op-ticket $command -h
		[ "$status" -eq 0 ]
		[[ $output = "usage: op-ticket [--db FILE] $command"* ]]
		[[ $(op-ticket --help) = *"  $command"* ]]
	done
	run op-ticket -V
	[[ $output =~ ^op-ticket\ [0-9.]+$ ]]
}

@test "on a terminal without input, ingest and diagnose print their usage" {
	run script -qec 'op-ticket ingest; echo status $?' /dev/null
	[[ $output = *'op-ticket: ingest: '*stdin*'status 64'* ]]
	run script -qec 'op-ticket diagnose 1; echo status $?' /dev/null
	[[ $output = *'op-ticket: diagnose: '*stdin*'status 64'* ]]
}

@test "flags stand anywhere, and POSIXLY_CORRECT changes nothing" {
	cycle $t0 "$(down 1)" "$complete" | ingest
	[ "$(env -u OP_DB op-ticket --db "$OP_DB" list | jq .id)" = 1 ]
	[ "$(env -u OP_DB op-ticket list --db "$OP_DB" | jq .id)" = 1 ]
	[ "$(POSIXLY_CORRECT=1 env -u OP_DB op-ticket list --open --db="$OP_DB" | jq .id)" = 1 ]
	op-ticket hold 1 --for 2h
	[ "$(field 1 .held)" = true ]
}

@test "queries whose cost must stay flat use their indexes" {
	of_files
	cycle $t0 "$(down 1)" "$complete" | ingest
	# every statement of the program, except lists, which read all, and batches and pruning, which are rare
	strings "$B/op-ticket" | grep -E '^(SELECT|UPDATE|DELETE) .*tickets .' >"$TEST_DIR/statements"
	[ "$(wc -l <"$TEST_DIR/statements")" -ge 15 ]
	# shellcheck disable=SC2016 # the dollars are SQL's
	while read -r statement; do
		case $statement in
			SELECT*'batch_key = $1'*) continue ;;
		esac
		plan=$(sqlite3 "$OP_DB" "EXPLAIN QUERY PLAN $statement")
		echo "$statement"$'\n'"$plan"
		case $statement in
			*"status <> 'resolved'"*) [[ $plan = *'INDEX tickets_unresolved'* && $plan != *'rowid<'* ]] ;;
			*"violation_key = "*'created_at > '*'created_at <= '*) [[ $plan = *'INDEX tickets_history (subject=? AND cluster=? AND violation_key=? AND created_at>?'* ]] ;;
			*'ORDER BY id DESC') [[ $plan != *TEMP* ]] ;;
			*) [[ $plan != *'SCAN tickets'* && $plan != *'SCAN ticket_events'* ]] ;;
		esac
	done <"$TEST_DIR/statements"
}
