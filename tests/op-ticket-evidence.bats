#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket: what counts as evidence, unknown verdicts, planned work, and the
# identity of clusters.

load helper

setup() {
	export USER=tester TZ=UTC
	store
}

# cycle AT RECORD...: a cycle of the cluster $cluster, with the id $id
cycle() {
	local at=$1 record
	shift
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"%s"%s,"at":"%s"}\n' \
		"${cluster:-default}" "${id:+,\"cluster_id\":\"$id\"}" "$at"
	for record; do
		printf '%s\n' "$record"
	done
	printf '{"kind":"end"}\n'
}

down() { printf '{"kind":"violation","invariant_name":"down","store_id":"%s","severity":"critical","message":"Store %s is Down"%s}' "$1" "$1" "${2:+,$2}"; }
fine() { printf '{"kind":"ok","invariant_name":"down","store_ids":["%s"]}' "$1"; }
unknown() { printf '{"kind":"unknown","invariant_name":"down","store_ids":["%s"]%s}' "$1" "${2:+,$2}"; }
complete='{"kind":"check","invariant_name":"down","complete":true}'
not='{"kind":"check","invariant_name":"down","complete":false,"error":"source pd failed"}'

ingest() { op-ticket ingest 2>/dev/null; }
field() { op-ticket show "$1" | jq -c "$2"; }
ledger() { op-ticket events "$@" | jq -r '[.event, .at[11:19], .actor, .note // "-"] | join(" ")'; }
at() { date -u -d "2026-01-24T00:00:00Z + $1 seconds" +%FT%T.000Z; }
ago() { date -u -d "now - $1 seconds" +%FT%TZ; }
rows() { store_rows "$1"; }

@test "a loop of a quarter of an hour opens tickets after a grace" {
	for i in $(seq 0 2); do
		cycle "$(at $((i * 900)))" "$(down 2 '"grace_s":60')" "$complete"
	done | ingest
	[ "$(field 1 '[.first_seen_at, .created_at]')" = '["2026-01-24T00:00:00.000Z","2026-01-24T00:15:00.000Z"]' ]
	[ -z "$(rows 'SELECT * FROM gaps')" ]
}

@test "cycles that drift do not delay the end of a grace forever" {
	for i in $(seq 0 5); do
		cycle "$(date -u -d "2026-01-24T00:00:00Z + $((i * 600)) seconds" +%FT%T).${i}00Z" "$(down 2 '"grace_s":60')" "$complete"
	done | ingest
	[ "$(field 1 .created_at)" = '"2026-01-24T00:10:00.100Z"' ]
}

@test "a grace, a flap window and --gone-after end with a cycle that comes a little early" {
	cycle "$(at 0)" "$(down 1 '"grace_s":60')" "$complete" | ingest
	cycle 2026-01-24T00:00:59.001Z "$(down 1 '"grace_s":60')" "$complete" | ingest
	[ "$(field 1 .status)" = '"open"' ]
	cycle "$(at 90)" "$complete" | ingest
	cycle 2026-01-24T00:11:28.999Z "$complete" | ingest
	[ "$(field 1 .status)" = '"open"' ]
	cycle 2026-01-24T00:11:29.000Z "$complete" | ingest
	[ "$(field 1 .resolution)" = '"gone"' ]
}

@test "two oks with a long silence between them do not end flapping" {
	cycle "$(at 0)" "$(down 1 '"flap_count":1,"flap_window_s":300')" "$complete" | ingest
	cycle "$(at 30)" "$(fine 1)" "$complete" | ingest
	cycle "$(at 60)" "$not" | ingest
	cycle "$(at 1000)" "$(fine 1)" "$complete" | ingest
	[ "$(field 1 '[.status, .ok_since]')" = '["open","2026-01-24T00:16:40.000Z"]' ]
	[ "$(rows 'SELECT began_at, ended_at FROM gaps')" = '2026-01-24T00:01:00.000Z|2026-01-24T00:16:40.000Z' ]
	cycle "$(at 1299)" "$(fine 1)" "$complete" | ingest
	[ "$(field 1 .resolution)" = '"cleared"' ]
}

@test "two unlisted cycles an hour apart do not make a ticket gone" {
	cycle "$(at 0)" "$(down 1)" "$complete" | ingest
	cycle "$(at 30)" "$(down 1)" "$complete" | ingest
	cycle "$(at 60)" "$complete" | ingest
	cycle "$(at 3660)" "$complete" | ingest
	[ "$(field 1 '[.status, .absent_since]')" = '["open","2026-01-24T01:01:00.000Z"]' ]
}

@test "an ok after a silence clears: it is evidence now" {
	cycle "$(at 0)" "$(down 1)" "$complete" | ingest
	cycle "$(at 90000)" "$(fine 1)" "$complete" | ingest
	[ "$(field 1 .resolution)" = '"cleared"' ]
}

@test "unknown verdicts are stored with their reason and missing columns" {
	cycle "$(at 0)" "$(down 1)" "$complete" | ingest
	cycle "$(at 30)" "$(unknown 1 '"missing":["a","b"]')" "$(unknown 2 '"reason":"idle"')" "$complete" | ingest
	[ "$(field 1 '[.verdict, .verdict_since, .reason, .missing]')" = '["unknown","2026-01-24T00:00:30.000Z",null,["a","b"]]' ]
	[ "$(rows 'SELECT store_id, since, reason, missing FROM unknown ORDER BY store_id')" = '1|2026-01-24T00:00:30.000Z||["a","b"]
2|2026-01-24T00:00:30.000Z|idle|' ]
	cycle "$(at 60)" "$(unknown 1 '"reason":"why"')" "$complete" | ingest
	[ "$(rows 'SELECT store_id, since, reason, missing FROM unknown')" = '1|2026-01-24T00:00:30.000Z|why|' ]
	cycle "$(at 90)" "$not" | ingest
	[ "$(field 1 '[.verdict, .verdict_since, .reason, .missing]')" = '["not evaluated","2026-01-24T00:01:30.000Z","source pd failed",null]' ]
	cycle "$(at 120)" "$complete" | ingest
	[ "$(field 1 '[.verdict, .verdict_since]')" = '["not listed","2026-01-24T00:02:00.000Z"]' ]
	[ -z "$(rows 'SELECT * FROM unknown')" ]
	cycle "$(at 150)" "$(down 1)" "$complete" | ingest
	[ "$(field 1 '[.verdict, .verdict_since]')" = '["violated","2026-01-24T00:00:00.000Z"]' ]
	op-ticket hold 1
	cycle "$(at 180)" "$(fine 1)" "$complete" | ingest
	[ "$(field 1 '[.verdict, .verdict_since]')" = '["ok","2026-01-24T00:03:00.000Z"]' ]
	op-ticket resolve 1
	[ "$(field 1 '[.verdict, .verdict_since]')" = '[null,null]' ]
}

@test "a repeated cycle of unknown verdicts writes none of them again" {
	cycle "$(at 0)" "$(unknown 1)" "$complete" | ingest
	rows "UPDATE unknown SET reason = 'ours'"
	cycle "$(at 30)" "$(unknown 1)" "$complete" | ingest
	[ "$(rows 'SELECT reason FROM unknown')" = ours ]
	cycle "$(at 60)" "$(unknown 1 '"reason":"theirs"')" "$complete" | ingest
	[ "$(rows 'SELECT reason FROM unknown')" = theirs ]
}

@test "the ledger has a stretch without evidence, once, and its end" {
	cycle "$(at 0)" "$(down 1)" "$complete" | ingest
	for i in 30 60; do cycle "$(at $i)" "$(unknown 1 '"missing":["p99"]')" "$complete"; done | ingest
	for i in 180 330 360; do cycle "$(at $i)" "$not"; done | ingest
	cycle "$(at 390)" "$(unknown 1)" "$complete" | ingest
	cycle "$(at 420)" "$(fine 1)" "$complete" | ingest
	[ "$(ledger 1)" = 'created 00:00:00 op -
evidence_lost 00:05:30 op not evaluated since 2026-01-24T00:00:30.000Z: source pd failed
evidence_back 00:07:00 op ok
resolved 00:07:00 op cleared' ]
	# a short time without evidence is not recorded
	cycle "$(at 450)" "$(down 1)" "$complete" | ingest
	cycle "$(at 480)" "$(unknown 1)" "$complete" | ingest
	cycle "$(at 510)" "$(down 1)" "$complete" | ingest
	[ "$(ledger 2)" = 'created 00:07:30 op -' ]
}

@test "a dead store, its peers and its restart are one incident; an unrelated ticket is not" {
	v() { printf '{"kind":"violation","invariant_name":"%s","store_id":%s,"severity":"%s"}' "$@"; }
	c() { printf '{"kind":"check","invariant_name":"%s","complete":true}\n' "$@"; }
	cycle "$(at 0)" "$(v slow '"3"' warning)" "$(c slow)" | ingest
	cycle "$(at 600)" "$(v down '"7"' critical)" "$(c down)" | ingest
	cycle "$(at 1200)" "$(v peers null warning)" "$(v slow '"4"' warning)" "$(c peers)" | ingest
	cycle "$(at 2400)" "$(v restarted '"7"' info)" "$(v slow '"5"' warning)" "$(c restarted; c slow)" | ingest
	[ "$(op-ticket list --sort id | jq -r '[.violation_key, .batch_key[17:25]] | join(" ")' | sort)" = 'down:7 00:10:00
peers 00:10:00
restarted:7 00:10:00
slow:3 00:00:00
slow:5 00:40:00' ]
	# more than an hour later it draws nothing
	cycle "$(at 4201)" "$(v other '"7"' info)" "$(c other)" | ingest
	[ "$(op-ticket list --invariant other | jq -r .batch_key)" = batch-2026-01-24T01:10:01.000Z ]
}

@test "another cluster with the same name: refused, a ticket, and adopt" {
	id=7 cycle "$(at 0)" "$(down 1)" "$(unknown 2)" "$complete" | ingest
	run --separate-stderr op-ticket ingest < <(id=8 cycle "$(at 30)" "$(fine 1)" "$complete")
	[ "$status" -eq 65 ]
	# shellcheck disable=SC2154 # run sets it
	[[ ${stderr_lines[0]} = *'its cluster_id is 8, not 7; if that is right: op-ticket adopt --cluster default 8' ]]
	[[ ${stderr_lines[1]} = 'Created ticket 2: cluster_id_changed (critical): '* ]]
	[ "$(field 2 '[.store_id, .created_at, .severity]')" = '[null,"2026-01-24T00:00:30.000Z","critical"]' ]
	run op-ticket ingest < <(id=8 cycle "$(at 60)" "$complete")
	[ "$(field 2 '[.occurrence_count, .last_seen_at]')" = '[2,"2026-01-24T00:01:00.000Z"]' ]
	[ "$(field 1 '[.status, .occurrence_count]')" = '["open",1]' ]
	# an older cycle changes nothing; one without an id is not evidence
	run op-ticket ingest < <(id=8 cycle 2026-01-23T00:00:00Z "$complete")
	[ "$(field 2 .occurrence_count)" -eq 2 ]
	cycle "$(at 90)" "$(down 1)" "$complete" | ingest
	[ "$(field 2 .status)" = '"open"' ]
	op-ticket hold 1
	op-ticket adopt --cluster default 8
	[ "$(field 1 '[.status, .resolution, .held]')" = '["resolved","gone",false]' ]
	[ "$(field 2 .status)" = '"open"' ]
	[ -z "$(rows 'SELECT * FROM unknown; SELECT * FROM checks')" ]
	id=8 cycle "$(at 120)" "$(fine 1)" "$complete" | ingest
	[ "$(field 2 '[.status, .resolution]')" = '["resolved","cleared"]' ]
	run op-ticket adopt --cluster nowhere 8
	[ "$status" -eq 1 ]
}

@test "two clusters that share a name flap, and do not open a ticket in each cycle" {
	for i in $(seq 0 9); do
		id=$((7 + i % 2)) cycle "$(at $((i * 20)))" "$complete"
	done | ingest || true
	[ "$(op-ticket list | jq -c '[.id, .flapping]' | tail -n 1)" = '[1,false]' ]
	[ "$(op-ticket list | wc -l)" -eq 3 ]
	[ "$(field 3 '[.flapping, .status]')" = '[true,"open"]' ]
	for i in 200 300 400 479; do id=7 cycle "$(at $i)" "$complete"; done | ingest
	[ "$(field 3 .status)" = '"open"' ]
	id=7 cycle "$(at 520)" "$complete" | ingest
	[ "$(field 3 .resolution)" = '"cleared"' ]
}

@test "cluster_id_changed is op-ticket's own invariant" {
	run --separate-stderr op-ticket ingest < <(cycle "$(at 0)" '{"kind":"violation","invariant_name":"cluster_id_changed"}')
	[ "$status" -eq 65 ]
}

@test "forget ends an invariant, or a cluster, and keeps resolved tickets" {
	old='{"kind":"violation","invariant_name":"old","store_id":"2"}'
	cycle "$(ago 7200)" "$old" '{"kind":"check","invariant_name":"old","complete":true}' "$(down 1)" "$complete" | ingest
	cycle "$(ago 5)" "$(down 1)" "$complete" | ingest
	run op-ticket status
	[ "$status" -eq 1 ]
	op-ticket forget --cluster default --invariant old
	op-ticket status >/dev/null
	[ "$(op-ticket list --invariant old | jq -r .resolution)" = manual ]
	run op-ticket forget --cluster default --invariant old
	[ "$status" -eq 1 ]
	run op-ticket forget --cluster default </dev/null
	[ "$status" -eq 64 ]
	op-ticket forget --cluster default --yes
	[ "$(op-ticket list --open -q | wc -l)" -eq 0 ]
	[ "$(op-ticket list | wc -l)" -eq 2 ]
	for command in list incidents events stats; do
		[ "$(op-ticket $command --cluster default --subject tikv)" = "$(op-ticket $command)" ]
		[ "$(op-ticket $command --cluster default | wc -l)" -gt 0 ]
	done
	run -1 op-ticket status --cluster default
	run -1 op-ticket list --cluster other
	[ -z "$(rows 'SELECT * FROM cycles; SELECT * FROM checks; SELECT * FROM pending')" ]
	[ "$(op-ticket events | jq -r .event | sort | uniq -c | xargs)" = '2 created 2 resolved' ]
	# the first cycle after that still counts the key's earlier tickets
	cycle "$(ago 4)" "$(down 1 '"flap_count":2,"flap_window_s":86400')" "$complete" | ingest
	[ "$(field 3 .flapping)" = true ]
}

@test "forget asks on a terminal" {
	cycle "$(ago 5)" "$(down 1)" "$complete" | ingest
	answer() { printf '%s\n' "$1" | script -qec 'op-ticket forget --cluster default' /dev/null; }
	run answer n
	[ "$status" -eq 1 ]
	[[ $output = *'[y/N]'* ]]
	[ "$(field 1 .status)" = '"open"' ]
	answer y
	[ "$(field 1 .resolution)" = '"manual"' ]
}

@test "planned work: flagged by the cycles' time, nothing hidden, and reported when it ends" {
	cycle "$(at 0)" "$(down 1)" "$complete" | ingest
	op-ticket mute --store '[12]' --from 2026-01-24T00:01:00Z --until 2026-01-24T00:10:00Z -m 'new disks'
	[ "$(field 1 .muted)" = false ]
	run op-ticket ingest < <(cycle "$(at 60)" "$(down 1)" "$(down 2)" "$(down 3)" "$complete")
	[ "${lines[-1]}" = 'Check complete: 1 invariants, 3 violations (2 muted)' ]
	[ "$(op-ticket list --sort id | jq -c .muted | xargs)" = 'true true false' ]
	cycle "$(at 540)" "$(fine 1)" "$(down 2)" "$(down 3)" "$complete" | ingest
	[ "$(field 1 '[.resolution, .muted]')" = '["cleared",true]' ]
	run op-ticket ingest < <(cycle "$(at 600)" "$(down 2)" "$(down 3)" "$complete")
	[ "$(field 2 .muted)" = false ]
	[ "$(op-ticket events | jq -r '[.ticket_id, .event, .muted, .note // "-"] | join(" ")')" = '1 created false -
1 muted true new disks
2 created true -
3 created false -
1 resolved true cleared
2 unmuted false mute ended' ]
}

@test "unmute: at once, unless another mute covers the ticket" {
	cycle "$(at 0)" "$(down 1)" "$complete" | ingest
	for reason in one two; do
		op-ticket mute --invariant 'd*' --from 2026-01-24T00:00:10Z --for 1h -m "$reason" --as jana
	done
	cycle "$(at 30)" "$(down 1)" "$complete" | ingest
	op-ticket unmute 1
	[ "$(field 1 .muted)" = true ]
	op-ticket unmute 2
	[ "$(field 1 .muted)" = false ]
	[ "$(op-ticket events | jq -r '[.event, .actor] | join(" ")')" = 'created op
muted op
unmuted tester' ]
	cycle "$(at 60)" "$(down 1)" "$complete" | ingest
	[ "$(field 1 .muted)" = false ]
	run op-ticket unmute 2
	[ "$status" -eq 1 ]
	run op-ticket unmute 3
	[ "$status" -eq 1 ]
}

@test "mutes: those in force or to come, --all; a mute without a beginning is in force now" {
	op-ticket mute --cluster 'prod*' --for 2h -m 'rolling restart'
	op-ticket mute --store 7 --from 2026-01-24T00:00:00Z --for 1h -m past
	[ "$(op-ticket mutes | jq -c '[.id, .cluster, .invariant, .store, .reason, .actor, .lifted_at]')" = '[1,"prod*",null,null,"rolling restart","tester",null]' ]
	[ "$(op-ticket mutes | jq -r 'keys_unsorted | join(" ")')" = 'id cluster invariant store from_at until_at reason actor created_at lifted_at' ]
	[ "$(op-ticket mutes --all | jq -c '[.id, .from_at, .until_at]' | tail -n 1)" = '[2,"2026-01-24T00:00:00.000Z","2026-01-24T01:00:00.000Z"]' ]
	[[ $(op-ticket mutes --table) = *'rolling restart'* ]]
	cluster=prod-1 cycle "$(date -u +%FT%TZ)" "$(down 1)" "$complete" | ingest
	[ "$(field 1 .muted)" = true ]
	op-ticket unmute 1
	[ "$(op-ticket mutes | wc -l)" -eq 0 ]
}

@test "a mute needs a pattern, an end and a reason" {
	for args in '--for 1h -m x' '--store 1 -m x' '--store 1 --for 1h' '--store 1 --for 1h --until 23:00 -m x' \
		'--store 1 --from 2026-01-24T01:00:00Z --until 2026-01-24T00:00:00Z -m x'; do
		# shellcheck disable=SC2086 # words
		run op-ticket mute $args
		[ "$status" -eq 64 ]
	done
	[ ! -e "$OP_DB" ]
}

@test "status: pending, unknown, muted, and 1 for invariants blind for too long" {
	blind() { op-ticket status --max-age 1d "$@" >"$TEST_DIR/status"; }
	cycle "$(ago 7200)" "$(fine 1)" "$complete" | ingest
	for s in 60 30; do
		cycle "$(ago $s)" "$(unknown 1)" "$(down 2 '"grace_s":600')" "$(down 3)" \
			'{"kind":"unknown","invariant_name":"never","store_ids":["1"]}' '{"kind":"check","invariant_name":"never","complete":true}' \
			'{"kind":"unknown","invariant_name":"quiet","store_ids":["1"],"reason":"idle"}' '{"kind":"check","invariant_name":"quiet","complete":true}' "$complete" | ingest
	done
	blind --max-unknown 1h
	[ "$(jq -c '[.open_tickets, .open_critical, .pending, .unknown, .blind, .ahead]' "$TEST_DIR/status")" = '[1,1,1,3,false,false]' ]
	[ "$(jq -c '[.blind_invariants[] | [.invariant_name, .last_known_at]]' "$TEST_DIR/status")" = '[["never",null]]' ]
	run blind --max-unknown 1h --strict
	[ "$status" -eq 1 ]
	cycle "$(ago 5)" "$(unknown 1)" "$(unknown 2)" "$(unknown 3)" "$complete" | ingest
	blind --max-unknown 1h
	run blind --max-unknown 20s
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.blind, .blind_invariants[0].invariant_name]' "$TEST_DIR/status")" = '[true,"down"]' ]
	blind
	run blind --cluster nowhere
	[ "$status" -eq 1 ]
}

@test "status: a check that is not evaluated is blind, idleness is not" {
	cycle "$(ago 7200)" "$(fine 1)" "$complete" | ingest
	cycle "$(ago 5)" "$not" | ingest
	run op-ticket status --max-age 1d --max-unknown 1h
	[ "$status" -eq 1 ]
	cycle "$(ago 4)" "$(unknown 1 '"reason":"idle"')" "$complete" | ingest
	op-ticket status --max-age 1d --max-unknown 1h
}

@test "status: 1 if the last cycle lies far ahead" {
	needs faketime
	cycle "$(date -u -d '+1 hour' +%FT%TZ)" "$(fine 1)" "$complete" | faketime -f +1h op-ticket ingest 2>/dev/null
	run op-ticket status --max-age 1d
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.ahead, .fresh]' <<<"$output")" = '[true,false]' ]
}
