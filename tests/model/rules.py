# SPDX-License-Identifier: ISC
"""The rules of op-ticket once more, written to be read: what the C code is compared with.

Times are milliseconds. A cycle is a dict:

    subject, cluster, cluster_id (or None), at, digest
    checks      {invariant: complete}
    verdicts    {(invariant, store_id or None): ("ok",) | ("unknown",) | ("violated", record)}
"""

MIN = 60_000
SEVERITIES = ["info", "warning", "critical"]
STATUSES = ["open", "acknowledged", "diagnosed", "resolved"]


def key_of(invariant, store_id):
    return invariant if store_id is None else f"{invariant}:{store_id}"


def bytewise(text):
    return text.encode()


class Refused(Exception):
    pass


class Model:
    def __init__(self, gone_after=10 * MIN):
        self.gone_after = gone_after
        self.tickets = []  # dicts; the id is the place, from 1
        self.events = []  # (ticket id, at, event, actor)
        self.pending = {}  # (subject, cluster, key) -> {"invariant", "first", "last"}
        self.cycles = {}  # (subject, cluster) -> {"id", "at", "digest"}

    # cycles

    def ingest(self, c, now):
        """True: taken; False: a repeat, nothing to do. Refused: the reason."""
        owner = (c["subject"], c["cluster"])
        known = self.cycles.get(owner)
        T = c["at"]
        if known:
            if known["id"] and c["cluster_id"] and known["id"] != c["cluster_id"]:
                raise Refused("another cluster_id")
            if T == known["at"]:
                if c["digest"] == known["digest"]:
                    return False
                raise Refused("the same time, other content")
            if T < known["at"]:
                if not (known["at"] > now and abs(T - now) <= 10 * MIN):
                    raise Refused("older")
                self.heal(owner, T)
        self.apply(owner, c, T)
        self.cycles[owner] = {
            "id": c["cluster_id"] or (known["id"] if known else None),
            "at": T,
            "digest": c["digest"],
        }
        return True

    def heal(self, owner, T):
        for (subject, cluster, _), row in self.pending.items():
            if (subject, cluster) == owner:
                row["first"] = min(row["first"], T)
        for t in self.standing(owner):
            for field in ("ok_since", "absent_since"):
                if t[field] is not None and t[field] > T:
                    self.move(t, T, **{field: T})

    def standing(self, owner):
        """The unresolved tickets of a subject and cluster, by key."""
        mine = [t for t in self.tickets if t["status"] != "resolved" and owner == (t["subject"], t["cluster"])]
        return sorted(mine, key=lambda t: bytewise(t["violation_key"]))

    def apply(self, owner, c, T):
        complete = {name for name, done in c["checks"].items() if done}
        verdicts = {key_of(*about): (about, v) for about, v in c["verdicts"].items()}
        taken = set()
        for t in self.standing(owner):
            if t["held"] and t["held_until"] is not None and T >= t["held_until"]:
                self.move(t, T, held=False, held_until=None)
                self.event(t, T, "unheld", "op")
            taken.add(t["violation_key"])
            if t["invariant_name"] in complete:
                _, verdict = verdicts.get(t["violation_key"], (None, None))
                self.judge(t, verdict, T)
        for place, row in list(self.pending.items()):
            if place[:2] != owner or row["invariant"] not in complete:
                continue
            _, verdict = verdicts.get(place[2], (None, None))
            if verdict is None or verdict[0] == "ok":
                del self.pending[place]
        self.open(owner, complete, verdicts, taken, T)

    def judge(self, t, verdict, T):
        """An unresolved ticket meets the verdict of its key; None: it has none."""
        if verdict is None:
            self.move(t, T, absent_since=T if t["absent_since"] is None else t["absent_since"])
            if not t["held"] and T - t["absent_since"] >= self.gone_after:
                self.resolve(t, T, "gone", "op")
        elif verdict[0] == "unknown":
            self.move(t, T, ok_since=None, absent_since=None)
        elif verdict[0] == "ok":
            self.move(t, T, absent_since=None)
            if not t["held"] and not t["flapping"]:
                self.resolve(t, T, "cleared", "op")
                return
            self.move(t, T, ok_since=T if t["ok_since"] is None else t["ok_since"])
            if t["flapping"] and not t["held"] and T - t["ok_since"] >= t["flap_window_s"] * 1000:
                self.resolve(t, T, "cleared", "op")
        else:
            record = verdict[1]
            rises = SEVERITIES.index(record["severity"]) > SEVERITIES.index(t["severity"])
            t.update(
                occurrence_count=t["occurrence_count"] + 1,
                last_seen_at=T,
                message=record["message"],
                ok_since=None,
                absent_since=None,
                updated_at=T,
            )
            if rises:
                t["severity"] = record["severity"]
                self.event(t, T, "escalated", "op")

    def open(self, owner, complete, verdicts, taken, T):
        due = []
        for key, ((invariant, store_id), verdict) in verdicts.items():
            if verdict[0] != "violated" or key in taken or invariant not in complete:
                continue
            row = self.pending.get(owner + (key,))
            if row is None or T - row["last"] > 10 * MIN:
                row = {"invariant": invariant, "first": T}
            row["last"] = T
            if T - row["first"] >= verdict[1]["grace_s"] * 1000:
                self.pending.pop(owner + (key,), None)
                due.append((row["first"], bytewise(key), key, invariant, store_id, verdict[1]))
            else:
                self.pending[owner + (key,)] = row
        for first, _, key, invariant, store_id, record in sorted(due, key=lambda d: d[:2]):
            self.create(owner, T, first, key, invariant, store_id, record)

    def create(self, owner, T, first, key, invariant, store_id, record):
        window = record["flap_window_s"]
        born = [
            t["created_at"]
            for t in self.tickets
            if owner == (t["subject"], t["cluster"]) and t["violation_key"] == key
        ] + [T]
        flapping = False
        if record["flap_count"] > 0:
            recent = [at for at in born if T - window * 1000 < at <= T]
            flapping = len(recent) >= record["flap_count"]
        batch = max(
            (
                t["batch"]
                for t in self.standing(owner)
                if abs(t["batch"] - first) <= MIN
            ),
            default=first,
        )
        t = {
            "id": len(self.tickets) + 1,
            "subject": owner[0],
            "cluster": owner[1],
            "violation_key": key,
            "invariant_name": invariant,
            "store_id": store_id,
            "status": "open",
            "held": False,
            "held_until": None,
            "flapping": flapping,
            "flap_window_s": window,
            "batch": batch,
            "occurrence_count": 1,
            "first_seen_at": first,
            "last_seen_at": T,
            "ok_since": None,
            "absent_since": None,
            "resolved_at": None,
            "resolution": None,
            "message": record["message"],
            "severity": record["severity"],
            "diagnosis": None,
            "metric_snapshot": record["metric_snapshot"],
            "created_at": T,
            "updated_at": T,
        }
        self.tickets.append(t)
        self.event(t, T, "created", "op")

    # commands by hand: now is the clock

    def command(self, name, ids, now, actor, until=None, text=None):
        for i in ids:
            if not 1 <= i <= len(self.tickets):
                raise Refused("no such ticket")
            t = self.tickets[i - 1]
            if t["status"] == "resolved":
                raise Refused("final")
            if name == "ack" and t["status"] != "open":
                raise Refused("forward only")
            if name == "unhold" and not t["held"]:
                raise Refused("not held")
        for i in ids:
            t = self.tickets[i - 1]
            if name == "ack":
                self.move(t, now, status="acknowledged")
                self.event(t, now, "acknowledged", actor)
            elif name == "diagnose":
                t.update(status="diagnosed", diagnosis=text, updated_at=now)
                self.event(t, now, "diagnosed", actor)
            elif name == "resolve":
                t.update(held=False, held_until=None)
                self.resolve(t, now, "manual", actor)
            elif name == "hold":
                t.update(held=True, held_until=until, updated_at=now)
                self.event(t, now, "held", actor)
            elif name == "unhold":
                self.move(t, now, held=False, held_until=None)
                self.event(t, now, "unheld", actor)

    # small things

    def move(self, t, at, **fields):
        if any(t[name] != value for name, value in fields.items()):
            t.update(fields, updated_at=at)

    def resolve(self, t, at, resolution, actor):
        t.update(status="resolved", resolved_at=at, resolution=resolution, updated_at=at)
        self.event(t, at, "resolved", actor)

    def event(self, t, at, event, actor):
        self.events.append((t["id"], at, event, actor))
