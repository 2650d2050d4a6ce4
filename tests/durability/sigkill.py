#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""sigkill.py [--seed N] [--rounds N] OP-TICKET

Ingests a backlog, killing ingest at random moments, until all of it is in. No
cycle that was acknowledged (its heartbeat was printed) may be lost, and in the end
the database must be the same as after an undisturbed run.
"""

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import at, cycle, dump, ingest  # noqa: E402

CYCLES = 120
STORES = 12


def taken(db):
    """How many of the cycles are in the database."""
    if not os.path.exists(db) or os.path.getsize(db) == 0:
        return 0
    with sqlite3.connect(db) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return 0
        row = connection.execute("SELECT last_at FROM cycles").fetchone()
    connection.close()
    times = {at(n)[:-1] + ".000Z": n + 1 for n in range(CYCLES)}
    return times[row[0]] if row else 0


def killed_run(program, db, first, delay, pause, size):
    """Feeds the cycles from first on, and kills after delay. Returns how many were acknowledged, and the exit status."""
    errors = db + ".stderr"
    with open(errors, "wb") as err:
        p = subprocess.Popen([program, "--db", db, "ingest"], stdin=subprocess.PIPE, stderr=err)
        deadline = time.monotonic() + delay
        try:
            for n in range(first, CYCLES, size):
                p.stdin.write("".join(cycle(i, STORES) for i in range(n, min(n + size, CYCLES))).encode())
                p.stdin.flush()
                if pause:
                    time.sleep(min(pause, max(0, deadline - time.monotonic())))
                if time.monotonic() >= deadline:
                    break
            else:
                p.stdin.close()
        except BrokenPipeError:
            pass
        try:
            p.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            p.kill()
        p.wait()
        try:
            p.stdin.close()
        except BrokenPipeError:
            pass
    with open(errors, "rb") as f:
        return f.read().count(b"Check complete:"), p.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--rounds", type=int, default=12)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    kills = 0
    start = time.monotonic()
    subprocess.run([args.program, "-V"], check=True, stdout=subprocess.DEVNULL)
    start = time.monotonic() - start
    with tempfile.TemporaryDirectory() as folder:
        reference = os.path.join(folder, "reference.db")
        assert ingest(args.program, reference, "".join(cycle(n, STORES) for n in range(CYCLES))).returncode == 0
        for r in range(10 * args.rounds):
            if r >= args.rounds and kills:
                break  # if the machine was so fast that nothing was killed, go on
            db = os.path.join(folder, f"{r}.db")
            done = 0
            while done < CYCLES:
                pause = rng.choice([0, 0, 0.002])
                delay = start * rng.choice([0.5, 1, 1]) + rng.uniform(0.001, 0.02)
                seen, status = killed_run(args.program, db, done, delay, pause, rng.choice([1, 5, 40]))
                now = taken(db)
                kills += status == -9
                if status not in (0, -9, 65) or now < done + seen:
                    print(f"seed {args.seed}: {done} were in, {seen} more were acknowledged, {now} are in; status {status}")
                    return 1
                done = now
            if dump(db) != dump(reference):
                print(f"seed {args.seed}: round {r}: the database is not what an undisturbed run leaves")
                return 1
    print(f"seed {args.seed}: {kills} kills, {args.rounds} rounds of {CYCLES} cycles")
    return 0 if kills else 1


if __name__ == "__main__":
    sys.exit(main())
