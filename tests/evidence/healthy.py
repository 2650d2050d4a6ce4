# SPDX-License-Identifier: ISC
"""Worlds in which nothing is wrong: no ticket may open, with the graces as they are.

Something happens at 0, and op looks before and after. `told` is what op is
meant to tell of it: a restart and a drained store are no fault, and have a
ticket of their own.
"""
import json
import os
import tempfile
import time

import op
from cluster import Cluster
from series import write

END = 1500
AFTER = (-5, 10, 40, 70, 100, 130, 160, 280, 340, 460, 700, 1300)
STEADY = (10, 80, 700, 1300)
GONE = (0, 60)  # while Prometheus is restarted


def silent_while_gone(labels, t):
    return "silent" if GONE[0] <= t < GONE[1] else ""


def only_afterwards(labels, t):
    return "silent" if t < GONE[1] else ""


def evict(record, t):
    if record["kind"] == "store" and record["id"] == "1" and t >= 0:
        record.update(leader_count=0, leader_score=0.0)


def scaled_out(record, t):
    if record["kind"] == "store" and record["id"] == "4":
        record.update(node_state="Preparing", region_count=min(30, max(0, int(t / 30))), leader_count=0)


def upgraded(record, t):
    if record["kind"] == "store":
        record["version"] = "8.5.4" if t >= 90 * (int(record["id"]) - 1) else "8.5.3"


WORLDS = {
    "a busy day": {},
    "an idle night": {"cluster": {"rates": 0.0, "raft": 0.02}, "unknown": True},
    "hibernated regions": {"cluster": {"rates": 0.0, "raft": 0.0}, "unknown": True},
    "evict-leader": {"at": AFTER, "edit": evict, "cluster": {"evicted": ("1", 0)}},
    "TiFlash": {"sim": ("--tiflash", "1")},
    "one store": {"sim": ("--stores", "1", "--members", "1")},
    "a new cluster": {"at": tuple(t for t in AFTER if t > 0), "start": ("1", "2", "3", "4", "pd1", "pd2", "pd3")},
    "scale-out": {"at": AFTER, "start": ("4",), "edit": scaled_out},
    "scale-in": {"at": AFTER, "sim commands": {0: "offline 4", 460: "tombstone 4"}, "told": {"store_offline"}},
    "a rolling upgrade": {"at": AFTER, "restarts": 90, "edit": upgraded, "told": {"store_restarted", "member_restarted"}},
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


def beginnings(what, sim):
    """When the processes start, where that matters."""
    instances = ["127.0.1.%d:%d" % (i + 1, sim["status_port"]) for i in range(sim["stores"])]
    members = [url.removeprefix("http://") for url in sim["pd"]]
    who = dict([(str(i + 1), x) for i, x in enumerate(instances)] + [("pd%d" % (i + 1), x) for i, x in enumerate(members)])
    starts = {who[name]: (0,) for name in what.get("start", ())}
    for i, instance in enumerate(list(instances) + members if "restarts" in what else ()):
        starts[instance] = (-86400 * 3, what["restarts"] * i)
    return starts


def live(name, prometheus, folder):
    what = WORLDS[name]
    folder = tempfile.mkdtemp(dir=folder)
    options = what.get("sim", ())
    sim = op.simulate(folder, *options, *(() if "--stores" in options else ("--stores", "4")))
    zero = int(time.time()) - END - 10
    world = Cluster("healthy " + name, zero, END, 0, sim, None, **{**what.get("cluster", {}), "starts": beginnings(what, sim)})
    world.line.before = what.get("before", world.line.before)
    if what.get("prometheus", True):
        write(world.line, prometheus, what.get("lost", lambda labels, t: ""))
    past, text, todo = op.Past(prometheus), [], dict(what.get("sim commands", {}))
    for t in what.get("at", STEADY):
        if t > END:
            break
        for at in [at for at in todo if at <= t]:
            op.command(sim, todo.pop(at))
        past.at = None if what.get("dead") and GONE[0] <= t < GONE[1] else zero + t
        edit = what.get("edit")
        text.append(op.scrape(",".join(sim["pd"]), past.url if what.get("prometheus", True) else "none", world.line.name,
                              zero + t, (lambda record, t=t: edit(record, t)) if edit else None))
    past.shutdown()
    if os.environ.get("KEEP"):
        with open(os.path.join(os.environ["KEEP"], "healthy-" + name.replace(" ", "-")), "w") as f:
            f.write("".join(text))
    found = op.run("op-check", text="".join(text))
    db = os.path.join(folder, "tickets.db")
    op.run("op-ticket", "--db", db, "ingest", text=found)
    tickets = [json.loads(line) for line in op.run("op-ticket", "--db", db, "list", "--ndjson").splitlines()]
    wrong = ["%s: %s" % (t["violation_key"], t["message"]) for t in tickets
             if t["invariant_name"] not in what.get("told", ())]
    told = sorted({t["invariant_name"] for t in tickets} & what.get("told", set()))
    sentence = "; ".join(wrong) or "nothing is violated" + (", told: " + ", ".join(told) if told else "")
    return not wrong, sentence, unknown(found) if what.get("unknown") else None


def unknown(found):
    """The invariants that know of no store whether they hold, in the last cycle."""
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
