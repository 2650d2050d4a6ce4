#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""compare.py [--seed N] [--rounds N] [--cycles N] OP-TICKET

Drives op-ticket and the model of its rules with the same random cycles and
commands, and compares every field of every ticket, the ledger, the pending
rows and the exit statuses: once with one process a cycle, once with the
cycles between two commands as one backlog. Prints the seed; a failure prints
what differs and ends with 1.
"""

import argparse
import datetime
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rules import MIN, Model, Refused  # noqa: E402

TIMES = (
    "held_until first_seen_at last_seen_at ok_since absent_since resolved_at created_at updated_at"
).split()


def rfc3339(ms):
    at = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"


def millis(text):
    at = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    return round(at.timestamp() * 1000)


class World:
    """What happens: random, but of a kind that meets every rule often."""

    INVARIANTS = ["down", "slow", "quorum", "disk"]
    STEPS = [1, 10_000, 30_000, 30_000, 60_000, 61_000, 150_500, 300_000, 400_000, 600_000, 700_000]
    GRID = [10_000, 10_000, 20_000, 30_000, 60_000, 60_000, 300_000, 600_000]
    IDS = ["1", "2", "10", "é", "%s", "a'b"]

    def __init__(self, rng, start, future):
        self.rng = rng
        self.future = future
        self.at = {"a": start, "b": start}
        self.sick = {}  # (cluster, invariant, id) -> state
        self.settings = {
            name: {
                "severity": rng.choice(["info", "warning", "critical"]),
                "grace_s": rng.choice([0, 0, 60, 150.5, 700]),
                "flap_count": rng.choice([0, 1, 2, 3]),
                "flap_window_s": rng.choice([0, 60, 300, 900]),
            }
            for name in self.INVARIANTS
        }
        self.previous = {}
        self.model = None
        # some worlds flap on a grid of times, so that windows are met and their edges hit
        self.change = rng.choice([0.1, 0.25, 0.6])
        self.steps = rng.choice([self.STEPS, self.GRID])

    def state_of(self, place):
        r = self.rng.random()
        state = self.sick.get(place, "ok")
        if r < self.change:
            state = self.rng.choice(["ok", "ok", "violated", "violated", "unknown", "absent"])
        self.sick[place] = state
        return state

    def violation(self, name):
        rng = self.rng
        s = dict(self.settings[name])
        if rng.random() < 0.1:
            s["severity"] = rng.choice(["info", "warning", "critical"])
        if rng.random() < 0.05:
            s["grace_s"] = rng.choice([0, 30, 300])
        s["message"] = rng.choice([None, "it is %d \\u0001", f"slow by {rng.randrange(9)}", "'; DROP TABLE tickets;--"])
        s["metric_snapshot"] = rng.choice([None, {}, {"v": rng.randrange(99), "t": ["é", None, 1.5]}])
        return s

    def next_cycle(self):
        rng = self.rng
        cluster = rng.choice("ab")
        if cluster in self.previous and rng.random() < 0.03:
            return self.previous[cluster]  # once more, the same
        step = rng.choice(self.steps)
        at = self.at[cluster] + step
        if rng.random() < 0.05:
            at = self.at[cluster] - rng.choice([0, 1, 5000, 20 * MIN])
        if self.future and rng.random() < 0.1:
            at = round(time.time() * 1000) + rng.choice([-9, -5, 2, 5, 9, 30]) * MIN
        # just when a hold ends; far enough from the clock that it does not matter when it is looked at
        far = time.time() * 1000 + 30 * MIN
        ends = [t["held_until"] for t in self.model.tickets if t["held"] and (t["held_until"] or 0) > far]
        if ends and rng.random() < 0.2:
            at = rng.choice(ends) - rng.choice([0, 0, 1])
        checks, verdicts = {}, {}
        for name in self.INVARIANTS:
            r = rng.random()
            if r < 0.05:
                continue
            checks[name] = r > 0.15
            if not checks[name] and rng.random() < 0.7:
                continue
            for store_id in [None] if name == "quorum" else self.IDS:
                state = self.state_of((cluster, name, store_id))
                if state == "violated":
                    verdicts[(name, store_id)] = ("violated", self.violation(name))
                elif state != "absent":
                    verdicts[(name, store_id)] = (state,)
        cycle_id = rng.choice([None, "7", "7", "7", "7", "7", "8" if rng.random() < 0.1 else "7"])
        c = {"subject": "tikv", "cluster": cluster, "cluster_id": cycle_id, "at": at}
        c.update(checks=checks, verdicts=verdicts)
        c["lines"] = lines_of(c, rng)
        c["digest"] = hashlib.sha256("\n".join(c["lines"][1:-1]).encode()).hexdigest()
        self.at[cluster] = max(at, self.at[cluster]) if not self.future else at
        self.previous[cluster] = c
        return c


def lines_of(c, rng):
    """The cycle as a stream, in any of the forms that mean the same."""
    records = []
    for (name, store_id), verdict in c["verdicts"].items():
        record = {"kind": "violation", "invariant_name": name}
        if verdict[0] != "violated":
            continue
        if store_id is not None or rng.random() < 0.5:
            record["store_id"] = store_id
        for field, default in [
            ("severity", "warning"),
            ("message", None),
            ("grace_s", 0),
            ("flap_count", 0),
            ("flap_window_s", ...),
            ("metric_snapshot", None),
        ]:
            if verdict[1][field] != default or rng.random() < 0.5:
                record[field] = verdict[1][field]
        records.append(record)
    for state in "ok", "unknown":
        for name in c["checks"]:
            ids = [i for (n, i), v in c["verdicts"].items() if n == name and v[0] == state]
            while ids:
                n = rng.randint(1, len(ids))
                records.append({"kind": state, "invariant_name": name, "store_ids": ids[:n]})
                ids = ids[n:]
    rng.shuffle(records)
    for name, done in c["checks"].items():
        records.append({"kind": "check", "invariant_name": name, "complete": done})
    begin = {"kind": "begin", "stream": "verdicts", "v": 1, "subject": c["subject"], "cluster": c["cluster"]}
    if c["cluster_id"]:
        begin["cluster_id"] = c["cluster_id"]
    begin["at"] = rfc3339(c["at"])
    end = {"kind": "end"}
    if rng.random() < 0.8:
        end["records"] = len(records)
    return [json.dumps(r, ensure_ascii=rng.random() < 0.5) for r in [begin, *records, end]]


class Runner:
    """op-ticket on one database."""

    def __init__(self, program, db):
        self.program = program
        self.db = db

    def run(self, *args, stdin=""):
        env = dict(os.environ, OP_DB=self.db, USER="tester")
        return subprocess.run([self.program, *args], input=stdin, env=env, capture_output=True, text=True, check=False)

    def ingest(self, cycles):
        text = "".join(line + "\n" for c in cycles for line in c["lines"])
        return self.run("ingest", stdin=text).returncode

    def tickets(self):
        out = self.run("list", "--json")
        assert out.returncode == 0, out.stderr
        return sorted(json.loads(out.stdout), key=lambda t: t["id"])

    def select(self, sql):
        if not os.path.exists(self.db):
            return []
        with sqlite3.connect(f"file:{self.db}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def events(self):
        rows = self.select("SELECT ticket_id, at, event, actor FROM ticket_events ORDER BY id")
        return [(i, millis(at), event, actor) for i, at, event, actor in rows]

    def pending(self):
        rows = self.select("SELECT subject, cluster, violation_key, first_seen_at, last_seen_at FROM pending")
        return {(s, c, k): (millis(f), millis(n)) for s, c, k, f, n in rows}


def expected_tickets(model):
    out = []
    for t in model.tickets:
        t = dict(t)
        t["batch_key"] = "batch-" + rfc3339(t.pop("batch"))
        for field in TIMES:
            t[field] = None if t[field] is None else rfc3339(t[field])
        out.append(t)
    return out


def differences(want, got, what):
    if want == got:
        return []
    if isinstance(want, dict):
        names = [n for n in {**want, **got} if want.get(n, "-") != got.get(n, "-")]
        return [f"{what}: {n}: model {want.get(n)!r}, op-ticket {got.get(n)!r}" for n in names]
    if isinstance(want, list):
        out = [] if len(want) == len(got) else [f"{what}: model has {len(want)}, op-ticket {len(got)}"]
        for i, (w, g) in enumerate(zip(want, got)):
            out += differences(w, g, f"{what}[{i}]")
        return out
    return [f"{what}: model {want!r}, op-ticket {got!r}"]


def compare(model, runner):
    out = differences(expected_tickets(model), runner.tickets(), "tickets")
    out += differences(model.events, runner.events(), "events")
    want = {place: (row["first"], row["last"]) for place, row in model.pending.items()}
    return out + differences(want, runner.pending(), "pending")


def command(rng, model, runner):
    """One random command by hand; returns what was wrong."""
    name = rng.choice(["ack", "diagnose", "resolve", "hold", "hold", "unhold"])
    ids = rng.sample(range(1, len(model.tickets) + 2), min(rng.choice([1, 1, 1, 2, 3]), len(model.tickets) + 1))
    args = [name, *(rng.choice(["%d", "TKT-%d"]) % i for i in ids)]
    text = f"# {rng.random()}\n\n* é\n" if name == "diagnose" else ""
    hold_s = rng.choice([None, 0, 1, 90, 3600]) if name == "hold" else None
    if hold_s is not None:
        args += ["--for", str(hold_s)]
    before = round(time.time() * 1000) - 1
    got = runner.run(*args, stdin=text)
    after = round(time.time() * 1000) + 1
    stamped = [at for _, at, _, actor in runner.events() if actor == "tester"]
    now = stamped[-1] if stamped and got.returncode == 0 else before
    if not before <= now <= after:
        return [f"{args}: stamped {now}, the clock was {before}..{after}"]
    try:
        until = None if hold_s is None else now + hold_s * 1000
        model.command(name, ids, now, "tester", until, text)
        want = 0
    except Refused:
        want = 1
    return [] if got.returncode == want else [f"{args}: status {got.returncode}, should be {want}: {got.stderr}"]


def play(seed, program, folder, cycles, backlog, future):
    rng = random.Random(seed)
    now = round(time.time() * 1000)
    start = now - (30 if future else 60 * 24 * 4) * MIN
    world = World(rng, start, future)
    model = world.model = Model()
    runner = Runner(program, os.path.join(folder, f"{seed}-{backlog}-{future}.db"))
    left = cycles
    while left > 0:
        group = [world.next_cycle() for _ in range(min(left, rng.choice([1, 3, 10, 40])))]
        left -= len(group)
        want = []
        for c in group:
            try:
                model.ingest(c, round(time.time() * 1000))
                want.append(0)
            except Refused:
                want.append(65)
            if not backlog:
                got = runner.ingest([c])
                if got != want[-1]:
                    return [f"a cycle at {rfc3339(c['at'])}: status {got}, should be {want[-1]}"]
        if backlog:
            got = runner.ingest(group)
            if got != max(want):
                return [f"a backlog: status {got}, should be {max(want)}"]
        wrong = compare(model, runner)
        if wrong:
            return wrong
        for _ in range(rng.choice([0, 1, 3])):
            wrong = command(rng, model, runner) or compare(model, runner)
            if wrong:
                return wrong
    runner.run("prune", "--older-than", "0")
    integrity = runner.select("PRAGMA integrity_check") + runner.select("PRAGMA foreign_key_check")
    return [] if integrity in ([("ok",)], []) else [f"integrity: {integrity}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--cycles", type=int, default=60)
    args = parser.parse_args()
    print(f"seed {args.seed}, {args.rounds} rounds of {args.cycles} cycles", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(args.rounds):
            for backlog, future in (False, False), (True, False), (False, True), (True, True):
                wrong = play(args.seed + i, args.program, folder, args.cycles, backlog, future)
                if wrong:
                    print(f"--seed {args.seed + i} --rounds 1: backlog={backlog} future={future}")
                    print("\n".join(wrong[:20]))
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
