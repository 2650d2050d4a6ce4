# SPDX-License-Identifier: ISC
"""Worlds in which nothing is wrong: no ticket may open, with the usual graces.

In some of them something harmless happens at 0; op runs before and after that.
"""
import json
import os
import tempfile
import time

import op
from cluster import Cluster
from series import Loss, write

END = 1500
AFTER = (-5, 10, 40, 70, 100, 130, 160, 280, 340, 460, 535, 580, 700, 1300)
STEADY = (10, 80, 700, 1300)
GONE = (0, 60)  # while Prometheus is restarted


def nothing(labels):
    return None


def silent_while_gone(labels):
    return Loss("silent", *GONE)


def only_afterwards(labels):
    return Loss("silent", float("-inf"), GONE[1])


def evict(record, t):
    if record["kind"] == "store" and record["id"] == "1" and t >= 0:
        record.update(leader_count=0, leader_score=0.0)


def scaled_out(record, t):
    if record["kind"] == "store" and record["id"] == "4":
        record.update(node_state="Preparing", region_count=min(30, max(0, int(t / 30))), leader_count=0)


def scaled_in(record, t):
    if record["kind"] == "store" and record["id"] == "4":
        record.update(region_count=max(0, 30 - max(0, t) // 15))


# Stores, then PD members: the leader last, after another member has taken over.
UPGRADES = {"1": 0, "2": 90, "3": 180, "4": 270, "pd1": 360, "pd3": 450, "pd2": 540}
NEXT_LEADER = ("pd1", 525)


def upgraded(record, t):
    if record["kind"] == "store":
        record["version"] = "8.5.4" if t >= UPGRADES[record["id"]] else "8.5.3"


def restarting(labels):
    name = labels["instance"].split(":")[0]
    at = UPGRADES.get(name.replace("tikv-", "").replace("pd-", "pd"))
    return None if at is None else Loss("marker", at - 20, at)


WORLDS = {
    "a busy day": {},
    "an idle night": {"cluster": {"rates": 0.0, "raft": 0.02}, "unknown": True},
    "hibernated regions": {"cluster": {"rates": 0.0, "raft": 0.0}, "unknown": True},
    "evict-leader": {"at": AFTER, "edit": evict, "cluster": {"evicted": ("1", 0)}},
    "TiFlash": {"sim": ("--tiflash", "1")},
    "one store": {"size": (1, 1)},
    "a new cluster": {"at": tuple(t for t in AFTER if t > 0), "cluster": {
        "starts": {who: (0,) for who in ("1", "2", "3", "4", "pd1", "pd2", "pd3")}}},
    "scale-out": {"at": AFTER, "cluster": {"starts": {"4": (0,)}}, "edit": scaled_out},
    "scale-in": {"at": AFTER, "sim commands": {0: "offline 4", 460: "tombstone 4"}, "edit": scaled_in,
                 "cluster": {"drained": ("4", 0)}},
    "a rolling upgrade": {"at": AFTER, "edit": upgraded, "lost": restarting,
                          "cluster": {"upgrades": UPGRADES, "elected": NEXT_LEADER,
                                      "starts": {who: (-86400 * 3, at) for who, at in UPGRADES.items()}},
                          "sim commands": {530: "leader 1", 550: "heartbeat all"}},
    "no TiDB": {"cluster": {"tidbs": 0}},
    "RawKV": {"cluster": {"tidbs": 0, "raw": True}},
    "no Prometheus": {"prometheus": False},
    "Prometheus restarted with its data": {"at": AFTER, "lost": silent_while_gone, "dead": True},
    "Prometheus restarted without its data": {"at": AFTER, "lost": only_afterwards, "dead": True},
    "a loop of 15 minutes": {"at": tuple(range(-6300 + 7, END, 900)), "before": 8100},
}
SHORT = ("an idle night", "hibernated regions", "evict-leader", "scale-out", "Prometheus restarted without its data")


def names(short):
    return list(SHORT if short else WORLDS)


def live(name, prometheus, folder, short):
    what = WORLDS[name]
    folder = tempfile.mkdtemp(dir=folder)
    stores, members = what.get("size", (4, 3))
    sim = op.simulate(folder, "--stores", str(stores), "--members", str(members), *what.get("sim", ()))
    zero, called = int(time.time()) - END - 10, "healthy " + name
    world = Cluster(zero, END, 0, None, stores, members, **what.get("cluster", {}))
    world.line.before = what.get("before", world.line.before)
    if what.get("prometheus", True):
        write(world.line.encode(), prometheus, called, what.get("lost", nothing))
    past, text, todo = op.Past(prometheus, world.names(sim)), [], dict(what.get("sim commands", {}))
    for t in what.get("at", STEADY)[::2 if short else 1]:
        if t > END:
            break
        for at in [at for at in todo if at <= t]:
            op.command(sim, todo.pop(at))
        past.at = None if what.get("dead") and GONE[0] <= t < GONE[1] else zero + t
        edit = what.get("edit")
        text.append(op.scrape(",".join(sim["pd"]), past.url if what.get("prometheus", True) else "none", called,
                              zero + t, (lambda record, t=t: edit(record, t)) if edit else None))
    past.shutdown()
    if os.environ.get("KEEP"):
        with open(os.path.join(os.environ["KEEP"], "healthy-" + name.replace(" ", "-")), "w") as f:
            f.write("".join(text))
    found = op.run("op-check", text="".join(text))
    db = os.path.join(folder, "tickets.db")
    op.run("op-ticket", "--db", db, "ingest", text=found)
    tickets = [json.loads(line) for line in op.run("op-ticket", "--db", db, "list", "--ndjson").splitlines()]
    wrong = ["%s: %s" % (t["violation_key"], t["message"]) for t in tickets]
    return not wrong, "; ".join(wrong) or "nothing is violated", unknown(found) if what.get("unknown") else None


def unknown(found):
    """The invariants that are unknown for every store in the last cycle."""
    records = [json.loads(line) for line in found.splitlines()]
    last = max(i for i, r in enumerate(records) if r["kind"] == "begin")
    names_of = {kind: {r["invariant_name"] for r in records[last:] if r["kind"] == kind} for kind in ("unknown", "ok", "violation")}
    return sorted(names_of["unknown"] - names_of["ok"] - names_of["violation"])


def lived(arguments):
    try:
        return live(*arguments)
    except (RuntimeError, OSError, ValueError) as error:
        return False, "failed: %s" % error, None
    finally:
        op.stop_all()
