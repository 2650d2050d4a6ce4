# SPDX-License-Identifier: ISC
"""What the durability tests share: cycles, runs of op-ticket, and dumps of its database."""

import functools
import json
import os
import shutil
import sqlite3
import subprocess


def at(n):
    """The time of cycle n, 30 s apart."""
    s = n * 30
    return f"2026-01-24T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z"


@functools.lru_cache(maxsize=None)
def cycle(n, stores=6):
    """Cycle n as text: stores go down and come back, each at its own pace."""
    records = [{"kind": "begin", "stream": "verdicts", "v": 1, "cluster": "c", "cluster_id": "1", "at": at(n)}]
    fine = []
    for i in range(1, stores + 1):
        if (n // i) % 2:
            fine.append(str(i))
            continue
        records.append(
            {
                "kind": "violation",
                "invariant_name": "down",
                "store_id": str(i),
                "severity": "critical",
                "message": f"Store {i} is Down in {n}",
                "flap_count": 3,
                "flap_window_s": 120,
                "grace_s": 45 if i == 3 else 0,
                "metric_snapshot": {"n": n, "text": "x" * 300},
            }
        )
    records.append({"kind": "ok", "invariant_name": "down", "store_ids": fine})
    records.append({"kind": "check", "invariant_name": "down", "complete": True})
    records.append({"kind": "end", "records": len(records) - 1})
    return "".join(json.dumps(r) + "\n" for r in records)


def ingest(program, db, text, wrap=()):
    return subprocess.run(
        [*wrap, program, "--db", db, "ingest"], input=text, capture_output=True, text=True, check=False
    )


def dump(db):
    """All that is in the database, as text. It is what a reader sees, so a hot journal is rolled back first."""
    with sqlite3.connect(db) as connection:
        check = connection.execute("PRAGMA integrity_check").fetchall()
        if check != [("ok",)]:
            raise AssertionError(f"integrity_check: {check}")
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            raise AssertionError("foreign_key_check")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        # the id of the ledger is random
        lines = (line for line in connection.iterdump() if not line.startswith('INSERT INTO "op_store"'))
        text = "\n".join(lines)
    connection.close()
    return f"-- version {version}\n{text}"


TABLES = "tickets", "ticket_events", "pending", "cycles", "checks", "unknown", "gaps", "mutes", "sqlite_sequence"


def rows(db):
    """As dump(), but without the schema, so that it can be compared across a migration."""
    with sqlite3.connect(db) as connection:
        connection.row_factory = sqlite3.Row
        out = []
        for table in TABLES:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
                continue
            found = [dict(r) for r in connection.execute(f"SELECT * FROM {table}")]
            out.append((table, sorted(json.dumps(r, sort_keys=True) for r in found)))
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version, out


def copy(db, to):
    for suffix in "", "-journal":
        if os.path.exists(to + suffix):
            os.remove(to + suffix)
    if os.path.exists(db):
        shutil.copyfile(db, to)
