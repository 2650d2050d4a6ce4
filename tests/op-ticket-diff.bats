#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket diff: the differences between the tickets of two databases, compared with a model.

load helper

teardown() { stop_all; }

# cycles SEED: verdict cycles of a few stores that break and recover at random
cycles() {
	python3 - "$1" <<'PY'
import json
import random
import sys

random.seed(int(sys.argv[1]))
down = {}
for step in range(60):
    at = f"2026-01-24T10:{step:02d}:00Z"
    records = []
    for invariant in ("a", "b"):
        ok = []
        for store in "123":
            key = invariant, store
            if random.random() < 0.2:
                down[key] = None if down.get(key) else random.choice(["warning", "critical"])
            if down.get(key):
                records.append({"kind": "violation", "invariant_name": invariant, "store_id": store,
                                "severity": down[key], "message": f"{invariant} {store}"})
            else:
                ok.append(store)
        records.append({"kind": "ok", "invariant_name": invariant, "store_ids": ok})
        records.append({"kind": "check", "invariant_name": invariant, "complete": True})
    print(json.dumps({"kind": "begin", "stream": "verdicts", "v": 1, "subject": "tikv", "cluster": "c", "at": at}))
    for record in records:
        print(json.dumps(record))
    print(json.dumps({"kind": "end", "records": len(records)}))
PY
}

# model A.json B.json: the expected output of diff --counts, one per line, sorted
model() {
	python3 - "$@" <<'PY'
import json
import sys

a, b = ([json.loads(line) for line in open(name)] for name in sys.argv[1:])
end = lambda t: t["resolved_at"] or "9999"
same_key = lambda x, y: all(x[k] == y[k] for k in ("subject", "cluster", "violation_key"))
overlap = lambda x, y: x["first_seen_at"] == y["first_seen_at"] or \
    (x["first_seen_at"] < end(y) and y["first_seen_at"] < end(x))
taken, lines = set(), []
for x in sorted(a, key=lambda t: t["first_seen_at"]):
    for y in sorted(b, key=lambda t: t["first_seen_at"]):
        if y["id"] not in taken and same_key(x, y) and overlap(x, y):
            taken.add(y["id"])
            if any(x[k] != y[k] for k in ("first_seen_at", "resolved_at", "severity", "occurrence_count")):
                lines.append(["changed", x["violation_key"], x["id"], y["id"]])
            break
    else:
        lines.append(["removed", x["violation_key"], x["id"], None])
lines += [["added", y["violation_key"], None, y["id"]] for y in b if y["id"] not in taken]
print("\n".join(sorted(json.dumps(line) for line in lines)))
PY
}

@test "diff finds what a model finds" {
	cd "$TEST_DIR" || return
	local seed status
	for seed in 1 2 3 4 5 6; do
		cycles $((2 * seed)) | op-ticket --db a.$seed.db ingest -q 2>/dev/null
		cycles $((2 * seed + 1)) | op-ticket --db b.$seed.db ingest -q 2>/dev/null
		op-ticket --db a.$seed.db list --ndjson >a.json
		op-ticket --db b.$seed.db list --ndjson >b.json
		[ -s a.json ]
		[ -s b.json ]
		status=0
		op-ticket diff a.$seed.db b.$seed.db --counts >diff.json || status=$?
		[ "$status" = 1 ]
		jq -c '[.change, .violation_key, .a.id, .b.id]' diff.json | sed 's/,/, /g' | sort >got
		model a.json b.json >want
		diff want got
		# oldest first
		jq -es 'map([.a.first_seen_at, .b.first_seen_at] | map(select(.)) | min) | . == sort' diff.json
	done
	for change in added removed changed; do
		op-ticket diff a.1.db b.1.db | jq -es --arg change "$change" 'any(.change == $change)'
	done
}

@test "a database does not differ from itself" {
	cd "$TEST_DIR" || return
	cycles 1 | op-ticket --db a.db ingest -q 2>/dev/null
	run op-ticket diff a.db a.db
	[ "$status" = 0 ]
	[ "$output" = "" ]
}

# one ticket of store 1 in FILE, violated in the minutes FIRST to LAST of 10:00
one() { # FILE FIRST LAST SEVERITY STEP
	local minute verdict
	for ((minute = 0; minute < 20; minute += $5)); do
		verdict='{"kind":"ok","invariant_name":"a","store_ids":["1"]}'
		((minute < $2 || minute > $3)) ||
			verdict='{"kind":"violation","invariant_name":"a","store_id":"1","severity":"'$4'"}'
		printf '{"kind":"begin","stream":"verdicts","v":1,"at":"2026-01-24T10:%02d:00Z"}\n%s\n' "$minute" "$verdict"
		echo '{"kind":"check","invariant_name":"a","complete":true}'
		echo '{"kind":"end","records":2}'
	done | op-ticket --db "$1" ingest -q 2>/dev/null
}

@test "tickets whose lives only touch are two, those that overlap are one" {
	cd "$TEST_DIR" || return
	one a.db 2 4 warning 1  # resolved at 10:05
	one b.db 5 8 warning 1  # begins at 10:05
	one c.db 4 8 warning 1
	one d.db 2 4 critical 1
	one e.db 2 25 warning 1 # open
	[ "$(op-ticket diff a.db b.db | jq -r .change | paste -sd' ')" = "removed added" ]
	[ "$(op-ticket diff a.db c.db | jq -r .change)" = changed ]
	[ "$(op-ticket diff a.db d.db | jq -r '.change + .a.severity + .b.severity')" = changedwarningcritical ]
	op-ticket diff a.db e.db | jq -e '.change == "changed" and .b.resolved_at == null'
}

@test "a count that alone differs is shown on request, and is not a difference" {
	cd "$TEST_DIR" || return
	one a.db 4 11 warning 4
	one b.db 4 11 warning 2
	run op-ticket diff a.db b.db
	[ "$status" = 0 ]
	[ "$output" = "" ]
	run op-ticket diff a.db b.db --counts
	[ "$status" = 0 ]
	jq -e '.change == "changed" and .a.occurrence_count == 2 and .b.occurrence_count == 4' <<<"$output"
}

@test "people get a table with a mark in each row" {
	cd "$TEST_DIR" || return
	one a.db 2 4 warning 1
	one b.db 2 6 critical 1
	run op-ticket diff --table --utc a.db b.db
	[ "$status" = 1 ]
	[[ $output == *"~ a"*"warning -> critical"*"10:05:00Z -> 2026-01-24 10:07:00Z"* ]]
}

@test "a missing database is a bad configuration, and two are required" {
	cd "$TEST_DIR" || return
	one a.db 2 4 warning 1
	run op-ticket diff a.db none.db
	[ "$status" = 78 ]
	[[ $output == *none.db* ]]
	[ ! -e none.db ]
	run op-ticket diff a.db
	[ "$status" = 64 ]
	run op-ticket --db a.db diff a.db a.db
	[ "$status" = 64 ]
}

@test "a database that a writer has locked can be compared" {
	cd "$TEST_DIR" || return
	one a.db 2 4 warning 1
	one b.db 2 6 warning 1
	start sqlite3 a.db 'BEGIN IMMEDIATE;' '.shell touch held; while [ -e held ]; do sleep 0.1; done' 'ROLLBACK;'
	wait_until 10 test -e held
	run op-ticket diff a.db b.db
	rm held
	[ "$status" = 1 ]
}

@test "a PostgreSQL is exported first" {
	run -64 op-ticket diff postgresql://h/db b.db
	[[ $output == *'op-ticket export'* ]]
}
