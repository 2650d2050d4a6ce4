#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""crowd.py OP-TICKET: 16 ingests and 4 lists on one database, at once.

Twelve clusters are fed by one process each, and two clusters by two processes
each, which bring the same cycles. Every list must show all tickets of a cycle or
none, every ingest must succeed, and in the end each ticket must be there once.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter

CYCLES = 15
STORES = 5


def cycle(cluster, n):
    """Cycle n: each cycle another five stores fail, and they never recover."""
    at = f"2026-01-24T00:{n:02d}:00Z"
    lines = [{"kind": "begin", "stream": "verdicts", "v": 1, "cluster": cluster, "at": at}]
    for i in range(n * STORES):
        lines.append({"kind": "violation", "invariant_name": "down", "store_id": str(i), "message": "x" * 200})
    lines += [{"kind": "check", "invariant_name": "down", "complete": True}, {"kind": "end"}]
    return "".join(json.dumps(line) + "\n" for line in lines)


def feed(program, db, cluster, wrong):
    for n in range(1, CYCLES + 1):
        got = subprocess.run(
            [program, "--db", db, "ingest"], input=cycle(cluster, n), capture_output=True, text=True, check=False
        )
        # of two feeders with the same cycles, one may be late: then its cycle is older than the last
        late = cluster.startswith("two") and got.returncode == 65 and "a later one was taken" in got.stderr
        if got.returncode != 0 and not late:
            wrong.append(f"ingest of {cluster}: status {got.returncode}: {got.stderr}")
            return


def look(program, db, done, wrong):
    while not done.is_set():
        got = subprocess.run([program, "--db", db, "list"], capture_output=True, text=True, check=False)
        if got.returncode != 0:
            wrong.append(f"list: status {got.returncode}: {got.stderr}")
            return
        counts = Counter(json.loads(line)["cluster"] for line in got.stdout.splitlines())
        odd = {c: n for c, n in counts.items() if n % STORES}
        if odd:
            wrong.append(f"list shows parts of cycles: {odd}")
            return


def main():
    program = sys.argv[1]
    wrong = []
    threading.excepthook = lambda got: wrong.append(f"{got.thread.name}: {got.exc_value!r}")
    done = threading.Event()
    clusters = [f"one{i}" for i in range(12)] + ["two1", "two1", "two2", "two2"]
    with tempfile.TemporaryDirectory() as folder:
        db = os.path.join(folder, "crowd.db")
        feeders = [threading.Thread(target=feed, args=(program, db, c, wrong)) for c in clusters]
        lookers = [threading.Thread(target=look, args=(program, db, done, wrong)) for _ in range(4)]
        for t in feeders + lookers:
            t.start()
        for t in feeders:
            t.join()
        done.set()
        for t in lookers:
            t.join()
        out = subprocess.run([program, "--db", db, "list"], capture_output=True, text=True, check=True).stdout
        tickets = [json.loads(line) for line in out.splitlines()]
    each = Counter(t["cluster"] for t in tickets)
    if set(each.values()) != {CYCLES * STORES} or len(each) != 14:
        wrong.append(f"tickets in the end: {each}")
    if sorted(t["id"] for t in tickets) != list(range(1, len(tickets) + 1)):
        wrong.append("the ids are not dense")
    print("\n".join(wrong) or f"{len(tickets)} tickets")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
