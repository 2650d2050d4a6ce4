#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every invariant x every way of losing evidence.

matrix.py [--short] [WAY...]: prints a table with a row per invariant and a
column per way, then TAP, a line for each way and each healthy world.

    kept        a ticket opened before the evidence was lost, and stayed open until all was healed
    FALSE       a ticket was resolved as cleared or gone before all was healed
    UNRESOLVED  a ticket was still open long after all was healed
    never       no ticket opened before the evidence was lost

A way is a timeline in a real Prometheus: a healthy day, faults from 0 on. The
evidence is lost at LOST, and is back at BACK while the faults are still there;
all is healed at HEALED. op-scrape runs at many moments, through a server that
queries Prometheus for that time; the simulator is PD. Needs B, the build folder.
"""
import concurrent.futures
import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import healthy  # noqa: E402
import op  # noqa: E402
from cluster import STORES, Cluster  # noqa: E402
from series import Loss, write  # noqa: E402

LOST, BACK, HEALED, END = 1200, 4200, 4800, 6300
VIOLATED = (LOST - 35,)
AWAY = tuple(LOST + s for s in (17, 47, 77, 287, 332, 702, 1202, 1802, 2402, 2987))
AGAIN = tuple(BACK + s for s in (5, 21, 77, 332))
WELL = tuple(HEALED + s for s in (707, 1407))
MANY = (AWAY, AGAIN, WELL)
SOME = (tuple(LOST + s for s in (47, 132, 332, 932, 1502)), tuple(BACK + s for s in (21, 77, 332)), WELL)
FEW = (tuple(LOST + s for s in (47, 332, 1502)), tuple(BACK + s for s in (21, 332)), WELL)
LEAST = (tuple(LOST + s for s in (47, 1502)), (BACK + 77,), WELL[-1:])

# The faults of each world: commands that break and heal it; whether PD's records are edited, for
# faults that the simulator cannot make; the stores whose own evidence is lost.
# "sources": PD is dead, or Prometheus if the way loses PD, or both if it loses whole cycles.
FAULTS = {
    "process": {
        "broken": ("down 2", "offline 3", "slow 1 85", "disk all 85", "pd 3 unhealthy", "down 7", "heartbeat all"),
        "cures": ("revive 2", "up 3", "slow 1 1", "disk all 10", "pd 3 healthy", "revive 7", "heartbeat all"),
        "edit": True, "stores": {"1", "4", "5"}},
    "names": {
        "broken": ("skew 9", "leader unnamed", "isolate 3", "leader 2", "age 3 700s", "heartbeat all"),
        "cures": ("skew 0", "leader named", "rejoin 3", "heartbeat all"),
        "failing": True, "stores": {"4", "5", "6", "7", "9"}},
    "sources": {"broken": ("pd all kill",), "cures": ("pd all start", "heartbeat all"), "stores": {"4", "5", "6", "7", "9"}},
}


def edit(record):
    """Edits PD's records, for faults of stores that the simulator cannot make."""
    if record["kind"] == "store":
        if record["id"] == "4":
            record["version"] = "8.1.0"
        if record["id"] == "1":
            record.update(leader_count=300, leader_score=300.0, region_count=30000, region_score=30000.0)


class Losses:
    """What each series of a world loses: a Loss for its labels, or None."""

    def __init__(self, world, stores):
        self.who = {i: who for who, i in {**world.tikv, **world.pd}.items()}
        self.faulty = stores | {"pd1", "pd3", world.leader, "10.8.0.2:10080"}
        self.contributors = {"6", "10.8.0.2:10080", world.leader}

    def of(self, labels):
        return self.who.get(labels["instance"], labels["instance"])

    def nothing(self, labels):
        return None

    def unscraped(self, labels):
        return Loss("marker", LOST, BACK) if self.of(labels) in self.faulty else None

    def all_unscraped(self, labels):
        return Loss("marker", LOST, BACK)

    def gap(self, labels):
        return Loss("silent", LOST, BACK)

    def before(self, labels):
        return Loss("silent", float("-inf"), BACK)

    def dropped(self, labels):
        kept = labels["__name__"] in ("up", "process_start_time_seconds", "tikv_store_size_bytes")
        return None if kept else Loss("marker", LOST, BACK)

    def process_dropped(self, labels):
        return Loss("marker", LOST, BACK) if labels["__name__"].startswith("process_") else None

    def down_for_a_while(self, labels):
        return Loss("marker", LOST - 30, LOST) if self.of(labels) in self.faulty else None

    def contributor(self, labels):
        return Loss("marker", LOST, BACK) if self.of(labels) in self.contributors else None

    def seldom(self, labels):
        return Loss("silent", LOST, BACK, lambda t: t % 60 == 0)

    def all_but_away(self, labels):
        return Loss("silent", float("-inf"), END + 1, lambda t: LOST <= t < BACK)


# name: what series lose; what the cluster does; what its sources do while evidence is away
WAYS = {
    "unscraped": {"lost": "unscraped"},
    "all unscraped": {"lost": "all_unscraped"},
    "killed, back": {"lost": "gap", "dead": True},
    "killed, back empty": {"lost": "gap", "dead": True, "anew": True},
    "stands still": {"lost": "gap"},
    "dropped": {"lost": "dropped"},
    "process_* dropped": {"lost": "process_dropped"},
    "restarted": {"lost": "down_for_a_while", "cluster": {"restart": LOST}},
    "contributor gone": {"lost": "contributor"},
    "no traffic": {"lost": "nothing", "cluster": {"quiet": (LOST, BACK)}},
    "all hung": {"lost": "nothing", "cluster": {"hung": (LOST, BACK)}},
    "interval 60 s": {"lost": "seldom"},
    "doubled": {"lost": "nothing", "replica": True},
    "partial answer": {"lost": "nothing", "partial": True},
    "torn cycle": {"lost": "nothing", "torn": True},
    "PD gone": {"lost": "nothing", "pd": "kill"},
    "PD hung": {"lost": "nothing", "pd": "freeze"},
}
SHORT_WAYS = ("unscraped", "killed, back empty", "dropped", "contributor gone", "all hung", "doubled", "torn cycle",
              "PD gone")


def moments(fault, short):
    """When op runs: (time, the state then)."""
    chosen = {"process": (MANY, FEW), "names": (SOME, LEAST), "sources": (FEW, LEAST)}[fault][short]
    return [(t, "bad") for t in VIOLATED] + [(t, phase) for phase, times in zip(("away", "bad", "well"), chosen)
                                             for t in times]


def clusters(way, fault):
    """The names in Prometheus of its timeline and of the next one, with what they hold."""
    what = WAYS[way]
    world = " ".join([fault] + sorted(what.get("cluster", {})))
    name = "%s, %s" % (world, "doubled" if what.get("replica") else what["lost"])
    held = {name: [(what["lost"], None)]}
    if what.get("replica"):
        held[name].append(("all_but_away", {"replica": "b"}))
    after = name
    if what.get("anew"):
        after = world + ", before"
        held[after] = [("before", None)]
    return name, after, held


def fill(fault, more, wanted, prometheus, zero):
    """Writes all timelines of a world that are wanted; its series are made once."""
    world = Cluster(zero, END, HEALED, "names" if fault == "sources" else fault, **more)
    losses = Losses(world, FAULTS[fault]["stores"])
    world.line.encode()
    for name, held in wanted.items():
        for lost, labels in held:
            write(world.line, prometheus, name, getattr(losses, lost), labels)


def filled(arguments):
    try:
        fill(*arguments)
        return None
    except OSError as error:
        return "failed: %s" % error


def to_fill(jobs):
    """(fault, what the cluster does, {name: what it holds}) for all jobs."""
    wanted = {}
    for way, fault in jobs:
        more = WAYS[way].get("cluster", {})
        wanted.setdefault((fault, str(more)), (fault, more, {}))[2].update(clusters(way, fault)[2])
    return list(wanted.values())


def lose_pd(sim, what, lost, broken):
    """PD dies, hangs or comes back; then it leads as before, with the same faults."""
    op.command(sim, "pd all " + (what if lost else "start"))
    if not lost:
        op.command(sim, "leader 2", "heartbeat all", *(c for c in broken if c.startswith("pd 3")))


def cycles(world, way, fault, sim, prometheus, short):
    """All its cycles of observations, in order."""
    what, faults = WAYS[way], FAULTS[fault]
    past = op.Past(prometheus, world.names(sim))
    name, after, _ = clusters(way, fault)
    pd_dies = fault == "sources" and not what.get("pd")
    broken = () if fault == "sources" and not pd_dies else faults["broken"]
    out, bad, lost = [], True, False
    op.command(sim, *broken)
    for t, phase in moments(fault, short):
        away, here = phase == "away", after if t >= BACK else name
        if bad and phase == "well":
            bad = False
            op.command(sim, *(faults["cures"] if broken else ()))
        if what.get("pd") and away != lost:
            lost = away
            lose_pd(sim, what["pd"], lost, broken)
        dead = away and what.get("dead") or fault == "sources" and bad and (what.get("pd") or what.get("torn"))
        torn = away and what.get("torn")
        past.at = None if dead and not torn else world.line.zero + (WELL[0] if torn else t)  # a torn cycle would report that all is well
        past.failing = bad and faults.get("failing") and not torn
        past.partial = away and what.get("partial")
        text = op.scrape(",".join(sim["pd"]), past.url, here, world.line.zero + t,
                         edit if bad and faults.get("edit") and not torn else None,
                         timeout="2s" if away and what.get("pd") == "freeze" else "120s")
        out.append(text[:text.rindex('{"kind": "end"')] if torn else text)
    past.shutdown()
    return out


def judge(found, folder, zero, restarted):
    """invariant -> kept, FALSE or UNRESOLVED, according to op-ticket's ledger; and notes.

    A ticket that opens because the evidence is lost must not be resolved before
    the evidence is back, except in a way with a restart: the tickets of a restart
    are resolved as the process gets older.
    """
    db = os.path.join(folder, "tickets.db")
    events = [json.loads(line) for line in op.run("op-ticket", "--db", db, "ingest", "--events", text=found).splitlines()]
    tickets = [json.loads(line) for line in op.run("op-ticket", "--db", db, "list", "--ndjson").splitlines()]
    keys, notes, meanwhile = {}, [], set()
    for e in events:
        key, at = e["ticket"]["violation_key"], parse(e["at"]) - zero
        if e["event"] == "created" and at <= LOST:
            keys[key] = "kept"
        if e["event"] == "created" and LOST < at < BACK and not restarted:
            meanwhile.add(key)
        if e["event"] == "resolved" and (at < HEALED and key in keys or at < BACK and key in meanwhile):
            keys[key] = "FALSE"
            notes.append("%s %s at %+.0f s" % (key, e["ticket"]["resolution"], at - LOST))
    for ticket in tickets:
        key = ticket["violation_key"]
        if ticket["status"] != "resolved" and keys.get(key) in (None, "kept"):
            keys[key] = "UNRESOLVED"
            notes.append("%s is not resolved: %s" % (key, ticket["message"]))
    result = {}
    for key, verdict in keys.items():
        name = key.split(":")[0]
        result[name] = min(verdict, result.get(name, verdict))  # FALSE < UNRESOLVED < kept
    return result, notes


def parse(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def no_grace():
    return [word for i in op.invariants() for word in ("--set", i["name"] + ".grace=0")]


def explore(way, fault, prometheus, folder, zero, short):
    """One cell: a way and a set of faults."""
    folder = tempfile.mkdtemp(dir=folder)
    sim = op.simulate(folder, "--stores", str(STORES), "--scrape-interval", "15s")
    text = "".join(cycles(Cluster(zero, END, HEALED), way, fault, sim, prometheus, short))
    if os.environ.get("KEEP"):
        with open(os.path.join(os.environ["KEEP"], (way + " " + fault).replace(" ", "-").replace("/", "-")), "w") as f:
            f.write(text)
    found = op.run("op-check", *no_grace(), text=text, good=(0, 65) if "torn" in WAYS[way] else (0,))
    result, notes = judge(found, folder, zero, "restart" in WAYS[way].get("cluster", {}))
    op.stop_all()
    return result, notes


def explored(arguments):
    try:
        return explore(*arguments)
    except (RuntimeError, OSError) as error:
        op.stop_all()
        return {}, ["failed: %s" % error]


def table(results, ways, names):
    wide = max(len(n) for n in names)
    lines = [" " * wide + "  " + "  ".join(ways)]
    for name in names:
        cells = [results[way].get(name, "never") for way in ways]
        lines.append("%-*s  %s" % (wide, name, "  ".join("%-*s" % (len(w), c) for w, c in zip(ways, cells))))
    return "\n".join(line.rstrip() for line in lines)


def documented():
    """The invariants that are unknown in a healthy cluster according to ALERTS.md."""
    with open(os.path.join(op.HERE, "../../share/subjects/tikv/ALERTS.md")) as f:
        note = f.read().split("Unknown in a healthy cluster:")[1].split("\n- ")[0]
    return set(re.findall("[a-z_]+", note))


def main():
    arguments = sys.argv[1:]
    short = "--short" in arguments
    chosen = [a for a in arguments if not a.startswith("--")]
    ways = chosen or list(SHORT_WAYS if short else WAYS)
    folder = tempfile.mkdtemp(prefix="op-evidence.")
    try:
        return explore_all(ways, folder, short, not chosen)
    finally:
        op.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def end_now(pool):
    """Ends the workers by a signal, because the pool would first finish all its jobs."""
    pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.terminate()
    sys.exit(143)


class Report:
    """TAP."""

    def __init__(self):
        self.count = self.failed = 0

    def tell(self, good, sentence):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, sentence), flush=True)

    def ways(self, names, results, notes):
        for way, result in results.items():
            bad = ["%s %s" % (n, result.get(n, "never")) for n in names if result.get(n) != "kept"]
            for note in notes[way]:
                print("# %s: %s" % (way, note))
            self.tell(not bad and not any(n.startswith("failed") for n in notes[way]),
                      "%s: %d invariants are kept and resolved again%s" % (
                          way, len(names) - len(bad), ", but " + ", ".join(bad) if bad else ""))

    def worlds(self, names, lives):
        for name, (good, sentence, unknown) in zip(names, lives):
            self.tell(good, "healthy, %s: %s" % (name, sentence))
            if unknown is not None:
                missing = sorted(set(unknown) - documented())
                self.tell(not missing, "unknown in %s: %s%s" % (
                    name, ", ".join(unknown), missing and "; not in ALERTS.md: " + ", ".join(missing) or ""))


def explore_all(ways, folder, short, worlds):
    prometheus, zero = op.prometheus(folder), int(time.time()) - END - 10
    names = sorted(i["name"] for i in op.invariants())
    jobs = [(way, fault) for fault in FAULTS for way in ways]
    results, notes, report = {way: {} for way in ways}, {way: [] for way in ways}, Report()
    lives = healthy.names(short) if worlds else []
    with concurrent.futures.ProcessPoolExecutor(int(os.environ.get("OP_JOBS", "3")),
                                                multiprocessing.get_context("fork"), op.be_worker) as pool:
        signal.signal(signal.SIGTERM, lambda *_: end_now(pool))
        fillings = pool.map(filled, [(*one, prometheus, zero) for one in to_fill(jobs)])
        healthy_ones = pool.map(healthy.lived, [(n, prometheus, folder, short) for n in lives])
        problems = [problem for problem in fillings if problem]
        for problem in problems:
            report.tell(False, problem)
        cells = pool.map(explored, [(*job, prometheus, folder, zero, short) for job in ([] if problems else jobs)])
        for (way, _), (result, said) in zip(jobs, cells):
            for name, verdict in result.items():
                results[way][name] = min(verdict, results[way].get(name, verdict))
            notes[way] += said
        print(table(results, ways, names), flush=True)
        report.ways(names, results, notes)
        report.worlds(lives, healthy_ones)
    print("# %d cells, %.0f s of CPU" % (len(ways) * len(names), op.used()))
    print("1..%d" % report.count)
    return report.failed != 0


if __name__ == "__main__":
    sys.exit(main())
