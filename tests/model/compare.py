#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""compare.py [--seed N] [--rounds N] [--cycles N] [--postgres FOLDER] OP-TICKET

Drives op-ticket and the model of its rules with the same random cycles and
commands, once with a process for each cycle, once with the cycles between two
commands as one backlog. Compares every field of every ticket, the ledger, the
rows of all other tables, the messages and the exit statuses, and checks the
claims of claims.py against what op-ticket wrote. op-ticket writes into SQLite
files, or with --postgres into schemas of the PostgreSQL whose socket is in
FOLDER. Prints the seed, and the first differences; exits 1 if there are any.
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
from claims import Claims, incidents  # noqa: E402
from rules import MIN, Model, Refused, rfc3339  # noqa: E402

TIMES = (
    "held_until first_seen_at last_seen_at ok_since absent_since resolved_at created_at updated_at verdict_since"
).split()
LOGGED = ("Created ", "Escalated ", "Resolved ", "Auto-resolved ", "Check complete")


def millis(text):
    at = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    return round(at.timestamp() * 1000)


def clear_of_the_clock(at):
    """at, or later, so that model and op-ticket, which read the clock one after the other, agree whether it is too far ahead."""
    now = time.time() * 1000
    return at + 4 * MIN if any(0 <= at - now - edge * MIN <= 4 * MIN for edge in (-10, 0, 10)) else at


class World:
    """Random cycles, such that every rule applies often."""

    INVARIANTS = ["down", "slow", "quorum", "disk"]
    STEPS = [1, 10_000, 30_000, 30_000, 60_000, 61_000, 150_500, 300_000, 400_000, 600_000, 700_000]
    GRID = [10_000, 10_000, 20_000, 30_000, 60_000, 60_000, 300_000, 600_000]
    SLOW = [15 * MIN]
    JITTER = [-1000, -999, -400, -1, 0, 0, 0, 1, 400, 999]
    REASONS = [(None, None), (None, ["p99"]), (None, ["p99", "é"]), ("idle", None), ("why: é", ["p99"])]
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
        self.claims = Claims()
        self.model = None
        # some worlds have round steps, so that cycles often fall on the edges of flap windows
        self.change = rng.choice([0.1, 0.25, 0.6])
        self.steps = rng.choice([self.STEPS, self.GRID, self.SLOW, [30_000]])
        self.jitter = rng.choice([[0], self.JITTER])
        self.stop = rng.choice([0, 0.02, 0.1])  # how often the loop stops for a while
        self.ids = {"a": "7", "b": "7"}
        self.other = rng.choice([0, 0.02, 0.2])  # how often the cluster_id changes, or changes back

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
        s["doc"] = rng.choice([None, None, "runbooks/down.md"])
        s["link"] = rng.choice([None, None, "https://graph/d/1?id=1"])
        s["message"] = rng.choice([None, "it is %d \\u0001", f"slow by {rng.randrange(9)}", "'; DROP TABLE tickets;--"])
        s["metric_snapshot"] = rng.choice([None, {}, {"v": rng.randrange(99), "t": ["é", None, 1.5]}])
        return s

    def next_cycle(self):
        rng = self.rng
        cluster = rng.choice("ab")
        if cluster in self.previous and rng.random() < 0.03:
            return self.previous[cluster]  # the same cycle again
        step = rng.choice(self.steps) + rng.choice(self.jitter)
        if rng.random() < self.stop:
            step = rng.choice([11 * MIN, 31 * MIN, 3 * step, 3 * step + 1, 180 * MIN])
        at = self.at[cluster] + max(step, 1)
        if rng.random() < 0.05:
            at = self.at[cluster] - rng.choice([0, 1, 5000, 20 * MIN])
        if self.future and rng.random() < 0.1:
            at = round(time.time() * 1000) + rng.choice([-9, -5, 2, 5, 9, 11, 30]) * MIN
        # exactly when a hold ends; so far ahead of the clock that the moment of reading it does not matter
        far = time.time() * 1000 + 30 * MIN
        ends = [t["held_until"] for t in self.model.tickets if t["held"] and (t["held_until"] or 0) > far]
        if ends and rng.random() < 0.2:
            at = rng.choice(ends) - rng.choice([0, 0, 1])
        if self.future:
            at = clear_of_the_clock(at)
        checks, verdicts = {}, {}
        for name in self.INVARIANTS:
            r = rng.random()
            if r < 0.05:
                continue
            checks[name] = None if r > 0.15 else rng.choice(["source pd failed", "", "no store: é"])
            if checks[name] is not None and rng.random() < 0.7:
                continue
            for store_id in [None] if name == "quorum" else self.IDS:
                state = self.state_of((cluster, name, store_id))
                if state == "violated":
                    verdicts[(name, store_id)] = ("violated", self.violation(name))
                elif state == "unknown":
                    verdicts[(name, store_id)] = ("unknown", *rng.choice(self.REASONS))
                elif state != "absent":
                    verdicts[(name, store_id)] = (state,)
        if rng.random() < self.other:
            self.ids[cluster] = rng.choice("7778")
        cycle_id = None if rng.random() < 0.15 else self.ids[cluster]
        c = {"subject": "tikv", "cluster": cluster, "cluster_id": cycle_id, "at": at}
        c.update(checks=checks, verdicts=verdicts)
        c["lines"] = lines_of(c, rng)
        c["digest"] = hashlib.sha256("\n".join(c["lines"][1:-1]).encode()).hexdigest()
        self.at[cluster] = max(at, self.at[cluster]) if not self.future else at
        self.previous[cluster] = c
        return c


def lines_of(c, rng):
    """The cycle as the lines of a stream, in one of the forms that mean the same."""
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
            ("doc", None),
            ("link", None),
        ]:
            if verdict[1][field] != default or rng.random() < 0.5:
                record[field] = verdict[1][field]
        records.append(record)
    for name in c["checks"]:
        lists = {}
        for (n, i), v in c["verdicts"].items():
            if n == name and v[0] != "violated":
                lists.setdefault(json.dumps(v), (v, []))[1].append(i)
        for v, ids in lists.values():
            while ids:
                n = rng.randint(1, len(ids))
                record = {"kind": v[0], "invariant_name": name, "store_ids": ids[:n]}
                for field, value in zip(("reason", "missing"), v[1:]):
                    if value is not None or rng.random() < 0.1:
                        record[field] = value
                records.append(record)
                ids = ids[n:]
    rng.shuffle(records)
    for name, error in c["checks"].items():
        record = {"kind": "check", "invariant_name": name, "complete": error is None}
        if error:
            record["error"] = error
        records.append(record)
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
        """Returns its status, and what it logs about the cycles."""
        text = "".join(line + "\n" for c in cycles for line in c["lines"])
        got = self.run("ingest", stdin=text)
        return got.returncode, [line for line in got.stderr.splitlines() if line.startswith(LOGGED)]

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
        rows = self.select("SELECT ticket_id, at, event, actor, note, muted FROM ticket_events ORDER BY id")
        return [(i, millis(at), event, actor, note, bool(muted)) for i, at, event, actor, note, muted in rows]

    def pending(self):
        rows = self.select("SELECT subject, cluster, violation_key, first_seen_at, last_seen_at FROM pending")
        return {(s, c, k): (millis(f), millis(n)) for s, c, k, f, n in rows}

    def unknown(self):
        rows = self.select(
            "SELECT subject, cluster, violation_key, invariant_name, store_id, since, reason, missing FROM unknown"
        )
        return {(s, c, k): (n, i, millis(t), r, m and json.loads(m)) for s, c, k, n, i, t, r, m in rows}

    def checks(self):
        rows = self.select(
            "SELECT subject, cluster, invariant_name, last_complete_at, last_listed_at, last_known_at, error FROM checks"
        )
        return {tuple(r[:3]): (*(t and millis(t) for t in r[3:6]), r[6]) for r in rows}

    def gaps(self):
        rows = self.select("SELECT subject, cluster, began_at, ended_at FROM gaps ORDER BY subject, cluster, began_at")
        return [(s, c, millis(b), millis(e)) for s, c, b, e in rows]

    def end(self):
        """Removes the database; a file goes with its folder."""

    def mutes(self):
        return self.select(
            "SELECT id, cluster, invariant, store, from_at, until_at, reason, actor, created_at, lifted_at"
            " FROM mutes ORDER BY id"
        )


class PostgresRunner(Runner):
    """op-ticket on a schema of PostgreSQL."""

    def __init__(self, program, folder, schema):
        super().__init__(program, f"postgresql:///postgres?host={folder}&user=postgres&options=-csearch_path%3D{schema}")
        self.folder = folder
        self.schema = schema
        self.psql(f"CREATE SCHEMA {schema}")
        made = self.run("create")
        assert made.returncode == 0, made.stderr

    def psql(self, sql):
        args = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres", "-d", "postgres"]
        return subprocess.run([*args, "-c", sql], capture_output=True, text=True, check=True).stdout

    def select(self, sql):
        if sql.startswith("PRAGMA"):
            return []
        rows = self.psql(f"SET search_path = {self.schema}; SELECT coalesce(json_agg(r), '[]') FROM ({sql}) AS r")
        return [tuple(row.values()) for row in json.loads(rows)]

    def end(self):
        self.psql(f"SET client_min_messages = error; DROP SCHEMA {self.schema} CASCADE")


def expected_tickets(model):
    out = []
    for t in model.tickets:
        since, reason, missing = model.why(t)
        t = dict(t, verdict_since=since, reason=reason, missing=missing)
        t["batch_key"] = "batch-" + rfc3339(t.pop("batch"))
        for field in "since", "lost_since", "lost", "born_critical":
            del t[field]
        for field in TIMES:
            t[field] = None if t[field] is None else rfc3339(t[field])
        out.append(t)
    return out


def expected_mutes(model):
    times = ("from_at", "until_at", "created_at", "lifted_at")
    return [
        tuple(rfc3339(v) if k in times and v is not None else v for k, v in m.items()) for m in model.mutes
    ]


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


def own_notes(events):
    """The events, without the notes of commands, which the model does not describe."""
    return [(*e[:4], e[4] if e[3] == "op" else None, e[5]) for e in events]


def compare(model, runner):
    out = differences(expected_tickets(model), runner.tickets(), "tickets")
    out += differences(own_notes(model.events), own_notes(runner.events()), "events")
    want = {place: (row["first"], row["last"]) for place, row in model.pending.items()}
    out += differences(want, runner.pending(), "pending")
    fields = ("invariant", "store_id", "since", "reason", "missing")
    want = {place: tuple(row[f] for f in fields) for place, row in model.unknown.items()}
    out += differences(want, runner.unknown(), "unknown")
    fields = ("complete", "listed", "known")
    want = {place: (*(row[f] for f in fields), row["error"] or None) for place, row in model.checks.items()}
    out += differences(want, runner.checks(), "checks")
    out += differences(sorted(set(model.gaps)), runner.gaps(), "gaps")
    return out + differences(expected_mutes(model), runner.mutes(), "mutes")


class Clock:
    """The time at which a command ran, according to the database."""

    def __init__(self, runner, sql):
        self.runner = runner
        self.sql = sql
        self.before = round(time.time() * 1000) - 1

    def now(self):
        after = round(time.time() * 1000) + 1
        rows = self.runner.select(self.sql)
        stamped = millis(rows[0][0]) if rows and rows[0][0] else None
        if stamped is None or not self.before <= stamped <= after:
            return self.before  # it wrote nothing, so any time will do; or it wrote a wrong time, which the comparison finds
        return stamped


LAST_EVENT = "SELECT at FROM ticket_events WHERE actor = 'tester' ORDER BY id DESC LIMIT 1"


def command(rng, model, claims, runner):
    """Runs a random command; returns what was wrong."""
    kinds = [by_id] * 6 + [mute, mute, unmute, adopt, forget]
    args, want, got = rng.choice(kinds)(rng, model, runner)
    if want == 0 and args[0] == "forget" and "--yes" in args:
        claims.forgotten(args[2])
    return [] if got.returncode == want else [f"{args}: status {got.returncode}, should be {want}: {got.stderr}"]


def outcome(act):
    try:
        act()
    except Refused:
        return 1
    return 0


def by_id(rng, model, runner):
    name = rng.choice(["ack", "diagnose", "resolve", "hold", "hold", "unhold"])
    ids = rng.sample(range(1, len(model.tickets) + 2), min(rng.choice([1, 1, 1, 2, 3]), len(model.tickets) + 1))
    args = [name, *(rng.choice(["%d", "TKT-%d"]) % i for i in ids)]
    text = f"# {rng.random()}\n\n* é\n" if name == "diagnose" else ""
    hold_s = rng.choice([None, 0, 1, 90, 3600]) if name == "hold" else None
    if hold_s is not None:
        args += ["--for", str(hold_s)]
    clock = Clock(runner, LAST_EVENT)
    got = runner.run(*args, stdin=text)
    now = clock.now()
    until = None if hold_s is None else now + hold_s * 1000
    return args, outcome(lambda: model.command(name, ids, now, "tester", until, text)), got


def mute(rng, model, runner):
    at = max((known["at"] for known in model.cycles.values()), default=round(time.time() * 1000))
    start = at + rng.choice([-30, -10, 0, 1, 20]) * MIN
    until = start + rng.choice([1, 10, 60, 300]) * MIN
    where = {
        "cluster": rng.choice([None, "a", "[ab]", "*"]),
        "invariant": rng.choice([None, "down", "*w*", "cluster_id_changed", "d?[s-w]*"]),
        "store": rng.choice([None, None, "1*", "?", "é"]),
    }
    if not any(where.values()):
        where["cluster"] = "b"
    args = ["mute", "--from", rfc3339(start), "--until", rfc3339(until), "-m", "é: work"]
    for flag, pattern in where.items():
        if pattern:
            args += ["--" + flag, pattern]
    clock = Clock(runner, "SELECT created_at FROM mutes ORDER BY id DESC LIMIT 1")
    got = runner.run(*args)
    model.mute("tester", clock.now(), where["cluster"], where["invariant"], where["store"], start, until, "é: work")
    return args, 0, got


def unmute(rng, model, runner):
    which = rng.randint(1, len(model.mutes) + 1)
    clock = Clock(runner, f"SELECT lifted_at FROM mutes WHERE id = {which}")
    got = runner.run("unmute", str(which))
    return ["unmute", which], outcome(lambda: model.unmute(which, clock.now(), "tester")), got


def adopt(rng, model, runner):
    args = ["--cluster", rng.choice("aabbc")]
    subject = rng.choice([None, "tikv", "tikv", "other"])
    if subject:
        args += ["--subject", subject]
    new_id = rng.choice("789")
    clock = Clock(runner, LAST_EVENT)
    got = runner.run("adopt", *args, new_id)
    want = outcome(lambda: model.adopt(args[1], new_id, clock.now(), "tester", subject))
    return ["adopt", *args, new_id], want, got


def forget(rng, model, runner):
    args = ["--cluster", rng.choice("aabbc")]
    invariant = rng.choice([None, "down", "slow", "cluster_id_changed", "none"])
    args += ["--invariant", invariant] if invariant else ["--yes"]
    clock = Clock(runner, LAST_EVENT)
    got = runner.run("forget", *args)
    want = outcome(lambda: model.forget(args[1], clock.now(), "tester", None, invariant))
    return ["forget", *args], want, got


def run_group(group, model, claims, runner, backlog):
    """Ingests cycles; returns what was wrong with the statuses and the log."""
    want, lines = [], []
    for c in group:
        try:
            if model.ingest(c, round(time.time() * 1000)):
                claims.take(c)
            want.append(0)
            lines.append(model.lines(c))
        except Refused:
            want.append(65)
            lines.append(model.log["Created"])
        if not backlog:
            status, log = runner.ingest([c])
            wrong = differences([want[-1], *lines[-1]], [status, *log], f"a cycle at {rfc3339(c['at'])}")
            if wrong:
                return wrong
    if not backlog:
        return []
    status, log = runner.ingest(group)
    return differences([max(want), *sum(lines, [])], [status, *log], "a backlog")


def open_runner(args, folder, name):
    if args.postgres:
        return PostgresRunner(args.program, args.postgres, f"w{name}_{os.getpid()}".lower())
    return Runner(args.program, os.path.join(folder, f"{name}.db"))


def play(seed, args, folder, backlog, future):
    rng = random.Random(seed)
    now = round(time.time() * 1000)
    start = now - (30 if future else 60 * 24 * 40) * MIN
    world = World(rng, start, future)
    model = world.model = Model()
    runner = open_runner(args, folder, f"{seed}_{backlog}_{future}")
    left = args.cycles
    while left > 0:
        group = [world.next_cycle() for _ in range(min(left, rng.choice([1, 3, 10, 40])))]
        left -= len(group)
        wrong = run_group(group, model, world.claims, runner, backlog) or compare(model, runner)
        if not wrong and not future:
            events = runner.events()
            wrong = world.claims.check(model.tickets, events) + incidents(model.tickets, events)
        for _ in range(rng.choice([0, 1, 3])):
            wrong = wrong or command(rng, model, world.claims, runner) or compare(model, runner)
        if wrong:
            return wrong
    dense = runner.select("SELECT coalesce(max(id), 0) - count(*) FROM ticket_events")
    if dense != [(0,)]:
        return [f"ids of events: {dense[0][0]} are missing"]
    runner.run("prune", "--older-than", "0")
    integrity = runner.select("PRAGMA integrity_check") + runner.select("PRAGMA foreign_key_check")
    runner.end()
    return [] if integrity in ([("ok",)], []) else [f"integrity: {integrity}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--cycles", type=int, default=60)
    parser.add_argument("--postgres", metavar="FOLDER", help="the folder of the socket of a PostgreSQL")
    args = parser.parse_args()
    print(f"seed {args.seed}, {args.rounds} rounds of {args.cycles} cycles", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(args.rounds):
            for backlog, future in (False, False), (True, False), (False, True), (True, True):
                wrong = play(args.seed + i, args, folder, backlog, future)
                if wrong:
                    print(f"--seed {args.seed + i} --rounds 1: backlog={backlog} future={future}")
                    print("\n".join(wrong[:20]))
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
