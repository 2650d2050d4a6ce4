#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""replicator.py DATABASE READY STOP: works on a database as Litestream does.

It puts it into WAL mode and keeps a read transaction open, so that nobody else
can begin the log anew. A few times a second it writes into tables of its own,
and makes the checkpoints itself, of all kinds in turn. The file READY is there
once it is at work, and holds how often it has done so; it ends when STOP exists,
and prints that too.
"""

import os
import sqlite3
import sys
import time


def tell(ready, rounds):
    with open(ready + ".new", "w", encoding="ascii") as file:
        print(rounds, file=file)
    os.replace(ready + ".new", ready)


def main():
    database, ready, stop = sys.argv[1:]
    rounds = checkpoints = 0
    reader = sqlite3.connect(database, isolation_level=None, timeout=60)
    writer = sqlite3.connect(database, isolation_level=None, timeout=60)
    assert writer.execute("PRAGMA journal_mode = wal").fetchone() == ("wal",)
    for db in reader, writer:
        db.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("CREATE TABLE IF NOT EXISTS _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
    writer.execute("CREATE TABLE IF NOT EXISTS _litestream_lock (id INTEGER)")
    while True:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM _litestream_seq").fetchone()
        writer.execute("INSERT INTO _litestream_seq VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1")
        tell(ready, rounds)
        time.sleep(0.1)
        # its lock on the writers, while it changes from one log to the next
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO _litestream_lock VALUES (1)")
        time.sleep(0.02)
        writer.execute("ROLLBACK")
        reader.execute("ROLLBACK")
        busy, _, _ = writer.execute("PRAGMA wal_checkpoint(%s)" % ("PASSIVE", "RESTART", "TRUNCATE")[rounds % 3]).fetchone()
        checkpoints += not busy
        rounds += 1
        if os.path.exists(stop):
            break
    print(f"{rounds} rounds, {checkpoints} checkpoints")


if __name__ == "__main__":
    main()
