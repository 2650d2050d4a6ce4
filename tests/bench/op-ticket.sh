#!/bin/bash
# SPDX-License-Identifier: ISC
# op-ticket: figures and ratios. Both sides of a comparison are measured in this
# run, each as the best of a few, on the file system of $TMPDIR.
set -euo pipefail
shopt -s inherit_errexit

: "${B:=$PWD/build}"
ticket=$B/op-ticket
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# stream CYCLES VIOLATIONS [STEP_S OFFSET_S]: cycles of violations, each with a snapshot
stream() {
	python3 - "$@" <<'PY'
import json, sys, datetime
cycles, n = map(int, sys.argv[1:3])
step, offset = map(int, sys.argv[3:5] or (30, 0))
start = datetime.datetime(2026, 1, 24, tzinfo=datetime.timezone.utc)
ids = sorted(str(i) for i in range(1, n + 1))
records = [json.dumps({
    "kind": "violation", "invariant_name": "high_latency", "store_id": i, "severity": "warning",
    "message": f"Store {i} P99 latency 341.5ms exceeds threshold 100.0ms", "grace_s": 0, "flap_count": 3, "flap_window_s": 300,
    "metric_snapshot": {"id": i, "address": f"tikv-{i}.tikv-peer.default.svc:20160", "state": "Up", "version": "8.5.3",
        "disk_total_bytes": 536870912000, "disk_available_bytes": 236870912000, "leader_count": 1234, "region_count": 3702,
        "qps": 1834.25, "latency_p99_ms": 341.5, "cpu_percent": 187.5, "memory_bytes": 17179869184, "threshold_ms": 100.0}},
    separators=(",", ":")) for i in ids]
body = "".join(r + "\n" for r in records) + '{"kind":"check","invariant_name":"high_latency","complete":true}\n'
for c in range(cycles):
    at = (start + datetime.timedelta(seconds=offset + step * c)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sys.stdout.write('{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"default","at":"%s"}\n' % at)
    sys.stdout.write(body)
    sys.stdout.write('{"kind":"end","records":%d}\n' % (n + 1))
PY
}

# seconds COMMAND: the wall-clock time that it took
seconds() {
	python3 - "$@" <<'PY'
import subprocess, sys, time
t = time.monotonic()
subprocess.run(["sh", "-c", sys.argv[1]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("%.4f" % (time.monotonic() - t))
PY
}

best() { # N PREPARE COMMAND: the best time of N runs, with PREPARE before each
	local i
	for ((i = 0; i < $1; i++)); do
		sh -c "$2" >/dev/null 2>&1
		seconds "$3"
	done | sort -g | sed -n 1p
}

show() { printf '%-62s %10s %s\n' "$@"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

stream 1 20000 >new.ndjson
stream 1 20000 30 30 >again.ndjson
"$ticket" --db full.db ingest <new.ndjson 2>/dev/null
{
	printf 'PRAGMA synchronous = EXTRA;\nBEGIN;\n'
	sqlite3 full.db "SELECT sql || ';' FROM sqlite_schema WHERE tbl_name = 'tickets' AND type IN ('table', 'index') AND sql IS NOT NULL"
	sqlite3 full.db '.mode insert tickets' 'SELECT * FROM tickets'
	printf 'COMMIT;\n'
} >insert.sql

shell=$(best 5 'rm -f shell.db' 'sqlite3 shell.db <insert.sql')
fresh=$(best 5 'rm -f t.db' "$ticket --db t.db ingest <new.ndjson")
again=$(best 5 'cp full.db t.db' "$ticket --db t.db ingest <again.ndjson")
show 'sqlite3 inserts 20,000 tickets, two indexes, one transaction' "$shell" s
show 'ingest of 20,000 new violations' "$fresh" "s, ratio $(ratio "$fresh" "$shell") (at most 1)"
show 'ingest of 20,000 recurring violations' "$again" "s, ratio $(ratio "$again" "$shell") (at most 1)"
rm -f t.db
rss=$(python3 - "$ticket" <<'PY'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "--db", "t.db", "ingest"], stdin=open("new.ndjson"), stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PY
)
show 'peak RSS of the cycle of new violations' "$rss" 'MiB (under 64)'

# a cycle of a thousand violations, beside a million resolved tickets
stream 1 1000 30 1000000 >thousand.ndjson
stream 1 0 >zero.ndjson
"$ticket" --db empty.db ingest <zero.ndjson 2>/dev/null
cp empty.db million.db
sqlite3 million.db <<'SQL'
PRAGMA synchronous = OFF;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
INSERT INTO tickets (subject, cluster, violation_key, invariant_name, store_id, status, held, flapping, flap_window_s,
	batch_key, occurrence_count, first_seen_at, last_seen_at, resolved_at, resolution, message, severity,
	metric_snapshot, created_at, updated_at)
SELECT 'tikv', 'default', 'high_latency:' || (i % 5000), 'high_latency', i % 5000, 'resolved', 0, 0, 300,
	'batch-2025-01-01T00:00:00.000Z', 1, '2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z',
	'2025-01-01T00:00:00.000Z', 'cleared', 'Store P99 latency 341.5ms exceeds threshold 100.0ms', 'warning',
	'{"id":"1","address":"tikv-1.tikv-peer.default.svc:20160","state":"Up","latency_p99_ms":341.5,"qps":1834.25}',
	'2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'
FROM n;
COMMIT;
SQL
small=$(best 7 'cp empty.db t.db' "$ticket --db t.db ingest <thousand.ndjson")
# One copy for all runs, as half a gigabyte takes long. Each run starts with the cycle that empty.db has.
cp million.db big.db
best_big() {
	local i
	for ((i = 0; i < 7; i++)); do
		sqlite3 big.db "PRAGMA foreign_keys = ON; DELETE FROM tickets WHERE id > 1000000; ATTACH 'empty.db' AS was;
			DELETE FROM cycles; INSERT INTO cycles SELECT * FROM was.cycles;
			DELETE FROM checks; INSERT INTO checks SELECT * FROM was.checks"
		seconds "$ticket --db big.db ingest <thousand.ndjson"
	done | sort -g | sed -n 1p
}
big=$(best_big)
show 'one cycle of 1,000 violations, empty database' "$small" s
show 'the same with 1,000,000 resolved tickets' "$big" "s, ratio $(ratio "$big" "$small") (at most 1.5)"
listing=$(best 3 : "$ticket --db big.db list --open")
show 'list --open of 1,000 among 1,000,000' "$listing" s

stream 2880 50 >day.ndjson
cpu=$(python3 - "$ticket" <<'PY'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "--db", "day.db", "ingest"], stdin=open("day.ndjson"), stderr=subprocess.DEVNULL, check=True)
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print("%.2f" % (u.ru_utime + u.ru_stime))
PY
)
show 'a replayed day, 2,880 cycles of 50 violations' "$cpu" 's of CPU (under 5)'

# 60 invariants of 1,000 stores that stay unknown, compared with as many that stay ok
python3 - "$ticket" <<'PY'
import datetime, resource, shutil, subprocess, sys
ids = ",".join('"%d"' % i for i in range(1, 1001))
start = datetime.datetime(2026, 1, 24, tzinfo=datetime.timezone.utc)
def cycles(kind, first, count):
    for c in range(first, first + count):
        at = (start + datetime.timedelta(seconds=30 * c)).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"default","at":"%s"}\n' % at
        for i in range(60):
            missing = ',"missing":["latency_p99_ms"]' if kind == "unknown" else ""
            yield '{"kind":"%s","invariant_name":"i%d","store_ids":[%s]%s}\n' % (kind, i, ids, missing)
            yield '{"kind":"check","invariant_name":"i%d","complete":true}\n' % i
        yield '{"kind":"end"}\n'
def ingest(db, text):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.argv[1], "--db", db, "ingest"], input=text, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
text = {}
for kind in "ok", "unknown":
    ingest(kind + ".db", "".join(cycles(kind, 0, 1)).encode())
    text[kind] = "".join(cycles(kind, 1, 20)).encode()
best = {"ok": 9.0, "unknown": 9.0}
for _ in range(9):
    for kind in best:
        shutil.copy(kind + ".db", "twenty.db")
        best[kind] = min(best[kind], ingest("twenty.db", text[kind]))
print("%-62s %10.4f s of CPU" % ("20 cycles of 60,000 ok verdicts", best["ok"]))
print("%-62s %10.4f s of CPU, ratio %.2f (at most 1.15)" % ("20 cycles of 60,000 repeated unknown verdicts", best["unknown"], best["unknown"] / best["ok"]))
PY

# idle cycles, each at a time of its own: 200, and as many runs of sqlite3, one process each
python3 - "$ticket" <<'PY'
import datetime, json, subprocess, sys, time
ticket = sys.argv[1]
start = datetime.datetime(2026, 1, 24, tzinfo=datetime.timezone.utc)
best = {"op-ticket": 9.0, "sqlite3": 9.0}
for i in range(200):
    at = (start + datetime.timedelta(seconds=30 * i)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [{"kind": "begin", "stream": "verdicts", "v": 1, "subject": "tikv", "cluster": "default", "at": at}]
    for n in range(10):
        lines.append({"kind": "ok", "invariant_name": f"i{n}", "store_ids": ["1", "2", "3"]})
        lines.append({"kind": "check", "invariant_name": f"i{n}", "complete": True})
    lines.append({"kind": "end"})
    text = "".join(json.dumps(l) + "\n" for l in lines).encode()
    t = time.monotonic()
    subprocess.run([ticket, "--db", "idle.db", "ingest"], input=text, stderr=subprocess.DEVNULL, check=True)
    best["op-ticket"] = min(best["op-ticket"], time.monotonic() - t)
    t = time.monotonic()
    subprocess.run(["sqlite3", "idle.db", "select 1"], input=b"", stdout=subprocess.DEVNULL, check=True)
    best["sqlite3"] = min(best["sqlite3"], time.monotonic() - t)
print("%-62s %10.4f s" % ("sqlite3 FILE 'select 1'", best["sqlite3"]))
print("%-62s %10.4f s, ratio %.2f (at most 3)" % ("an idle cycle of 10 invariants", best["op-ticket"], best["op-ticket"] / best["sqlite3"]))
PY
