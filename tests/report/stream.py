#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""stream.py [--tickets N] [--stores N] [--clusters N] [--days N] [--seed N] [--hostile] [--small]

Writes a random stream of tickets (op(7)), as op-ticket list --events does:
incidents with several tickets, flapping, escalation, lost evidence, mutes and
gaps. The seed determines it. With --hostile every text from outside contains
markup or other attacks.
"""
import argparse
import json
import random
from datetime import datetime, timedelta, timezone

START = datetime(2026, 1, 24, tzinfo=timezone.utc)

INVARIANTS = [
    # name, severity, store?, message, doc
    ("store_down", "critical", True, "Store {s} at tikv-{s}:20160 is Down",
     "Start the process again, or replace the store: its regions are rebuilt after max-store-down-time."),
    ("high_latency", "warning", True, "Store {s} P99 latency 141.5ms exceeds threshold 100.0ms",
     "Compare the disk's latency and the busiest threads of the store."),
    ("low_disk_space", "warning", True, "Store {s} disk usage 83.4% exceeds threshold 70.0%",
     "Add stores or space. PD moves no more regions to a store that is 80% full."),
    ("store_restarted", "info", True, "Store {s} was started 2m ago", "Look for the reason in its log."),
    ("raft_log_lag", "warning", True, "Store {s} lags 5,210 raft entries behind", "Check the network and the disk of the followers."),
    ("down_peer_regions", "warning", False, "412 regions have a down peer", "Follow the store that is down."),
    ("no_leader", "critical", False, "3 regions have no leader", "Regions without a leader serve nothing: find the lost majority."),
    ("etcd_low_space", "warning", False, "etcd of PD uses 83% of its quota", "Compact and defragment etcd."),
]

HOSTILE = [
    "<script>document.title='owned'</script>",
    "<img src=http://127.0.0.1:9/x onerror=\"document.title='owned'\">",
    "\"'><svg onload=alert(1)>",
    "]]><!--</style></title></textarea>",
    "\u202egnp.exe\u2066 left \u202c right \u200f",
    "\u001b[31mred\u0007 \u009b1m\r\nsecond line\ttab",
    "javascript:alert(1)",
    "&lt;b&gt;&#x202e;&amp;",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001f600 \ufdd0",
    "x" * 300,
]

HOSTILE_DIAGNOSIS = """# <script>document.title='owned'</script>

<script>document.title='owned'</script>

<iframe src="http://127.0.0.1:9/"></iframe> and <b onclick="x()">bold</b>

[click](javascript:alert(1)) [data](data:text/html,x) [vb](vbscript:x) [file](file:///etc/passwd)
![picture](http://127.0.0.1:9/x.png) [![inner](http://127.0.0.1:9/y.png)](http://example.com/)
[fine](https://example.com/a?b=c&d=e "t\u202eitle") <http://example.com/auto> &#x202e;hidden &#27;[31m

```html
</code></pre><script>document.title='owned'</script>
```
"""

DIAGNOSIS = """## The disk of **tikv-1** is dying
`smartctl` counts 48 reallocated sectors; writes stall for seconds.

1. Moved its leaders away: `pd-ctl scheduler add evict-leader-scheduler 2`
2. Ordered a disk, see the [runbook](https://example.com/runbooks/disk).

> Do not restart it before the leaders have gone.
"""


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (t.microsecond // 1000)


class Maker:
    def __init__(self, a):
        self.a = a
        self.r = random.Random(a.seed)
        self.until = START + timedelta(days=a.days)
        self.next_ticket = 1
        self.next_event = 1
        self.clusters = ["orders", "payments", "search", "billing"][:a.clusters]
        while len(self.clusters) < a.clusters:
            self.clusters.append("cluster-%d" % len(self.clusters))

    def text(self, good):
        return self.r.choice(HOSTILE) if self.a.hostile else good

    def snapshot(self, store):
        r = self.r
        if self.a.small:
            return {"kind": "store", "id": store, "state": "Down"}
        s = {"kind": "store", "id": store, "address": "tikv-%s:20160" % store, "state": r.choice(["Up", "Down"]),
             "version": "8.5.1", "labels": {"zone": "z%d" % r.randint(1, 3), "host": "h%s" % store},
             "disk_total_bytes": 536870912000, "disk_available_bytes": r.randrange(1 << 38),
             "leader_count": r.randrange(9000), "region_count": r.randrange(30000), "slow_score": 1,
             "latency_p99_ms": round(r.uniform(1, 300), 3), "cpu_percent": round(r.uniform(1, 800), 2),
             "memory_bytes": r.randrange(1 << 36), "uptime_s": r.randrange(10 ** 7), "qps": round(r.uniform(0, 9999), 2)}
        for name in ("raft_append_p99_s", "raft_apply_p99_s", "scheduler_command_p99_s", "latch_wait_p99_s",
                     "async_write_p99_s", "async_snapshot_p99_s"):
            s[name] = round(r.uniform(0, 0.4), 6)
        for name in ("raft_append_per_s", "raft_apply_per_s", "scheduler_command_per_s", "coprocessor_per_s"):
            s[name] = round(r.uniform(0, 4000), 3)
        return s

    def events(self, life, resolution, diagnosis, escalated):
        """life: created, resolved or None."""
        r = self.r
        created, resolved = life
        end = resolved or self.until
        length = (end - created).total_seconds()
        out = [(created, "created", "op", None)]
        if length > 240 and r.random() < 0.6:
            out.append((created + timedelta(seconds=length * r.uniform(0.1, 0.4)), "acknowledged", self.text("jana"), None))
        if escalated:
            out.append((created + timedelta(seconds=length * 0.3), "escalated", "op", "warning to critical"))
        if length > 1800 and r.random() < 0.4:
            lost = length * r.uniform(0.3, 0.6)
            back = lost + length * r.uniform(0.1, 0.2)
            out.append((created + timedelta(seconds=lost), "evidence_lost", "op", self.text("source prometheus failed")))
            out.append((created + timedelta(seconds=back), "evidence_back", "op", None))
        if diagnosis:
            out.append((created + timedelta(seconds=length * 0.7), "diagnosed", self.text("marek"), diagnosis))
            out.append((created + timedelta(seconds=length * 0.75), "noted", self.text("jana"),
                        self.text("The new disk arrives tomorrow at nine.")))
        if resolved:
            out.append((resolved, "resolved", "op", resolution))
        out.sort(key=lambda e: e[0])
        made = []
        for at, event, actor, note in out:
            made.append({"kind": "event", "id": self.next_event, "ticket_id": self.next_ticket, "at": stamp(at),
                         "event": event, "actor": actor, "note": note})
            self.next_event += 1
        return made

    def ticket(self, cluster, invariant, store, began, batch, length):
        r = self.r
        name, severity, _, message, doc = invariant
        grace = timedelta(seconds=r.choice([0, 0, 60]))
        created = began + grace
        resolved = created + length
        if resolved > self.until:
            resolved = None
        escalated = severity == "warning" and r.random() < 0.08
        diagnosis = None
        if r.random() < (0.5 if self.a.hostile else 0.12) and length > timedelta(minutes=10):
            diagnosis = HOSTILE_DIAGNOSIS if self.a.hostile else DIAGNOSIS
        resolution = r.choice(["cleared"] * 8 + ["gone", "manual"])
        status = "resolved" if resolved else r.choice(["open", "open", "acknowledged"])
        if diagnosis and not resolved:
            status = "diagnosed"
        unknown = not resolved and r.random() < 0.3
        message = message.format(s=store)
        if self.a.hostile and self.next_ticket == 3:
            message = "long " + "<b>&" * (1 << 14)
        t = {"kind": "ticket", "id": self.next_ticket, "subject": "tikv", "cluster": cluster,
             "violation_key": name + (":" + store if store else ""), "invariant_name": name, "store_id": store,
             "status": status, "held": not resolved and r.random() < 0.2, "held_until": None,
             "flapping": r.random() < 0.06, "flap_window_s": 300, "batch_key": batch,
             "occurrence_count": max(1, int(length.total_seconds() // 30)), "first_seen_at": stamp(began),
             "last_seen_at": stamp(resolved or self.until), "ok_since": None, "absent_since": None,
             "resolved_at": stamp(resolved) if resolved else None, "resolution": resolution if resolved else None,
             "message": self.text(message) if self.next_ticket != 3 else message,
             "severity": "critical" if escalated else severity, "diagnosis": diagnosis,
             "metric_snapshot": self.snapshot(store) if store else {"kind": "cluster", "down_peer_region_count": 412},
             "created_at": stamp(created), "updated_at": stamp(resolved or self.until),
             "verdict": None if resolved else "unknown" if unknown else "violated",
             "verdict_since": stamp(self.until - timedelta(minutes=40)) if unknown else None,
             "reason": "idle" if unknown else None, "missing": ["latency_p99_ms"] if unknown else None,
             "doc": self.text(doc), "link": self.text("https://grafana.example.com/d/tikv?var-store=%s" % store),
             "muted": False}
        t["events"] = self.events((created, resolved), resolution, diagnosis, escalated)
        self.next_ticket += 1
        return t

    def store(self):
        n = self.r.randrange(self.a.stores) + 1
        return "%s %d" % (self.r.choice(HOSTILE), n) if self.a.hostile and n % 2 else str(n)

    def length(self):
        span = self.a.days * 86400
        return timedelta(seconds=min(self.r.lognormvariate(7, 1.4), span / 3))

    def tickets(self):
        r = self.r
        left = self.a.tickets
        while left > 0:
            cluster = r.choice(self.clusters)
            began = START + timedelta(seconds=r.uniform(0, self.a.days * 86400 * 0.985))
            if left % 7 == 0:
                began = self.until - timedelta(seconds=r.uniform(60, 5400))
            batch = "batch-" + stamp(began)
            size = min(left, r.choice([1, 1, 1, 1, 2, 3, 5]))
            store = self.store()
            for _ in range(size):
                invariant = r.choice(INVARIANTS)
                who = (store if r.random() < 0.5 else self.store()) if invariant[2] else None
                yield self.ticket(cluster, invariant, who, began + timedelta(seconds=r.uniform(0, 60)), batch,
                                  self.length())
                left -= 1

    def others(self):
        day = timedelta(days=self.a.days)
        for i, cluster in enumerate(self.clusters):
            yield {"kind": "mute", "id": i + 1, "cluster": cluster, "invariant": None, "store": "1",
                   "from_at": stamp(START + day * 0.2), "until_at": stamp(START + day * 0.45),
                   "reason": self.text("kernel update of host 1"), "actor": self.text("jana"),
                   "created_at": stamp(START), "lifted_at": None}
            yield {"kind": "gap", "subject": "tikv", "cluster": cluster,
                   "began_at": stamp(START + day * 0.58), "ended_at": stamp(START + day * 0.62)}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--tickets", type=int, default=40)
    p.add_argument("--stores", type=int, default=9)
    p.add_argument("--clusters", type=int, default=1)
    p.add_argument("--days", type=float, default=7)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--hostile", action="store_true")
    p.add_argument("--small", action="store_true")
    m = Maker(p.parse_args())
    count = 0

    def put(record):
        print(json.dumps(record, ensure_ascii=m.a.hostile and m.next_event % 2 == 0, separators=(",", ":")))

    put({"kind": "begin", "stream": "tickets", "v": 1, "since": stamp(START), "until": stamp(m.until)})
    for t in m.tickets() if m.a.tickets else ():
        put(t)
        count += 1
    for o in m.others():
        put(o)
        count += 1
    put({"kind": "end", "records": count})


main()
