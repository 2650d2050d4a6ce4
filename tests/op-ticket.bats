#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket: what a user sees.

setup() {
	: "${B:=$PWD/build}"
	PATH=$B:$PATH
	export OP_DB=$BATS_TEST_TMPDIR/tickets.db
	unset COLUMNS NO_COLOR
}

# cycle AT RECORD...: a cycle of verdicts on stdout
cycle() {
	local at=$1 n=0 record
	shift
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"default","at":"%s"}\n' "$at"
	for record in "$@"; do
		printf '%s\n' "$record"
		n=$((n + 1))
	done
	printf '{"kind":"end","records":%d}\n' "$n"
}

down() { printf '{"kind":"violation","invariant_name":"store_down","store_id":"%s","severity":"critical","message":"Store %s is Down"}' "$1" "$1"; }
fine() { printf '{"kind":"ok","invariant_name":"store_down","store_ids":["%s"]}' "$1"; }
complete='{"kind":"check","invariant_name":"store_down","complete":true}'

@test "a violation becomes a ticket, counts up, and is resolved by evidence" {
	run op-ticket ingest < <(cycle 2026-01-24T10:00:00Z "$(down 2)" "$(fine 1)" "$complete")
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "Created ticket 1: store_down 2 (critical): Store 2 is Down" ]
	[ "${lines[1]}" = "Check complete: 1 invariants, 1 violations" ]
	run op-ticket ingest < <(cycle 2026-01-24T10:00:30Z "$(down 2)" "$complete")
	[ "$status" -eq 0 ]
	[ "$(op-ticket list | jq -c '[.id, .status, .occurrence_count]')" = '[1,"open",2]' ]
	run op-ticket ingest < <(cycle 2026-01-24T10:01:00Z "$(fine 2)" "$complete")
	[ "$output" = "Auto-resolved 1 ticket(s)
Check complete: 1 invariants, all passing" ]
	[ "$(op-ticket list | jq -c '[.status, .resolution, .resolved_at]')" = \
		'["resolved","cleared","2026-01-24T10:01:00.000Z"]' ]
}
