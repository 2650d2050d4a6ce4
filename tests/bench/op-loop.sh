#!/bin/bash
# SPDX-License-Identifier: ISC
# op-loop: what it costs while it sleeps, and what it adds to a cycle.
# shellcheck disable=SC2016 # scripts for the shells below
set -eu

: "${B:=$PWD/build}"
export PATH="$B:$PATH" LC_ALL=C
dir=$(mktemp -d)
pids=
finish() {
	# shellcheck disable=SC2086 # a list
	[ -z "$pids" ] || kill $pids 2>/dev/null || true
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

figure() { printf '%-58s %s\n' "$1" "$2"; }

# compare cpu|wall RUNS DIVISOR OURS... -- THEIRS...: the median microseconds of
# each, over DIVISOR, and their ratio. They run in turns, as the machine is shared.
compare() {
	python3 -c 'import os, resource, statistics, subprocess, sys, time
kind, runs, divisor, words = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
at = words.index("--")
both = words[:at], words[at + 1:]

def once(command):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1e6 / divisor * (ended - began if kind == "wall" else used)

times = [], []
for run in range(runs):
    for k in (run % 2, 1 - run % 2):
        times[k].append(once(both[k]))
ours, theirs = map(statistics.median, times)
print(f"{ours:.0f} us, sh {theirs:.0f} us, ratio {ours / theirs:.2f}")' "$@"
}

# --- idle
op-loop -q -i 600 -- sh -c "echo x >>$dir/ran" &
pid=$!
pids="$pids $pid"
for ((i = 0; i < 200; i++)); do
	[ -e "$dir/ran" ] && [ -z "$(cat "/proc/$pid/task/$pid/children")" ] && grep -q 'State:.S' "/proc/$pid/status" && break
	sleep 0.05
done
status() { awk -v k="$1:" '$1 == k {print $2}' "/proc/$pid/$2"; }
sum() { awk -v k="^($1):" '$1 ~ k {n += $2} END {print n}' "/proc/$pid/smaps_rollup"; }
figure 'idle, memory of its own (private pages)' "$(sum 'Private_Clean|Private_Dirty') KiB"
figure 'idle, RSS without the pages of libc that all programs share' "$(awk '/^[0-9a-f]+-/ {lib = /\/(libc|ld-linux)/} /^Rss:/ && !lib {n += $2} END {print n}' "/proc/$pid/smaps") KiB"
figure 'idle, anonymous / proportional (PSS) / whole RSS' "$(status RssAnon status) / $(sum Pss) / $(status VmRSS status) KiB"
switches() { awk '/ctxt_switches/ {n += $2} END {print n}' "/proc/$pid/status"; }
before=$(switches)
sleep 5 # the time that is measured
figure 'idle, wake-ups in 5 s between two ticks' "$(($(switches) - before))"
kill "$pid"
wait "$pid" 2>/dev/null || true
pids=

# --- a cycle compared with the same pipeline run by sh
cycles=500
compared=$(compare cpu 5 $cycles \
	op-loop -q -i 1ms -n $cycles /bin/true '|' cat '|' cat -- \
	sh -c 'i=0; while [ $i -lt '$cycles' ]; do /bin/true | cat | cat; i=$((i + 1)); done')
figure 'three small stages in a loop, processor time per cycle' "$compared"
compared=$(compare wall 100 1 op-loop -1 /bin/true '|' cat '|' cat -- sh -c '/bin/true | cat | cat')
figure 'three small stages once, start to end' "$compared"

# --- the real pipeline against the simulated cluster
[ -x "$B/sim/op-sim" ] || exit 0
"$B/sim/op-sim" --with-parent --ready "$dir/sim.json" --prometheus-config "$dir/prometheus.yml" \
	</dev/null >/dev/null 2>"$dir/sim.log" &
pids=$!
for ((i = 0; i < 200; i++)); do
	[ -e "$dir/sim.json" ] && break
	sleep 0.05
done
PD_ENDPOINT=$(jq -r '.pd | join(",")' "$dir/sim.json")
export PD_ENDPOINT PROMETHEUS_URL=none OP_DB="$dir/tickets.db" HOME="$dir"
compared=$(compare wall 50 1 \
	op-loop -q -1 op-scrape '|' op-check '|' op-ticket ingest -- \
	sh -c 'op-scrape | op-check | op-ticket ingest')
figure 'op-scrape | op-check | op-ticket ingest, start to end' "$compared"
