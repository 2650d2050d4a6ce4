#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket's output for people: empty answers, lists, pages, terminals.
# takes 25 s

load helper

teardown() { stop_all; }

setup() {
	export USER=tester TZ=UTC
	store
	unset OP_ACTOR SUDO_USER DOAS_USER
}

# ago SECONDS: a time for cycles
ago() { date -u -d "-$1 seconds" +%FT%TZ; }

# down STORE [SEVERITY] [GRACE_S]
down() {
	jq -nc --arg id "$1" --arg severity "${2:-critical}" --argjson grace "${3:-0}" '{kind: "violation", invariant_name: "store_down", store_id: $id,
		severity: $severity, message: "Store \($id) is Down", grace_s: $grace, metric_snapshot: {disk_total_bytes: 536870912000, latency_p99_ms: 41.5, errors_per_s: 0.5}}'
}

# slow STORE
slow() { jq -nc --arg id "$1" '{kind: "violation", invariant_name: "high_latency", store_id: $id, message: "Store \($id) is slow"}'; }
fine() { jq -nc '{kind: "ok", invariant_name: "store_down", store_ids: $ARGS.positional}' --args "$@"; }

# cycle CLUSTER AT RECORD...: with checks of both invariants
cycle() {
	local cluster=$1 at=$2
	shift 2
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"%s","at":"%s"}\n' "$cluster" "$at"
	printf '%s\n' "$@"
	printf '{"kind":"check","invariant_name":"%s","complete":true}\n' store_down high_latency
	printf '{"kind":"end"}\n'
}

ingest() { op-ticket ingest 2>/dev/null; }

# on_terminal COLUMNS COMMAND: what is printed, without carriage returns
on_terminal() {
	local width=$1
	shift
	TERM=${TERM_OF:-xterm} LC_ALL=C.UTF-8 script -qec "stty cols $width rows ${ROWS:-60}; $*" /dev/null </dev/null | tr -d '\r'
}

# widest: the width of stdin's widest line, in columns of a terminal
widest() {
	python3 -c '
import re, sys, unicodedata
def width(c):
    if unicodedata.combining(c) or c in "\u200d\ufe0f": return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
print(max(sum(map(width, re.sub("\x1b\\[[0-9;]*m", "", l.rstrip("\n")))) for l in sys.stdin))'
}

@test "an empty answer says why, on stderr alone" {
	run --separate-stderr op-ticket list
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	is_file || [ "$stderr" = 'op-ticket: no tickets; no cycle has been taken yet' ]
	if is_file; then
		[ "$stderr" = "op-ticket: no database at $OP_DB; set OP_DB or --db" ]
	fi
	for command in 'show 1' status 'ack 1' 'note 1 text'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr op-ticket $command
		[ "$status" -eq 1 ]
		if is_file; then
			[[ $stderr = *"no database at $OP_DB; set OP_DB or --db" ]]
		fi
	done
	for cluster in orders payments users; do
		cycle $cluster "$(ago 20)" "$(fine 1 2)" | ingest
	done
	for command in list 'list --open' 'list --table' incidents stats 'list --pending'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr op-ticket $command
		echo "$command: $stderr"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
		[[ $stderr =~ ^op-ticket:\ no\ [a-z\ ]+\;\ 3\ clusters\ checked,\ the\ last\ [0-9a-z]+\ ago$ ]]
	done
	run -0 --separate-stderr op-ticket mutes
	[ -z "$output" ]
	[ "$stderr" = 'op-ticket: no mutes' ]
	op-ticket mute --store 9 --for 1h -m 'a disk' 2>/dev/null
	op-ticket unmute 1 2>/dev/null
	run -0 --separate-stderr op-ticket mutes --table
	[ -z "$output" ]
	[ "$stderr" = 'op-ticket: no mutes are in force or to come; --all lists 1 that ended' ]
	for command in list events incidents stats status 'list --pending'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr op-ticket $command --cluster order
		echo "$command: $stderr"
		[ "$status" -eq 1 ]
		[[ $stderr = *'no cluster "order"; did you mean orders? there are orders, payments, users' ]]
	done
	run --separate-stderr op-ticket list --subject mysql
	[ "$status" -eq 1 ]
	[[ $stderr = *'no subject "mysql"; there are tikv' ]]
	run --separate-stderr op-ticket list --batch none
	[ "$status" -eq 1 ]
	cycle orders "$(ago 5)" "$(down 1)" | ingest
	run --separate-stderr op-ticket list --store 9 -q
	[ -z "$stderr" ]
	run --separate-stderr op-ticket list --store 9
	[ "$status" -eq 0 ]
	[[ $stderr = *'no tickets match; 3 clusters'* ]]
}

@test "list: worst first, what each is about, and a summary" {
	cycle orders "$(ago 7200)" "$(down 1 warning)" "$(down 2)" "$(down 3)" | ingest
	cycle orders "$(ago 60)" "$(down 1 warning)" "$(down 2)" "$(fine 3)" "$(slow 9)" | ingest
	cycle orders "$(ago 20)" "$(down 1 warning)" "$(down 2)" "$(fine 3)" "$(slow 9)" "$(down 4 critical 600)" | ingest
	run op-ticket list --table
	echo "$output"
	[[ ${lines[0]} =~ ^\ *ID\ SEV\ +STATUS\ +FLAGS\ +AGE\ WHAT$ ]]
	[[ ${lines[1]} = *TKT-2*critical*open*'2h'*'store_down 2: Store 2 is Down' ]]
	[[ ${lines[2]} = *TKT-4*warning*'1m'*'high_latency 9: Store 9 is slow' ]]
	[[ ${lines[3]} = *TKT-1*warning*'2h'*'store_down 1'* ]]
	[[ ${lines[4]} = *TKT-3*resolved*'1h59m'*'store_down 3'* ]]
	[[ ${lines[5]} =~ ^3\ open\ \(1\ critical\),\ 1\ pending\;\ last\ cycle\ [0-9a-z]+\ ago$ ]]
	cycle payments "$(ago 10)" "$(down 1)" | ingest
	[[ $(op-ticket list --table | head -n 1) = *CLUSTER* ]]
	[[ $(op-ticket list --table --limit 2 --sort id | head -n 1) = *CLUSTER* ]] # though these are of one
	[[ $(op-ticket list --table --cluster orders | head -n 1) != *CLUSTER* ]]
	cycle payments "$(ago 8)" "$(fine 1)" | ingest
	[[ $(op-ticket list --table --open | head -n 1) = *CLUSTER* ]]
	run op-ticket list --pending --table
	[[ ${lines[1]} = critical*orders*'store_down 4: Store 4 is Down' ]]
	[ "$(op-ticket list --pending | jq -r '[.kind, .store_id, .severity] | join(" ")')" = 'pending 4 critical' ]
	[ -z "$(op-ticket list --pending -q -n 0)" ]
	[ -z "$(op-ticket list --pending -q -n 0 --table)" ]
	run -64 op-ticket list --unknown --status resolved
	for filter in '--since 1h' '--until now' '--severity critical' --open; do
		# shellcheck disable=SC2086
		run -64 op-ticket list --pending $filter
	done
	op-ticket hold 2
	[[ $(op-ticket list --table) = *TKT-2*HELD* ]]
}

@test "list: sorted and filtered" {
	cycle orders "$(ago 7200)" "$(down 1 warning)" "$(down 22)" "$(down 3 info)" | ingest
	cycle orders "$(ago 3600)" "$(fine 1)" "$(down 22)" "$(down 3 info)" "$(slow 4)" | ingest
	ids() { op-ticket list "$@" | jq .id | xargs; }
	[ "$(ids)" = '4 3 2 1' ]
	[ "$(ids --sort severity)" = '2 4 1 3' ]
	[ "$(ids --sort -severity)" = '3 1 4 2' ]
	[ "$(ids --sort age --open)" = '4 3 2' ]
	[ "$(ids --sort -id)" = '4 3 2 1' ]
	[ "$(ids --sort store_id)" = '1 2 3 4' ]
	[ "$(ids --sort violation_key)" = '4 1 2 3' ]
	[ "$(ids --sort -resolution)" = '1 2 3 4' ]
	local column
	for column in $(op-ticket list -n 1 | jq -r 'keys[]' | grep -vxE 'kind|lost|lost_since|metric_snapshot|reason|missing'); do
		ids --sort "$column" >/dev/null
		[ "$(ids --sort "$column" | wc -w)" -eq 4 ]
	done
	[ "$(ids --severity warning,critical)" = '4 2 1' ]
	[ "$(ids --status resolved)" = 1 ]
	[ "$(ids --store '2*')" = 2 ]
	[ "$(ids --invariant 'high_*')" = 4 ]
	[ "$(ids --limit 2)" = '4 3' ]
	[ "$(ids -n 0)" = '' ]
	[ "$(ids --since 90m --until 10m)" = '4 3 2 1' ]
	[ "$(ids --until 90m)" = '3 2 1' ]
	[ "$(ids --since 30m)" = '4 3 2' ] # old ones that are still open, too
	[ "$(op-ticket list --csv | head -n 1 | cut -d, -f1-3 | tr -d '\r')" = id,subject,cluster ]
	[ "$(op-ticket list --csv | wc -l)" -eq 5 ]
	[ "$(op-ticket list --csv | python3 -c 'import csv, sys; print([r["message"] for r in csv.DictReader(sys.stdin)][0])')" = 'Store 4 is slow' ]
	run op-ticket list --open --json
	[ "$(jq length <<<"$output")" -eq 3 ]
}

@test "times are read and shown in the time zone, or with --utc in UTC" {
	cycle orders 2026-01-24T23:30:00Z "$(down 1)" | ingest
	[[ $(TZ=Asia/Tokyo op-ticket events --table) = *'2026-01-25 08:30:00'* ]]
	[[ $(TZ=Asia/Tokyo op-ticket events --table --utc) = *'2026-01-24 23:30:00Z'* ]]
	[[ $(TZ=Asia/Tokyo op-ticket show 1 --table) = *'2026-01-25 08:30:00 ('* ]]
	[ "$(TZ=Asia/Tokyo op-ticket events | jq -r .at)" = 2026-01-24T23:30:00.000Z ]
	for window in '2026-01-25 08:29:2026-01-25 08:31' '2026-01-25:2026-01-25'; do
		since=${window%:20*}
		[ "$(TZ=Asia/Tokyo op-ticket events --since "$since" --until "20${window##*:20}" | jq -s length)" -eq 1 ]
	done
	[ "$(TZ=Asia/Tokyo op-ticket events --until 2026-01-24 2>/dev/null | jq -s length)" -eq 0 ]
	[ "$(op-ticket events --since 2026-01-25T00:29:00+01:00 | jq -s length)" -eq 1 ]
}

@test "show: what to act on first" {
	cycle orders "$(ago 9000)" "$(down 1)" "$(down 2)" | ingest
	cycle orders "$(ago 8970)" "$(fine 1)" "$(down 2)" | ingest
	cycle orders "$(ago 8000)" "$(down 1)" "$(down 2)" | ingest
	cycle orders "$(ago 20)" '{"kind":"unknown","invariant_name":"store_down","store_ids":["1"],"missing":["state"]}' "$(down 2)" | ingest
	op-ticket hold 3 --for 2h -m 'waiting for a disk' --as jana
	op-ticket note 3 'ordered a disk'
	run -0 --separate-stderr op-ticket list --unknown --store 2
	[[ $stderr = *' ago; 1 verdict is unknown: op-check --explain gives the reason' ]]
	run op-ticket show 3 --table
	echo "$output"
	[ "${lines[0]}" = 'TKT-3  critical  open  HELD' ]
	[ "${lines[1]}" = '  store_down 1 in tikv/orders' ]
	[ "${lines[2]}" = '  Store 1 is Down' ]
	[[ $output = *'verdict now  unknown for '*'missing state'* ]]
	[[ $output = *'stays open   needs an ok verdict'* ]]
	[[ $output = *'stays open   held by jana until 20'* ]]
	[[ $output = *'history      1 earlier in 7d, last resolved 20'* ]]
	[[ $output = *'noted by tester: ordered a disk'* ]]
	[[ $output = *'held by jana: '*': waiting for a disk'* ]]
	[[ $output = *'disk_total_bytes = 536870912000 (500 GiB)'* ]]
	[[ $output = *'latency_p99_ms = 41.5 (41.5 ms)'* ]]
	[[ $output = *'errors_per_s = 0.5 (0.5/s)'* ]]
	[[ $output = *'violated     1 time, last '* ]]
	[ "$(op-ticket show 3 --json | jq -r 'type')" = object ]
	[ "$(op-ticket show 2 3 --json | jq -c 'map(.id)')" = '[2,3]' ]
	[ "$(op-ticket show 2 3 | jq -c .id | xargs)" = '2 3' ]
	run op-ticket show 2 99
	[ "$status" -eq 1 ]
}

@test "notes, reasons and actors" {
	cycle orders "$(ago 20)" "$(down 1)" "$(down 2)" | ingest
	op-ticket ack 1 -m 'on it'
	OP_ACTOR=jana op-ticket note 1 -m 'the disk, again'
	SUDO_USER=bob op-ticket note 1 - <<<'from stdin'
	OP_ACTOR=jana op-ticket note 1 2 --as carl 'both of them'
	[ "$(op-ticket events 1 | jq -r 'select(.event != "created") | [.event, .actor, (.note | rtrimstr("\n"))] | join("|")')" = "acknowledged|tester|on it
noted|jana|the disk, again
noted|bob|from stdin
noted|carl|both of them" ]
	[ "$(op-ticket show 1 | jq -r .status)" = acknowledged ]
	run op-ticket resolve 1 -m 'replaced'
	[ "${lines[0]}" = 'Resolved ticket 1' ]
	[[ ${lines[1]} =~ ^Ticket\ 1:\ violated\ [0-9a-z]+\ ago\;\ it\ will\ open\ again$ ]]
	[ "$(op-ticket events 1 | jq -r 'select(.event == "resolved") | .note')" = 'manual: replaced' ]
	op-ticket note 1 afterwards
	op-ticket diagnose 1 <<<'# A disk'
	[ "$(op-ticket show 1 | jq -c '[.status, .diagnosis, .events[-1].event]')" = '["resolved","# A disk\n","diagnosed"]' ]
	for bad in 'note 1' 'note' 'note 1 text --batch b'; do
		# shellcheck disable=SC2086 # words
		run op-ticket $bad </dev/null
		[ "$status" -ne 0 ]
	done
	run op-ticket note 1 -m ''
	[ "$status" -eq 64 ]
}

@test "events: filters, the last ones, and --follow" {
	cycle orders "$(ago 7200)" "$(down 1)" "$(slow 2)" | ingest
	cycle payments "$(ago 20)" "$(down 3)" | ingest
	op-ticket ack 1
	ids() { op-ticket events "$@" | jq .id | xargs; }
	[ "$(ids)" = '1 2 3 4' ]
	[ "$(ids -n 2)" = '3 4' ]
	[ "$(ids --cluster payments)" = 3 ]
	[ "$(ids --invariant 'high*')" = '1 4' ]
	[ "$(ids --store 3)" = 3 ]
	[ "$(ids --since 1h)" = '3 4' ]
	[ "$(ids --until 1h)" = '1 2' ]
	[ "$(op-ticket events --csv | head -n 1 | tr -d '\r')" = kind,id,ticket_id,event,at,actor,note,subject,cluster,invariant_name,store_id,severity,message,muted ]
	[ "$(op-ticket events -n 1 | jq -r 'keys_unsorted | join(" ")')" = 'kind id ticket_id event at actor note subject cluster invariant_name store_id severity message muted ticket' ]
	run --separate-stderr op-ticket events --after 99
	[ "$status" -eq 65 ]
	[[ $stderr = *'beyond the last event, 4'* ]]
	start op-ticket events --follow -n 0 >"$TEST_DIR/followed"
	wait_until 10 follows "$STARTED"
	op-ticket note 1 new
	wait_until 20 grep -q noted "$TEST_DIR/followed"
	[ "$(wc -l <"$TEST_DIR/followed")" -eq 1 ]
	run op-ticket events --table
	[[ ${lines[0]} = AT*TICKET*EVENT*ACTOR*CLUSTER*WHAT*NOTE ]]
}

# follows PID: it waits for events, in poll or the like
follows() { grep -q poll "/proc/$1/wchan" || grep -qE '^(7|271) ' "/proc/$1/syscall"; }

@test "incidents and stats" {
	cycle orders "$(ago 9000)" "$(down 1)" "$(down 2 warning)" | ingest
	cycle orders "$(ago 8970)" "$(down 1)" "$(down 2 warning)" "$(slow 2)" | ingest
	cycle orders "$(ago 5400)" "$(fine 1 2)" '{"kind":"ok","invariant_name":"high_latency","store_ids":["2"]}' | ingest
	cycle orders "$(ago 20)" "$(down 7)" | ingest
	run op-ticket incidents
	[ "$(jq -r 'keys_unsorted | join(" ")' <<<"${lines[0]}")" = 'subject cluster batch_key began_at ended_at severity tickets open stores message' ]
	[ "$(jq -c '[.ended_at, .severity, .tickets, .open, .stores, .message]' <<<"${lines[0]}")" = '[null,"critical",1,1,["7"],"Store 7 is Down"]' ]
	[ "$(jq -c '[.severity, .tickets, .open, .stores]' <<<"${lines[1]}")" = '["critical",3,0,["1","2"]]' ]
	[ "$(op-ticket incidents --open | jq .tickets)" = 1 ]
	# a filter selects incidents and does not cut them
	for filter in '--store 1' '--invariant high_latency' "--since $(ago 8990) --until $(ago 8980)"; do
		# shellcheck disable=SC2086
		[ "$(op-ticket incidents $filter | jq -c '[.severity, .tickets, .open, .stores, .ended_at != null]')" = '["critical",3,0,["1","2"],true]' ]
	done
	[ "$(op-ticket incidents --store 3 --quiet)" = '' ]
	[[ $(op-ticket incidents --table | head -n 1) =~ ^BEGAN\ +LASTED\ SEV\ +TICKETS\ OPEN\ STORES\ BATCH\ +MESSAGE$ ]]
	[ "$(op-ticket stats | jq -c '[.invariant_name, .tickets, .open, .flapped, (.mttr_median_s / 100 | round), (.mttr_p90_s / 100 | round), .unknown_s]' | xargs)" = '[store_down,3,1,0,36,36,0] [high_latency,1,0,0,36,36,0]' ]
	[ "$(op-ticket stats --sort mttr -n 1 | jq -r .invariant_name)" = store_down ]
	[[ $(op-ticket stats --table) = INVARIANT*TICKETS*FLAPPED*MTTR*P90*UNKNOWN* ]]
	cycle payments "$(ago 20)" "$(down 3)" | ingest
	[[ $(op-ticket incidents --table | head -n 1) = *OPEN*CLUSTER*STORES* ]]
	[[ $(op-ticket incidents --table --open -n 1 | head -n 1) = *OPEN*CLUSTER*STORES* ]]
	[[ $(op-ticket incidents --table --cluster payments | head -n 1) != *CLUSTER* ]]
}

@test "a mute that matches no known cluster or invariant is accepted with a warning" {
	run -0 op-ticket mute --cluster ordres --for 1h -m plan
	[ "${#lines[@]}" -eq 1 ] # there are no invariants yet
	cycle orders "$(ago 20)" "$(fine 1)" | ingest
	run -0 op-ticket mute --cluster ordres --invariant 'store_*' --for 1h -m plan
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[1]}" = 'op-ticket: no cluster matches "ordres" so far; did you mean orders?' ]
	run -0 op-ticket mute --invariant stor_down --for 1h -m plan
	[ "${lines[1]}" = 'op-ticket: no invariant matches "stor_down" so far; did you mean store_down?' ]
	run -0 op-ticket mute --cluster 'o*' --invariant '*_down' --store 9 --for 1h -m plan
	[ "${#lines[@]}" -eq 1 ]
	[ "$(op-ticket mutes | wc -l)" -eq 4 ]
}

@test "list --events is a stream of tickets with their ledger" {
	cycle orders "$(ago 9000)" "$(down 1)" | ingest
	cycle orders "$(ago 20)" "$(down 1)" "$(slow 2)" | ingest
	run op-ticket list --events --since 3h
	[ "$status" -eq 0 ]
	[ "$(jq -r .kind <<<"$output" | xargs)" = 'begin ticket ticket end' ]
	[ "$(jq -c '[.stream, .v, (.since | type), .until]' <<<"${lines[0]}")" = '["tickets",1,"string",null]' ]
	[ "$(jq -c '[.id, (.events | map(.event))]' <<<"${lines[2]}")" = '[1,["created"]]' ]
	[ "$(jq .records <<<"${lines[3]}")" -eq 2 ]
	is_file || return 0
	rm "$OP_DB"
	run --separate-stderr op-ticket list --events
	[ "$(jq -r .kind <<<"$output" | xargs)" = 'begin end' ]
}

@test "nothing is wider than terminals of 80, 100 and 200 columns, and cut cells end in …" {
	long=$(printf 'store-%060d' 7)
	cycle a-cluster-with-a-long-name "$(ago 90)" "$(down "$long")" "$(slow 磁盘已满磁盘已满磁盘已满磁盘已满磁盘已满磁盘已满)" \
		'{"kind":"violation","invariant_name":"store_down","store_id":"9","message":"📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀📀 é the end of a long message"}' | ingest
	diff=
	if is_file; then
		diff="diff $TEST_DIR/before.db $OP_DB"
		cp "$OP_DB" "$TEST_DIR/before.db"
	fi
	for at in 80 50; do
		cycle a-cluster-with-a-long-name "$(ago "$at")" "$(down "$long")" '{"kind":"unknown","invariant_name":"high_latency","store_ids":["9"],"missing":["a","b"]}' | ingest
	done
	cycle b "$(ago 30)" "$(down 1)" | ingest
	cycle "$(printf 'cluster-%056d' 1)" "$(ago 30)" "$(down "$long" critical 600)" "$(slow 3)" | ingest
	op-ticket hold 1 2 --for 2h -m "$(printf 'a long reason %.0s' {1..20})"
	printf 'It has %s\n' "$(printf 'failed %.0s' {1..40})" | op-ticket diagnose 1
	op-ticket mute --store "$long" --cluster 'a-cluster-with-*' --invariant 'store_*' --for 1h -m "$(printf 'planned %.0s' {1..20})"
	export PAGER=cat
	for width in 80 100 200; do
		for command in list events incidents stats status 'list --pending' 'show 1 2 3' mutes ${diff:+"$diff"}; do
			NO_COLOR=1 run on_terminal "$width" "op-ticket $command"
			echo "$width $command"
			echo "$output"
			[ "$(widest <<<"$output")" -le $width ]
			[[ $output != *$'\e['* ]]
		done
	done
	NO_COLOR=1 run on_terminal 80 op-ticket list
	[[ $output = *…* ]]
	[[ $output = *a-cluster-with-a-long-name* ]] # never cut
	[[ $output = *"$(printf 'cluster-%056d' 1)"* ]]
	[[ $output = *TKT-4* ]]
	NO_COLOR=1 run on_terminal 200 op-ticket list
	[[ $output = *"$long"* ]]
	run on_terminal 100 op-ticket list --cluster b
	[[ $output = *$'\e['* ]]
	[ "$(widest <<<"$output")" -le 100 ]
	TERM_OF=dumb run on_terminal 100 op-ticket list
	[[ $output != *$'\e['* ]]
	[[ $(op-ticket list --table) != *$'\e['* ]]
	[[ $(op-ticket list --table) = *"$long"* ]]
}

@test "show folds lines wider than the screen, and cuts nothing" {
	local reason
	reason=$(printf 'word%d ' {1..40})
	cycle orders "$(ago 30)" "$(down "$(printf 'store-%0100d' 7)")" | ingest
	op-ticket note 1 "$reason"
	PAGER=cat NO_COLOR=1 run on_terminal 80 op-ticket show 1
	echo "$output"
	[ "$(widest <<<"$output")" -le 80 ]
	# folded lines continue below their text
	[[ $output = *$'\n      word'* ]]
	same() { grep -v ' ago)\| now ' | tr -d ' \n'; } # without the ages
	[ "$(same <<<"$output")" = "$(op-ticket show 1 --table | same)" ]
	start script -qfec "stty cols 80; op-ticket events --follow" /dev/null >"$TEST_DIR/followed"
	wait_until 20 grep -q word40 "$TEST_DIR/followed"
	[ "$(tr -d '\r' <"$TEST_DIR/followed" | widest)" -le 80 ]
}

@test "times in notes are local, too, and lost evidence counts from its beginning" {
	export TZ=Asia/Tokyo
	cycle orders 2026-01-24T23:30:00Z "$(down 1)" | ingest
	for minute in 31 34 37; do
		cycle orders "2026-01-24T23:$minute:00Z" '{"kind":"unknown","invariant_name":"store_down","store_ids":["1"],"reason":"no answer"}' | ingest
	done
	[[ $(op-ticket events --table) = *'unknown since 2026-01-25 08:31:00: no answer'* ]]
	[[ $(op-ticket events --table --utc) = *'unknown since 2026-01-24 23:31:00Z: no answer'* ]]
	[[ $(op-ticket show 1 --table) = *'evidence_lost by op: unknown since 2026-01-25 08:31:00: no answer'* ]]
	[ "$(op-ticket events | jq -r 'select(.event == "evidence_lost").note')" = 'unknown since 2026-01-24T23:31:00.000Z: no answer' ]
	cycle orders 2026-01-24T23:38:00Z "$(down 1)" | ingest
	[ "$(op-ticket stats | jq .unknown_s)" -eq 420 ]
	[[ $(op-ticket stats --table) = *' 7m' ]]
	op-ticket hold 1 --for 2h -m 'a disk'
	until=$(op-ticket show 1 | jq -r .held_until)
	[[ $(op-ticket events --table) = *"until $(date -d "$until" '+%F %T'): a disk"* ]]
	[ "$(op-ticket events | jq -r 'select(.event == "held").note')" = "$until: a disk" ]
}

@test "output longer than the screen goes through PAGER, unless --no-pager is given" {
	# shellcheck disable=SC2046 # words
	cycle orders "$(ago 30)" $(for i in $(seq 30); do slow "$i" | tr -d ' '; done) | ingest
	export PAGER='sed s/^/paged:/'
	ROWS=10 run on_terminal 80 op-ticket list
	[[ ${lines[0]} = paged:* ]]
	ROWS=10 run on_terminal 80 op-ticket list --no-pager
	[[ $output != *paged:* ]]
	ROWS=50 run on_terminal 80 op-ticket list
	[[ $output != *paged:* ]]
	PAGER=/nonexistent/pager ROWS=10 run on_terminal 80 op-ticket list
	[[ $output = *TKT-30* ]]
	[[ $(op-ticket list --table) != *paged:* ]]
	ROWS=10 run on_terminal 80 op-ticket list --json
	[[ $output != *paged:* ]]
}

@test "--watch redraws in place until q, and leaves the terminal as it was" {
	cycle orders "$(ago 30)" "$(down 1)" | ingest
	cat >"$TEST_DIR/watch.py" <<-'PY'
		import os, pty, select, subprocess, sys, termios, time
		master, slave = pty.openpty()
		before = termios.tcgetattr(slave)
		p = subprocess.Popen(["op-ticket", "list", sys.argv[3]], stdin=slave, stdout=slave, stderr=slave, env=dict(os.environ, TERM="xterm"))
		seen = b""
		def until(word, times=1):
		    global seen
		    deadline = time.monotonic() + 150
		    while seen.count(word) < times:
		        assert time.monotonic() < deadline, (word, seen)
		        if select.select([master], [], [], 0.2)[0]:
		            seen += os.read(master, 65536)
		try:
		    until(b"TKT-1", 2)
		    subprocess.run(sys.argv[1], shell=True, check=True)
		    until(b"TKT-2")
		    os.write(master, sys.argv[2].encode())
		    assert p.wait(150) == 0
		finally:
		    p.kill()
		assert termios.tcgetattr(slave) == before
	PY
	cycle orders "$(ago 1)" "$(down 1)" "$(down 2)" >"$TEST_DIR/next"
	python3 "$TEST_DIR/watch.py" "op-ticket ingest <'$TEST_DIR/next' 2>/dev/null" q --watch=200ms
	cycle orders "$(ago 0)" "$(down 1)" "$(down 2)" >"$TEST_DIR/next"
	python3 "$TEST_DIR/watch.py" "op-ticket ingest <'$TEST_DIR/next' 2>/dev/null" $'\x03' -w=200ms
	run op-ticket list --watch
	[ "$status" -eq 64 ]
}

@test "ingest: -q omits the heartbeat, --log-time begins each line with the time" {
	cycle orders "$(ago 60)" "$(down 1)" >"$TEST_DIR/in"
	run op-ticket ingest -q <"$TEST_DIR/in"
	[ "$output" = 'Created ticket 1: store_down 1 (critical) in orders: Store 1 is Down' ]
	cycle orders "$(ago 30)" "$(down 1)" "$(down 2)" >"$TEST_DIR/in"
	run op-ticket ingest --log-time <"$TEST_DIR/in"
	[ "${#lines[@]}" -eq 2 ]
	for line in "${lines[@]}"; do
		[[ $line =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z\ (Created|Check) ]]
	done
}

@test "a database in a group's folder belongs to the group" {
	mkdir "$TEST_DIR/shared" "$TEST_DIR/own" "$TEST_DIR/open"
	chmod 2770 "$TEST_DIR/shared"
	chmod 0755 "$TEST_DIR/own"
	chmod 0777 "$TEST_DIR/open"
	for folder in shared own open; do
		cycle orders "$(ago 30)" "$(down 1)" | (umask 077 && OP_DB=$TEST_DIR/$folder/t.db op-ticket ingest 2>/dev/null)
	done
	[ "$(stat -c '%a %g' "$TEST_DIR/shared/t.db")" = "660 $(stat -c %g "$TEST_DIR/shared")" ]
	[ "$(stat -c %a "$TEST_DIR/own/t.db")" = 600 ]
	[ "$(stat -c %a "$TEST_DIR/open/t.db")" = 600 ]
}

@test "each question of a day on call takes one short command" {
	cd "$TEST_DIR"
	cycle orders "$(ago 9000)" "$(down 4)" "$(slow 4)" | ingest
	cycle orders "$(ago 5400)" "$(fine 4)" "$(slow 4)" | ingest
	cycle default "$(ago 5400)" "$(down 4)" | ingest
	op-ticket ack 1
	echo '# A disk' >notes.md
	while read -r words; do
		echo "op-ticket $words"
		[ "${#words}" -le 40 ]
		grep -qF "op-ticket $words" "$BATS_TEST_DIRNAME/../share/man/op-ticket.1"
		run bash -c "op-ticket $words"
		echo "$output"
		[ "$status" -eq 0 ]
	done <<-'END'
		list --open
		list --since 02:00 --until 04:00
		list --store 4 --since 1w
		events --since 1w --event acknowledged
		stats --since 30d
		stats --sort flapped
		mute -S 7 --from 22:00 --for 1h -m disk
		note 1 'ordered a new disk'
		diagnose 1 notes.md
		show 1
		list --unknown
		list --csv
		forget --cluster default --yes
	END
	# ticket 1, which is acknowledged, has no other event
	[ "$(op-ticket events --event acknowledged | jq -c '[.ticket_id, .event]')" = '[1,"acknowledged"]' ]
	[ "$(op-ticket events --event 'a*' --store 9 -q)" = '' ]
	# a live view, which q ends
	grep -qF 'op-ticket list -w' "$BATS_TEST_DIRNAME/../share/man/op-ticket.1"
	run timeout 60 script -qec 'op-ticket list -w' /dev/null <<<q
	[ "$status" -eq 0 ]
	[[ $output = *TKT-2* ]]
}

@test "two times of day are one window, whatever the time is" {
	needs faketime
	export TZ=UTC
	store
	window() { # NOW COMMAND...
		local now=$1
		shift
		run -0 faketime -f "$now" op-ticket "$@"
	}
	cycle default 2026-11-25T22:30:00Z "$(down 1)" | faketime -f '2026-11-25 22:30:00' op-ticket ingest
	cycle default 2026-11-25T23:30:00Z "$(fine 1)" | faketime -f '2026-11-25 23:30:00' op-ticket ingest
	for now in '2026-11-26 02:15:00' '2026-11-26 12:00:00' '2026-11-26 21:59:00'; do
		window "$now" list -q --since 22:00 --until 02:00
		[ "$(jq .id <<<"$output")" = 1 ]
	done
	for now in '2026-11-26 22:15:00' '2026-11-27 01:59:00'; do # until is still the last one
		window "$now" list -q --since 22:00 --until 02:00
		[ "$(jq .id <<<"$output")" = 1 ]
	done
	window '2026-11-27 02:15:00' list -q --since 22:00 --until 02:00
	[ "$output" = '' ]
	for now in '2026-11-26 05:00:00' '2026-11-26 21:59:00'; do
		window "$now" mute --store 1 --from 22:00 --until 06:00 -m disk
	done
	window '2026-11-25 23:00:00' mute --store 1 --from 22:00 --until 06:00 -m disk
	[ "$(op-ticket mutes --all | jq -r '.from_at[:16] + " " + .until_at[:16]' | sort -u)" = '2026-11-26T22:00 2026-11-27T06:00' ]
}

@test "events --cursor and --after: a position in one ledger only" {
	run -0 op-ticket events --cursor
	[ "${output%%:*}" = 0 ]
	printf '%s\n' '{"kind":"begin","subject":"tikv","cluster":"c","at":"2026-01-24T23:00:00Z"}' \
		'{"kind":"violation","invariant_name":"i","store_id":"1"}' \
		'{"kind":"check","invariant_name":"i","complete":true}' '{"kind":"end"}' | op-ticket ingest 2>/dev/null
	cursor=$(op-ticket events --cursor)
	[[ $cursor =~ ^1:[0-9a-f]{32}$ ]]
	[ -z "$(op-ticket events -q --after "$cursor")" ]
	[ "$(op-ticket events --after "0:${cursor#1:}" | jq .id)" = 1 ]
	run -65 op-ticket events --after "0:other"
	[[ $output == *'of another database'* ]]
	run -65 op-ticket events --after 2
	run -64 op-ticket events --after 1:
	run -64 op-ticket events --after :x
}

@test "a narrow screen drops the seconds and empty columns, then text, but never the time of day" {
	cycle orders "$(ago 30)" "$(down 1234567890123456789)" | ingest
	for width in 80 100; do
		TERM=xterm run script -qec "stty cols $width; op-ticket events" /dev/null
		[[ ${lines[1]} =~ \ [0-9][0-9]:[0-9][0-9] ]]
		[[ ${lines[1]} == *'store_down 1234567890123456789'* ]]
	done
	op-ticket note 1 "$(printf 'long %.0s' {1..40})"
	TERM=xterm run script -qec "stty cols 80; op-ticket events" /dev/null
	[[ ${lines[2]} =~ \ [0-9][0-9]:[0-9][0-9] ]]
	[[ ${lines[2]} == *…* ]]
}

@test "commands report local times, or UTC with --utc; a note from a pipe is its text" {
	export TZ=Asia/Tokyo
	cycle orders "$(ago 30)" "$(down 1)" | ingest
	run op-ticket mute --store 7 --from '2026-11-26 22:00' --for 1h -m disk
	[ "$output" = 'Mute 1: from 2026-11-26 22:00:00 until 2026-11-26 23:00:00' ]
	run op-ticket mute --utc --store 7 --from 2026-11-26T22:00:00+09:00 --for 1h -m disk
	[ "$output" = 'Mute 2: from 2026-11-26 13:00:00Z until 2026-11-26 14:00:00Z' ]
	run op-ticket hold 1 --for 2h
	[[ $output =~ ^Held\ ticket\ 1\ until\ ([0-9-]{10}\ [0-9:]{8})$ ]]
	[ "$(date -d "${BASH_REMATCH[1]}" +%s)" -gt "$(($(date +%s) + 7000))" ]
	echo 'ordered a disk' | op-ticket note 1 - 2>/dev/null
	op-ticket events -n 1 | jq -e '.event == "noted" and .note == "ordered a disk"'
	run op-ticket note 1 - <<<''
	[ "$status" -eq 65 ]
	[[ $output != *diagnosis* ]]
}

@test "the actor: --as, OP_ACTOR, the caller of sudo or doas, USER, the user database" {
	cycle orders "$(ago 30)" "$(down 1)" | ingest
	local expected
	expected=$(id -un)
	env -u USER LOGNAME=other op-ticket note 1 x
	for name in USER DOAS_USER SUDO_USER OP_ACTOR; do
		export "$name=by-$name"
		op-ticket note 1 x
		expected+=" by-$name"
	done
	op-ticket note 1 x --as jana
	[ "$(op-ticket events 1 | jq -r 'select(.event == "noted").actor' | xargs)" = "$expected jana" ]
}
