#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs the real pipeline under op-loop against the simulated cluster, with
# random faults, for SOAK_CYCLES cycles (10000). A cycle stands for 30 s. The
# schedule of the faults is drawn beforehand from SOAK_SEED (1), and determines
# the tickets that must result. Exits with 1 if the tickets differ, if op-loop
# fails, or if its memory or descriptors, zombies, or the database grow.
# shellcheck disable=SC2317,SC2013,SC2016 # functions called by traps; words are intended; awk and sh have their own $
set -eu

cycles=${SOAK_CYCLES:-10000}
seed=${SOAK_SEED:-1}
: "${B:=$PWD/build}"
PATH=$B:$B/sim:$PATH
dir=$(mktemp -d)
loop=
sim=

cleanup() {
	trap - EXIT
	for pid in $loop $sim; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" 2>/dev/null || true
	done
	[ -n "${SOAK_KEEP-}" ] || rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The schedule: blocks of 30 cycles with one fault each, timed so that no ticket
# flaps. Two faults near the end are never repaired.
mkdir "$dir/do"
awk -v cycles="$cycles" -v seed="$seed" -v dir="$dir" '
function do_at(cycle, what) { print what >>(dir "/do/" cycle); close(dir "/do/" cycle) }
function expect(key) { expected[key]++ }
BEGIN {
	srand(seed)
	for (start = 5; start + 90 < cycles; start += 30) {
		store = 1 + int(rand() * 5)
		len = 1 + int(rand() * 8)
		kind = int(rand() * 8)
		if (kind == 0) {
			do_at(start, "down " store); do_at(start + len, "revive " store)
			expect("store_down:" store)
		} else if (kind == 1) {
			do_at(start, "disk " store " 85\nheartbeat all")
			do_at(start + len, "disk " store " 20\nheartbeat all")
			expect("low_disk_space:" store)
		} else if (kind == 2) {
			do_at(start, "pd all unplug"); do_at(start + len, "pd all plug")
			if (len >= 3)
				expect("source_down:pd")
		} else if (kind == 3) {
			# the store dies, PD goes silent, and the store is back before PD is
			do_at(start, "down " store); do_at(start + 2, "pd all unplug")
			do_at(start + 3, "revive " store); do_at(start + 4, "pd all plug")
			expect("store_down:" store)
		} else if (kind == 4) {
			do_at(start, "error /pd/api/v1/stores 500 \"[PD:cluster:ErrNotBootstrapped]\"")
			do_at(start + 2, "error /pd/api/v1/stores off")
		} else if (kind == 5) {
			do_at(start, "truncate /pd/api/v1/stores 700")
			do_at(start + 2, "truncate /pd/api/v1/stores off")
		} else if (kind == 6) {
			# the leader changes, and PD hears from no store for a while
			do_at(start, "isolate all\nleader " 1 + int(rand() * 3))
			do_at(start + 2, "rejoin all\nheartbeat all")
		} else {
			# twice within the flap window of 5 min opens two tickets; a third time would flap
			do_at(start, "down " store); do_at(start + 2, "revive " store)
			do_at(start + 4, "down " store); do_at(start + 6, "revive " store)
			expect("store_down:" store); expect("store_down:" store)
		}
	}
	do_at(cycles - 50, "down 2\ndisk 4 91\nheartbeat all")
	expect("store_down:2"); expect("low_disk_space:4")
	open["store_down:2"] = open["low_disk_space:4"] = 1
	for (key in expected)
		print key, expected[key], open[key] + 0 >(dir "/expected.unsorted")
}'
sort "$dir/expected.unsorted" >"$dir/expected"

op-sim --with-parent --stores 5 --ready "$dir/sim.json" --persist 1s &
sim=$!
for ((i = 0; i < 100; i++)); do
	[ ! -e "$dir/sim.json" ] || break
	sleep 0.1
done
CONTROL=$(jq -r .control "$dir/sim.json")
PD_ENDPOINT=$(jq -r '.pd | join(",")' "$dir/sim.json")
export CONTROL PD_ENDPOINT PROMETHEUS_URL=none OP_DB="$dir/tickets.db" DO="$dir/do"
export BASE=$(($(date +%s) - (cycles + 40) * 30)) # the last of all cycles is not in the future

# One cycle: applies the faults that are due, then scrapes, at the time that the cycle stands for.
cat >"$dir/step" <<'END'
if [ -e "$DO/$OP_CYCLE" ]; then
	curl -qsS --noproxy '*' --max-time 10 --data-binary "@$DO/$OP_CYCLE" "$CONTROL" | grep -qx ok || exit 70
fi
at=$(date -u -d "@$((BASE + OP_CYCLE * 30))" +%Y-%m-%dT%H:%M:%SZ)
op-scrape --timeout 2s | sed "1s/\"at\":\"[^\"]*\"/\"at\":\"$at\"/"
END

# memory_kib PID; descriptors PID
memory_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
descriptors() { find "/proc/$1/fd" -type l 2>/dev/null | wc -l; }
# zombies PID: how many of its children are dead but not yet waited for
zombies() {
	local child count=0
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		! grep -q '^State:.Z' "/proc/$child/status" 2>/dev/null || count=$((count + 1))
	done
	echo "$count"
}
tickets() { sqlite3 -readonly -cmd '.timeout 5000' "$OP_DB" 'SELECT count(*) FROM ticket_events'; }

SECONDS=0
op-loop -q -i 1ms -t 30 -n "$cycles" -- sh "$dir/step" '|' op-check '|' op-ticket ingest >"$dir/log" 2>&1 &
loop=$!
printf '%8s %12s %12s %8s %12s %8s\n' seconds op-loop-KiB descriptors zombies database-KiB events
while kill -0 "$loop" 2>/dev/null; do
	sleep $((cycles / 400 + 1))
	[ -e "/proc/$loop/status" ] || break
	kib=$(memory_kib "$loop") || break
	printf '%8d %12d %12d %8d %12d %8d\n' "$SECONDS" "$kib" "$(descriptors "$loop")" \
		"$(zombies "$loop")" "$(($(stat -c %s "$OP_DB" 2>/dev/null || echo 0) / 1024))" \
		"$(tickets 2>/dev/null || echo 0)" | tee -a "$dir/samples"
done
status=0
wait "$loop" || status=$?
loop=
took=$SECONDS

# The tickets found, in the form of those expected: key, tickets, how many are open.
op-ticket list | jq -rs 'map(select(.invariant_name | IN("store_down", "low_disk_space", "source_down")))
	| group_by(.violation_key)[]
	| "\(.[0].violation_key) \(length) \(map(select(.status != "resolved")) | length)"' |
	sort >"$dir/found"

failed=0
check() { # WHAT COMMAND...
	local what=$1
	shift
	if "$@"; then
		echo "ok: $what"
	else
		echo "NOT ok: $what"
		failed=1
	fi
}

# column N FIRST|LAST: of the sample a tenth of the way in, or of the last one
column() {
	local lines
	lines=$(wc -l <"$dir/samples")
	case $2 in
	FIRST) sed -n "$((lines / 10 + 1))p" "$dir/samples" ;;
	LAST) tail -n 1 "$dir/samples" ;;
	esac | awk -v n="$1" '{ print $n }'
}

size=$(stat -c %s "$OP_DB")
events=$(tickets)
echo
echo "cycles: $cycles in $took s, $((took * 1000 / cycles)) ms each; op-loop ended with $status"
echo "tickets: $(op-ticket list | wc -l), events: $events, database: $((size / 1024)) KiB, $((size / (events + 1))) bytes per event"
check "every ticket that the faults imply, and no other" diff "$dir/expected" "$dir/found"
check "op-loop ended with 0" test "$status" -eq 0
check "op-loop's memory: $(column 2 FIRST) KiB, at the end $(column 2 LAST) KiB" \
	test "$(column 2 LAST)" -le $(($(column 2 FIRST) + 64))
check "op-loop's descriptors: $(column 3 FIRST), at the end $(column 3 LAST)" \
	test "$(column 3 LAST)" -le $(($(column 3 FIRST) + 8))
check "no more zombies than a cycle has children" \
	awk '$4 > 4 { exit 1 }' "$dir/samples"

# 40 more cycles in which nothing changes: they may update times, but not add to the database
before=$size
for ((i = 1; i <= 40; i++)); do
	OP_CYCLE=$((cycles + i)) sh "$dir/step" | op-check | op-ticket ingest 2>/dev/null
done
size=$(stat -c %s "$OP_DB")
check "the database grows only with events: $before bytes, $size after 40 quiet cycles" \
	test "$size" -le "$before"
exit "$failed"
