#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""replicator.py DATABASE READY STOP: works on a database as Litestream does.

Puts the database into WAL mode and keeps a read transaction open, so that nobody
else can restart the log. Several times a second it writes into tables of its own
and makes a checkpoint, of each kind in turn. From the first time on, the file
READY holds the number of rounds done. It ends when the file STOP exists, and
prints the numbers of rounds and checkpoints.
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
        # Litestream locks out writers while it changes to the next log
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
