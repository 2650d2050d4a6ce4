#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every invariant x every way of losing evidence.

matrix.py [--short] [WAY...]: prints the table (down: invariants,
across: ways) and then TAP, a line for each way and each healthy world.

    kept        violated before, no ticket resolved while the evidence was away
    FALSE       a ticket was resolved as cleared or gone while it was
    UNRESOLVED  it was not resolved after the evidence had come back, and all was well
    never       no ticket opened to begin with

A way is a timeline in a real Prometheus: a day of health, faults from 0 on, the
evidence lost at LOST, back at BACK with the faults still there, all healed at
HEALED. op-scrape looks at it at many moments, through a server that asks
Prometheus for that time; the simulator is PD. Needs B, the build folder.
"""
import concurrent.futures
import functools
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
from series import write  # noqa: E402

LOST, BACK, HEALED, END = 1200, 4200, 4800, 6300
VIOLATED = (LOST - 35,)
AWAY = tuple(LOST + s for s in (17, 47, 77, 287, 332, 702, 1202, 1802, 2402, 2987))
AGAIN = tuple(BACK + s for s in (5, 21, 77, 332))
WELL = tuple(HEALED + s for s in (707, 1407))
SHORT = {"away": tuple(LOST + s for s in (47, 132, 332, 932, 1502)), "again": tuple(BACK + s for s in (21, 77, 332))}
FAULTY = {"1", "4", "5"}  # stores whose own metrics are bad; pd1, pd3 and the second TiDB are, too

PROCESS_FAULTS = ("down 2", "offline 3", "slow 1 85", "disk all 85", "pd 3 unhealthy", "down 7", "heartbeat all")
PROCESS_CURES = ("revive 2", "up 3", "slow 1 1", "disk all 10", "pd 3 healthy", "revive 7", "heartbeat all")


def instance_of(world, labels):
    return next((who for who, i in {**world.tikv, **world.pd}.items() if i == labels["instance"]),
                labels["instance"])


def is_faulty(world, labels):
    return instance_of(world, labels) in FAULTY | {"pd1", "pd3", world.leader, "10.8.0.2:10080"}


def between(t):
    return LOST <= t < BACK


# What is lost: (world, labels, time) -> "marker", "silent" or "".
def nothing(world, labels, t):
    return ""


def unscraped(world, labels, t):
    return "marker" if between(t) and is_faulty(world, labels) else ""


def all_unscraped(world, labels, t):
    return "marker" if between(t) else ""


def gap(world, labels, t):
    return "silent" if between(t) else ""


def anew(world, labels, t):
    return "silent" if t < BACK else ""


def dropped(world, labels, t):
    kept = labels["__name__"] in ("up", "process_start_time_seconds", "tikv_store_size_bytes")
    return "marker" if between(t) and not kept else ""


def process_dropped(world, labels, t):
    return "marker" if between(t) and labels["__name__"].startswith("process_") else ""


def down_for_a_while(world, labels, t):
    return "marker" if LOST - 30 <= t < LOST and is_faulty(world, labels) else ""


def contributor(world, labels, t):
    gone = instance_of(world, labels) in ("6", "10.8.0.2:10080", world.leader)
    return "marker" if between(t) and gone else ""


def seldom(world, labels, t):
    return "silent" if between(t) and t % 60 else ""


# name: what is lost of the series; what the cluster does; what its sources do while evidence is away
WAYS = {
    "unscraped": {"lost": unscraped},
    "all unscraped": {"lost": all_unscraped},
    "killed, back": {"lost": gap, "dead": True},
    "killed, back empty": {"lost": gap, "dead": True, "anew": True},
    "stands still": {"lost": gap},
    "dropped": {"lost": dropped},
    "process_* dropped": {"lost": process_dropped},
    "restarted": {"lost": down_for_a_while, "cluster": {"restart": LOST}},
    "contributor gone": {"lost": contributor},
    "no traffic": {"lost": nothing, "cluster": {"quiet": (LOST, BACK)}},
    "all hung": {"lost": nothing, "cluster": {"hung": (LOST, BACK)}},
    "interval 60 s": {"lost": seldom},
    "doubled": {"lost": nothing, "replica": True},
    "partial answer": {"lost": nothing, "spoil": "partial"},
    "torn cycle": {"lost": nothing, "torn": True},
    "PD gone": {"lost": nothing, "pd": "kill"},
    "PD hung": {"lost": nothing, "pd": "freeze"},
}
SHORT_WAYS = ("unscraped", "killed, back empty", "dropped", "contributor gone", "all hung", "interval 60 s",
              "doubled", "partial answer", "torn cycle", "PD gone")
NAMES = ("all unscraped", "killed, back empty", "doubled", "partial answer", "torn cycle")


def edit_process(record):
    """What PD says of the stores that the simulator cannot make wrong."""
    if record["kind"] == "store":
        if record["id"] == "4":
            record["version"] = "8.1.0"
        if record["id"] == "1":
            record.update(leader_count=300, leader_score=300.0, region_count=30000, region_score=30000.0)


def edit_names(record):
    if record["kind"] == "member":
        record["leader"] = False
    if record["kind"] == "store" and record["id"] == "3":
        for name in [n for n in record if n.startswith("disk_")]:
            del record[name]
        record.update(stale=True, last_heartbeat_age_s=700)
    if record["kind"] == "source" and "skew_ms" in record:
        record["skew_ms"] += 9000


FAULTS = {"process": (PROCESS_FAULTS, PROCESS_CURES, edit_process), "names": ((), (), edit_names),
          "sources": (("pd all kill",), ("pd all start", "heartbeat all"), None)}  # both: whole cycles say so


def fits(way, fault):
    """That a source is down only a cycle that is none leaves open."""
    if fault == "names" and way not in NAMES:  # the others lose less of what these are known by
        return False
    return fault != "sources" or "torn" in WAYS[way]


def moments(short):
    away = SHORT["away"] if short else AWAY
    again = SHORT["again"] if short else AGAIN
    return [(t, "bad") for t in VIOLATED] + [(t, "away") for t in away] + \
        [(t, "bad") for t in again] + [(t, "well") for t in WELL]


def fill(world, way, prometheus):
    """Its timeline, and, where it has one, its double."""
    what = WAYS[way]
    write(world.line, prometheus, functools.partial(what["lost"], world))
    if what.get("anew"):
        write(world.line, prometheus, functools.partial(anew, world), name=world.line.name + ".anew")
    if what.get("replica"):
        write(world.line, prometheus, lambda labels, t: "" if between(t) else "marker", more={"replica": "b"})


def cycles(world, way, fault, sim, prometheus, short):
    """All its cycles of observations, in their order."""
    what = WAYS[way]
    broken, cures, edit = FAULTS[fault]
    past = op.Past(prometheus)
    out, bad = [], True
    op.command(sim, *broken)
    lost = False
    for t, phase in moments(short or fault == "names"):
        away, name = phase == "away", world.line.name
        if bad and phase == "well":
            bad = False
            op.command(sim, *cures)
        if what.get("pd") and away != lost:
            op.command(sim, "pd all " + (what["pd"] if away else {"kill": "start", "freeze": "start"}[what["pd"]]))
            lost = away
            if not away:
                op.command(sim, "leader " + world.leader.removeprefix("pd"), "heartbeat all", *(("pd 3 unhealthy",) if bad and fault == "process" else ()))
        if what.get("anew") and t >= BACK:
            name += ".anew"
        past.at = None if away and what.get("dead") else world.line.zero + t
        if bad and fault == "sources":
            past.at = None
        past.spoil = "failing" if bad and fault == "names" else None
        if away and what.get("spoil"):
            past.spoil = what["spoil"]
        torn = away and what.get("torn")
        if torn:  # what it holds is good
            past.at, past.spoil = world.line.zero + WELL[0], None
        text = op.scrape(",".join(sim["pd"]), past.url, name, world.line.zero + t, edit if bad and not torn else None,
                         timeout="2s" if away and what.get("pd") == "freeze" else "20s")
        out.append(text[:text.rindex('{"kind": "end"')] if torn else text)
    past.shutdown()
    return out


def judge(found, folder, zero):
    """invariant -> kept, FALSE, UNRESOLVED, by the ledger of op-ticket; and notes."""
    db = os.path.join(folder, "tickets.db")
    events = [json.loads(line) for line in op.run("op-ticket", "--db", db, "ingest", "--events", text=found).splitlines()]
    tickets = [json.loads(line) for line in op.run("op-ticket", "--db", db, "list", "--ndjson").splitlines()]
    keys, notes = {}, []
    for e in events:
        key, at = e["ticket"]["violation_key"], parse(e["at"]) - zero
        if e["event"] == "created" and at <= LOST:
            keys[key] = "kept"
        if e["event"] == "resolved" and at < HEALED and key in keys:
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
        result[name] = min(verdict, result.get(name, verdict))  # FALSE, UNRESOLVED, kept
    return result, notes


def parse(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def no_grace():
    return [word for i in op.invariants() for word in ("--set", i["name"] + ".grace=0")]


def explore(way, fault, prometheus, folder, short):
    """One cell of the work: a way and a set of faults."""
    folder = tempfile.mkdtemp(dir=folder)
    sim = op.simulate(folder, "--stores", str(STORES), "--scrape-interval", "15s")
    zero = int(time.time()) - END - 10
    world = Cluster("%s %s" % (way, fault), zero, END, HEALED, sim, fault, **WAYS[way].get("cluster", {}))
    fill(world, way, prometheus)
    text = "".join(cycles(world, way, fault, sim, prometheus, short))
    if os.environ.get("KEEP"):
        with open(os.path.join(os.environ["KEEP"], (way + " " + fault).replace(" ", "-").replace("/", "-")), "w") as f:
            f.write(text)
    found = op.run("op-check", *no_grace(), text=text, good=(0, 65) if "torn" in WAYS[way] else (0,))
    result, notes = judge(found, folder, zero)
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
    """What ALERTS.md says is unknown in a healthy cluster."""
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
    """By a signal: the pool would first do all that it has been given."""
    pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.terminate()
    sys.exit(143)


def explore_all(ways, folder, short, worlds):
    prometheus = op.prometheus(folder)
    names = sorted(i["name"] for i in op.invariants())
    jobs = [(way, fault, prometheus, folder, short) for way in ways for fault in FAULTS if fits(way, fault)]
    results, notes = {way: {} for way in ways}, {way: [] for way in ways}
    count = failed = 0

    def tell(good, sentence):
        nonlocal count, failed
        count += 1
        failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", count, sentence), flush=True)

    with concurrent.futures.ProcessPoolExecutor(int(os.environ.get("OP_JOBS", "3")),
                                                multiprocessing.get_context("fork"), op.be_worker) as pool:
        signal.signal(signal.SIGTERM, lambda *_: end_now(pool))
        healthy_ones = pool.map(healthy.lived, [(n, prometheus, folder) for n in healthy.names(short)]) if worlds else ()
        for (way, fault, *_), (result, said) in zip(jobs, pool.map(explored, jobs)):
            for name, verdict in result.items():
                results[way][name] = min(verdict, results[way].get(name, verdict))
            notes[way] += said
        print(table(results, ways, names), flush=True)
        for way in ways:
            bad = sorted(n for n in names if results[way].get(n) not in ("kept",) and (n in results[way]))
            for note in notes[way]:
                print("# %s: %s" % (way, note))
            tell(not bad and not any(n.startswith("failed") for n in notes[way]),
                 "%s: %d invariants are kept and resolved again%s" % (
                     way, sum(v == "kept" for v in results[way].values()), ", but " + ", ".join(bad) if bad else ""))
        never = sorted(n for n in names if not any(n in results[way] for way in ways))
        tell(not never or len(ways) < 3, "each invariant is violated to begin with" + (never and ", but " + ", ".join(never) or ""))
        for name, (good, sentence, unknown) in zip(healthy.names(short), healthy_ones):
            tell(good, "healthy, %s: %s" % (name, sentence))
            if unknown is not None:
                missing = sorted(set(unknown) - documented())
                tell(not missing, "unknown in %s: %s%s" % (name, ", ".join(unknown), missing and "; not in ALERTS.md: "
                                                           + ", ".join(missing) or ""))
    print("1..%d" % count)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
