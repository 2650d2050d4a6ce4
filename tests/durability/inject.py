#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""inject.py [--old-schema FILE] [--every N] kill|error OP-TICKET

Ingests the same cycle again and again. In each run another system call fails (or
all from that one on), or the process is killed as it enters the call. Afterwards
the cycle must be in completely or not at all, exit 0 must mean that it is in, and
ingesting it again must put it in. Before that, the database has two cycles, or does
not exist yet; with --old-schema it has that schema, so that the migration is
disturbed too. --every N disturbs only every Nth call, from a random one on, for
builds that are slow.
"""

import argparse
import os
import random
import re
import sqlite3
import sys
import tempfile
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import copy, cycle, dump, ingest, rows  # noqa: E402

CALLS = "openat,pwrite64,write,fsync,fdatasync,unlink,ftruncate,fallocate,pread64,read,fcntl,lseek,mkdir,close"
WRITES = "pwrite64,fsync,fdatasync,ftruncate,unlink"


def strace(*args):
    return ["strace", "-f", "-qq", "-o", "/dev/null", *args]


def count_calls(program, db, text, calls, folder):
    """How often the program makes each call, counted as strace counts them for an injection."""
    log = os.path.join(folder, "strace.log")
    got = ingest(program, db, text, ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + calls])
    assert got.returncode == 0, got.stderr
    with open(log, encoding="utf-8", errors="replace") as lines:
        return Counter(m[1] for m in map(re.compile(r"^\d+\s+(\w+)\(").match, lines) if m)


def version(db):
    with sqlite3.connect(db) as connection:
        number = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return number


class Trial:
    def __init__(self, program, folder, before):
        self.program = program
        self.folder = folder
        self.before = before  # the database at the start; it may not exist
        self.text = cycle(2)
        self.db = os.path.join(folder, "trial.db")
        fresh = os.path.join(folder, "fresh.db")
        assert ingest(program, fresh, cycle(0)).returncode == 0
        self.version = version(fresh)
        self.see = rows if os.path.exists(before) and version(before) != self.version else dump
        reference = os.path.join(folder, "reference.db")
        copy(before, reference)
        self.states = [self.state(before)] if os.path.exists(before) else []
        assert ingest(program, reference, "").returncode == 65
        self.states.append(self.state(reference) if os.path.exists(reference) else None)
        assert ingest(program, reference, self.text).returncode == 0
        self.after = self.state(reference)
        self.runs = 0

    def state(self, db):
        return self.see(db)

    def half_way(self, state):
        """Is it another state that is allowed: an empty file, an empty schema, or a migrated one without the cycle?"""
        if not os.path.exists(self.db) or os.path.getsize(self.db) == 0:
            return not os.path.exists(self.before)
        with sqlite3.connect(self.db) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            cycles = connection.execute("SELECT count(*) FROM cycles").fetchone()[0] if tables else 0
        connection.close()
        if not os.path.exists(self.before):
            return cycles == 0
        # migrated, without the cycle
        return self.see is rows and state[0] == self.version and not any(
            '"last_at": "2026-01-24T00:01:00.000Z"' in r for _, t in state[1] for r in t
        )

    def one(self, call, what, statuses):
        copy(self.before, self.db)
        got = ingest(self.program, self.db, self.text, strace("-e", "trace=" + call, "-e", f"inject={call}:{what}"))
        name = f"{call}:{what}: status {got.returncode}: {got.stderr.strip()}"
        self.runs += 1
        if got.returncode not in statuses:
            return f"{name}: unexpected"
        try:
            state = self.state(self.db) if os.path.exists(self.db) else None
            if state not in [*self.states, self.after] and not self.half_way(state):
                return f"{name}: the cycle is in only in part"
            if got.returncode == 0 and state != self.after:
                return f"{name}: exit 0, but the cycle is not in"
        except (AssertionError, sqlite3.Error) as error:
            return f"{name}: {error}"
        again = ingest(self.program, self.db, self.text)
        if again.returncode != 0 or self.state(self.db) != self.after:
            return f"{name}: ingested again: status {again.returncode}: {again.stderr.strip()}"
        return None

    def all(self, mode, every):
        copy(self.before, self.db)
        counts = count_calls(self.program, self.db, self.text, CALLS if mode == "kill" else WRITES, self.folder)
        for call, count in sorted(counts.items()):
            for n in range(random.randint(1, every), count + 1, every):
                if mode == "kill":
                    yield self.one(call, f"signal=KILL:when={n}", [-9, 137])
                    continue
                for error in "EIO", "ENOSPC":
                    for often in f"{n}", f"{n}+":
                        yield self.one(call, f"error={error}:when={often}", [0, 74, 75])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["kill", "error"])
    parser.add_argument("program")
    parser.add_argument("--old-schema")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    args = parser.parse_args()
    random.seed(args.seed)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        before = os.path.join(folder, "before.db")
        if args.old_schema:
            with sqlite3.connect(before) as connection, open(args.old_schema, encoding="utf-8") as schema:
                connection.executescript(schema.read())
                fill_old(connection)
            connection.close()
            trials = [Trial(args.program, folder, before)]
        else:
            for n in 0, 1:
                assert ingest(args.program, before, cycle(n)).returncode == 0
            trials = [Trial(args.program, folder, before), Trial(args.program, folder, os.path.join(folder, "none.db"))]
        for trial in trials:
            for wrong in trial.all(args.mode, args.every):
                if wrong:
                    failed += 1
                    print(wrong)
    print(f"seed {args.seed}: {sum(t.runs for t in trials)} runs, {failed} failed")
    return failed != 0


def fill_old(connection):
    """Writes what an old version would hold after the cycles 0 and 1, as far as it matters to the migration."""
    when = "2026-01-24T00:00:30.000Z"
    for i in range(1, 100):
        status = "open" if i < 4 else "resolved"
        connection.execute(
            "INSERT INTO tickets (subject, cluster, violation_key, invariant_name, store_id, status, held, flapping,"
            " flap_window_s, batch_key, occurrence_count, first_seen_at, last_seen_at, resolved_at, resolution, message,"
            " severity, created_at, updated_at) VALUES ('tikv', 'c', ?, 'down', ?, ?, 0, 0, 120, ?, 1, ?, ?, ?, ?, 'm',"
            " 'critical', ?, ?)",
            (
                f"down:{i}",
                str(i),
                status,
                f"batch-{when}",
                when,
                when,
                None if i < 4 else when,
                None if i < 4 else "cleared",
                when,
                when,
            ),
        )
        connection.execute(
            "INSERT INTO ticket_events (ticket_id, at, event, actor) VALUES (?, ?, 'created', 'op')", (i, when)
        )
    # the last tickets were pruned; their ids must not be used again
    connection.execute("DELETE FROM tickets WHERE id > 90")
    connection.execute("DELETE FROM ticket_events WHERE ticket_id > 90")
    connection.execute(
        "INSERT INTO cycles (subject, cluster, cluster_id, last_at, digest) VALUES ('tikv', 'c', '1', ?, 'none')", (when,)
    )
    for name, at in ("down", when), ("other", None):
        connection.execute(
            "INSERT INTO checks (subject, cluster, invariant_name, last_complete_at) VALUES ('tikv', 'c', ?, ?)", (name, at)
        )


if __name__ == "__main__":
    sys.exit(main())
