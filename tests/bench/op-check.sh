#!/bin/bash
# SPDX-License-Identifier: ISC
# What op-check costs, as ratios within one run: the three base invariants over
# a million stores compared with a jq filter that prints the same information,
# the whole pack, a self-join, memory, start-up, a small cycle, many cycles.
#
#	tests/bench/op-check.sh [STORES]
set -eu

B=${B:-$PWD/build}
n=${1:-1000000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset OP_SUBJECTS OP_SHARE
base='--only store_down --only high_latency --only low_disk_space'

# cycle STORES: a cycle as op-scrape writes it, cut to what the base invariants read
cycle() {
	awk -v n="$1" 'BEGIN {
		srand(7)
		print "{\"kind\":\"begin\",\"stream\":\"observations\",\"v\":1,\"subject\":\"tikv\",\"cluster\":\"default\",\"at\":\"2026-01-24T23:08:17.123Z\"}"
		print "{\"kind\":\"source\",\"id\":\"pd\",\"ok\":true,\"kinds\":[\"store\",\"member\",\"cluster\"]}"
		for (i = 1; i <= n; i++)
			printf "{\"kind\":\"store\",\"id\":\"%d\",\"address\":\"tikv-%d:20160\",\"engine\":\"tikv\",\"state\":\"%s\",\"physically_destroyed\":false,\"disk_total_bytes\":536870912000,\"disk_used_bytes\":%.0f,\"leader_count\":1234,\"region_count\":3702,\"slow_score\":1,\"last_heartbeat_age_s\":%.3f,\"stale\":false,\"qps\":%.1f,\"latency_p99_ms\":%.2f,\"scraped\":1,\"raft_append_per_s\":%.2f}\n", \
				i, i, i % 1000 ? "Up" : "Down", 536870912000 * (i % 50 ? 0.3 + 0.3 * rand() : 0.9), \
				10 * rand(), 3000 * rand(), i % 100 ? 20 + 60 * rand() : 150.25, 900 * rand()
		printf "{\"kind\":\"end\",\"records\":%d}\n", n + 1
	}'
}

# the rules of the three for one store; store_down's look at all stores is left out
cat >base.jq <<'EOJ'
def down:
  (.last_heartbeat_age_s // 0) as $age
  | if .state == "Offline" and .physically_destroyed then false
    elif .state != "Up" and .state != "Disconnected" and .state != "Down" and .state != "Offline" then null
    elif .stale and .scraped == 0 then true
    elif .stale and $age < 600 or .state == "Up" and $age > 60 then null
    elif .state == "Offline" then (if $age <= 20 then false elif $age <= 60 then null else true end)
    else .state == "Down" or .state == "Disconnected" end;
def slow:
  if .engine == "tiflash" then null
  elif .latency_p99_ms != null then .latency_p99_ms > 100
  elif .qps == 0 and .stale != true and (.region_count == 0 or
    .leader_count == 0 and .slow_score < 80 and (.raft_append_per_s // 0) > 0) then false
  else null end;
def full:
  if .disk_used_bytes == null or .disk_total_bytes == null then null
  else (100 * .disk_used_bytes / .disk_total_bytes) as $used
    | if $used > 70 then true
      elif .state == "Up" and (.last_heartbeat_age_s // 0) > 60 then null
      else false end
  end;
select(.kind == "store" and .state != "Tombstone")
| down as $down | slow as $slow | full as $full
| [.id, $down, $slow, $full],
  (if $down then "Store \(.id) at \(.address) is \(.state)" else empty end),
  (if $slow then "Store \(.id) P99 latency \(.latency_p99_ms)ms exceeds threshold 100ms" else empty end),
  (if $full then "Store \(.id) disk usage \(100 * .disk_used_bytes / .disk_total_bytes)% exceeds threshold 70%" else empty end)
EOJ

cat >measure.py <<'EOP'
import os, sys, time
# measure.py TIMES STDIN COMMAND...: least seconds, least CPU seconds, greatest peak in KiB
seconds, cpu, kib = [], [], []
for _ in range(int(sys.argv[1])):
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(sys.argv[2], os.O_RDONLY), 0)
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.execvp(sys.argv[3], sys.argv[3:])
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit("%s: status %d" % (sys.argv[3], status))
    seconds.append(time.monotonic() - begin)
    cpu.append(usage.ru_utime + usage.ru_stime)
    kib.append(usage.ru_maxrss)
print("%.4f %.4f %d" % (min(seconds), min(cpu), max(kib)))
EOP

measure() { python3 measure.py "$@"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

cycle "$n" >big
cycle 1000 >small
cycle 0 >empty
cat big big big big big >five
bytes=$(stat -c %s big)
mkdir -p own/tikv/invariants
cat >own/tikv/invariants/self_join.sql <<-'SQL'
	-- invariant: self_join
	SELECT a.id AS store_id, a.latency_p99_ms IS NOT b.latency_p99_ms AS violated, a.id AS message
	FROM store a JOIN store b ON b.id = a.id
SQL

# shellcheck disable=SC2086 # flags, one a word
{
	read -r _ jq_cpu _ < <(measure 2 big jq -c -f base.jq)
	read -r _ base_cpu base_kib < <(measure 3 big "$B/op-check" $base)
	read -r _ _ five_kib < <(measure 1 five "$B/op-check" $base)
	read -r _ pack_cpu pack_kib < <(measure 2 big "$B/op-check")
	read -r _ join_cpu _ < <(OP_SUBJECTS=own measure 2 big "$B/op-check" --only self_join)
	read -r _ empty_cpu _ < <(measure 10 empty "$B/op-check")
	read -r jq_small _ _ < <(measure 10 small jq -c -f base.jq)
	read -r small _ _ < <(measure 10 small "$B/op-check" $base)
}

printf 'op-check: %d stores in a cycle of %d bytes; CPU seconds, best of a few\n' "$n" "$bytes"
printf '  three base invariants    %8.3f s   jq %.3f s: %s times faster (at least 8)\n' \
	"$base_cpu" "$jq_cpu" "$(ratio "$jq_cpu" "$base_cpu")"
printf '  the whole pack           %8.3f s   %s times the base three (at most 8)\n' \
	"$pack_cpu" "$(ratio "$pack_cpu" "$base_cpu")"
printf '  store a JOIN store b     %8.3f s   %s times the base three (at most 3)\n' \
	"$join_cpu" "$(ratio "$join_cpu" "$base_cpu")"
printf '  peak memory              %8d KiB  input + 16 MiB is %d KiB; five cycles %d KiB, whole pack %d KiB\n' \
	"$base_kib" "$((bytes / 1024 + 16384))" "$five_kib" "$pack_kib"
printf '  start to exit, empty     %8.1f ms  of CPU, whole pack (at most 15)\n' \
	"$(awk -v s="$empty_cpu" 'BEGIN { print s * 1000 }')"
printf '  1,000 stores             %8.1f ms  jq %.1f ms: %s times faster (at least 5)\n' \
	"$(awk -v s="$small" 'BEGIN { print s * 1000 }')" \
	"$(awk -v s="$jq_small" 'BEGIN { print s * 1000 }')" "$(ratio "$jq_small" "$small")"
