# SPDX-License-Identifier: ISC
"""A second implementation of op-ticket's rules, written to be read. The C code is compared with it.

Times are milliseconds. A cycle is a dict:

    subject, cluster, cluster_id (or None), at, digest
    checks      {invariant: None if it is complete, else the error}
    verdicts    {(invariant, store_id or None): ("ok",) | ("unknown", reason, missing) | ("violated", record)}
"""

import datetime
import fnmatch

MIN = 60_000
HOUR = 60 * MIN
OWN = "cluster_id_changed"  # the invariant that ingest itself checks
LOST_AFTER = 5 * MIN
SEVERITIES = ["info", "warning", "critical"]
STATUSES = ["open", "acknowledged", "diagnosed", "resolved"]


def key_of(invariant, store_id):
    return invariant if store_id is None else f"{invariant}:{store_id}"


def bytewise(text):
    return text.encode()


def rfc3339(ms):
    at = datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"


def duration(ms):
    """As in messages: the largest unit that fits, and the next smaller one if that is not 0."""
    s = max(ms, 0) // 1000
    if s == 0:
        return "0ms"
    units = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)]
    while len(units) > 1 and s < units[0][1]:
        units.pop(0)
    text = ""
    for name, length in units[:2]:
        if s // length or not text:
            text += f"{s // length}{name}"
        s %= length
    return text


def waited(since, at, wait):
    """Is the wait over? Cycles may come a little early or late."""
    return at - since >= wait - min(1000, wait // 10)


class Refused(Exception):
    pass


class Model:
    def __init__(self, gone_after=10 * MIN):
        self.gone_after = gone_after
        self.tickets = []  # dicts; the id is the place, from 1
        self.events = []  # (ticket id, at, event, actor, note, muted)
        self.pending = {}  # (subject, cluster, key) -> {"invariant", "first", "last"}
        self.cycles = {}  # (subject, cluster) -> {"id", "id_at", "at", "digest", "step"}
        self.checks = {}  # (subject, cluster, invariant) -> {"complete", "listed", "known", "error"}
        self.unknown = {}  # (subject, cluster, key) -> {"invariant", "store_id", "since", "reason", "missing"}
        self.gaps = []  # (subject, cluster, began, ended)
        self.mutes = []  # dicts; the id is the place, from 1
        self.log = {"Created": [], "Escalated": [], "Resolved": []}  # what is logged of the last cycle

    # cycles

    def ingest(self, c, now):
        """Returns True if the cycle is taken, False if it is a repeat; raises Refused with the reason."""
        owner = (c["subject"], c["cluster"])
        known = self.cycles.get(owner)
        T = c["at"]
        self.log = {"Created": [], "Escalated": [], "Resolved": []}
        if T - now > 10 * MIN:
            raise Refused("ahead of the clock")
        step = distance = None
        if known:
            if known["id"] and c["cluster_id"] and known["id"] != c["cluster_id"]:
                if T >= known["at"]:
                    self.another_cluster(owner, c["cluster_id"], known, T)
                raise Refused("another cluster_id")
            if T == known["at"]:
                if c["digest"] == known["digest"]:
                    return False
                raise Refused("the same time, other content")
            if T < known["at"]:
                if not (known["at"] > now and abs(T - now) <= 10 * MIN):
                    raise Refused("older")
                self.heal(owner, T)
            else:
                distance = T - known["at"]
                step = min(distance, known["step"] or distance)
        gap = max(10 * MIN, 3 * step) if step else 10 * MIN
        if distance and distance > gap:
            self.gaps.append(owner + (known["at"], T))
        self.apply(owner, c, T, gap, known)
        self.cycles[owner] = {
            "id": c["cluster_id"] or (known["id"] if known else None),
            "id_at": T if c["cluster_id"] else known["id_at"] if known else None,
            "at": T,
            "digest": c["digest"],
            "step": distance,
        }
        return True

    def heal(self, owner, T):
        """The clock was set back: later times become T, so that nothing waits for the future."""
        for (subject, cluster, _), row in self.pending.items():
            if (subject, cluster) == owner:
                row["first"] = min(row["first"], T)
        for (subject, cluster, _), row in self.unknown.items():
            if (subject, cluster) == owner:
                row["since"] = min(row["since"], T)
        for (subject, cluster, _), row in self.checks.items():
            if (subject, cluster) == owner:
                for field in ("complete", "known"):
                    if row[field] is not None:
                        row[field] = min(row[field], T)
        known = self.cycles[owner]
        if known["id_at"] is not None:
            known["id_at"] = min(known["id_at"], T)
        for t in self.standing(owner):
            for field in ("ok_since", "absent_since"):
                if t[field] is not None and t[field] > T:
                    self.move(t, T, **{field: T})
            for field in ("since", "lost_since"):
                if t[field] is not None:
                    t[field] = min(t[field], T)

    def standing(self, owner):
        """The unresolved tickets of a subject and cluster, by key."""
        mine = [t for t in self.tickets if t["status"] != "resolved" and owner == (t["subject"], t["cluster"])]
        return sorted(mine, key=lambda t: bytewise(t["violation_key"]))

    def past_gap(self, owner, invariant, T, gap, known):
        """Was the invariant last evaluated too long ago to know what happened in between?"""
        if invariant == OWN:
            last = known["id_at"] if known else None
        else:
            last = self.checks.get(owner + (invariant,), {}).get("complete")
        return last is None or T - last > gap

    def apply(self, owner, c, T, gap, known):
        complete = {name for name, error in c["checks"].items() if error is None}
        verdicts = {key_of(*about): (about, v) for about, v in c["verdicts"].items()}
        if c["cluster_id"]:
            complete.add(OWN)
            verdicts[OWN] = ((OWN, None), ("ok",))
        past = {name for name in complete if self.past_gap(owner, name, T, gap, known)}
        self.remember(owner, c, complete, verdicts, T)
        taken = set()
        for t in self.standing(owner):
            if t["held"] and t["held_until"] is not None and T >= t["held_until"]:
                self.move(t, T, held=False, held_until=None)
                self.event(t, T, "unheld", "op", "hold expired")
            taken.add(t["violation_key"])
            verdict = ("not evaluated", c["checks"].get(t["invariant_name"]), None)
            if t["invariant_name"] in complete:
                _, verdict = verdicts.get(t["violation_key"], (None, ("not listed",)))
            self.evidence(t, verdict, T)
            if t["invariant_name"] in complete:
                self.judge(t, verdict, T, t["invariant_name"] in past)
            if t["status"] != "resolved":
                self.mute_or_unmute(t, T)
        for place, row in list(self.pending.items()):
            if place[:2] != owner or row["invariant"] not in complete:
                continue
            _, verdict = verdicts.get(place[2], (None, None))
            if verdict is None or verdict[0] == "ok":
                del self.pending[place]
        self.open(owner, complete, verdicts, taken, past, T, gap)

    def remember(self, owner, c, complete, verdicts, T):
        """Records what was evaluated, and since when verdicts are unknown."""
        for name, error in c["checks"].items():
            row = self.checks.setdefault(owner + (name,), {"complete": None, "known": None})
            row["listed"] = T
            row["error"] = error
            if error is None:
                row["complete"] = T
                if any(n == name and v[0] in ("ok", "violated") for (n, _), v in c["verdicts"].items()):
                    row["known"] = T
        for place, row in list(self.unknown.items()):
            if place[:2] == owner and row["invariant"] in complete:
                _, verdict = verdicts.get(place[2], (None, ("not listed",)))
                if verdict[0] != "unknown":
                    del self.unknown[place]
        for key, ((name, store_id), verdict) in verdicts.items():
            if verdict[0] == "unknown" and name in complete:
                row = self.unknown.setdefault(
                    owner + (key,), {"invariant": name, "store_id": store_id, "since": T}
                )
                row["reason"], row["missing"] = verdict[1:]

    def evidence(self, t, verdict, T):
        """Records the verdict of the ticket's key, and whether its evidence is lost or back."""
        if t["verdict"] != verdict[0]:
            t["verdict"] = verdict[0]
            t["since"] = T
        if verdict[0] not in ("unknown", "not evaluated"):
            if t["lost"]:
                self.event(t, T, "evidence_back", "op", verdict[0])
            t["lost_since"] = None
            t["lost"] = False
            return
        if t["lost_since"] is None:
            t["lost_since"] = T
        if not t["lost"] and T - t["lost_since"] >= LOST_AFTER:
            t["lost"] = True
            why = verdict[1] or (verdict[2] and "missing " + ", ".join(verdict[2]))
            note = f"{verdict[0]} since {rfc3339(t['lost_since'])}"
            self.event(t, T, "evidence_lost", "op", f"{note}: {why}" if why else note)

    def judge(self, t, verdict, T, past):
        """Applies the verdict of a complete check to an unresolved ticket."""
        if past:
            for field in ("ok_since", "absent_since"):
                if t[field] is not None:
                    self.move(t, T, **{field: T})
        if verdict[0] == "not listed":
            self.move(t, T, absent_since=T if t["absent_since"] is None else t["absent_since"])
            if not t["held"] and waited(t["absent_since"], T, self.gone_after):
                self.resolve(t, T, "gone", "op")
        elif verdict[0] == "unknown":
            self.move(t, T, ok_since=None, absent_since=None)
        elif verdict[0] == "ok":
            self.move(t, T, absent_since=None)
            if not t["held"] and not t["flapping"]:
                self.resolve(t, T, "cleared", "op")
                return
            self.move(t, T, ok_since=T if t["ok_since"] is None else t["ok_since"])
            if t["flapping"] and not t["held"] and waited(t["ok_since"], T, int(t["flap_window_s"] * 1000)):
                self.resolve(t, T, "cleared", "op")
        else:
            self.count(t, verdict[1], T)

    def count(self, t, record, T):
        was = t["severity"]
        rises = SEVERITIES.index(record["severity"]) > SEVERITIES.index(was)
        t.update(
            occurrence_count=t["occurrence_count"] + 1,
            last_seen_at=T,
            message=record["message"],
            doc=record["doc"],
            link=record["link"],
            ok_since=None,
            absent_since=None,
            updated_at=T,
        )
        if rises:
            t["severity"] = record["severity"]
            self.event(t, T, "escalated", "op", record["severity"])
            self.say("Escalated", t, f"({t['severity']}, was {was})")

    def another_cluster(self, owner, other, known, T):
        """Counts the refused cycle of another cluster as a violation of cluster_id_changed."""
        record = {
            "severity": "critical",
            "message": f"cluster_id is {other}, not {known['id']}: another cluster has this name",
            "doc": None,
            "link": None,
            "flap_count": 3,
            "flap_window_s": 300,
            "metric_snapshot": {"cluster_id": other, "known_cluster_id": known["id"]},
        }
        mine = [t for t in self.standing(owner) if t["violation_key"] == OWN]
        if mine:
            self.evidence(mine[0], ("violated",), T)
            self.count(mine[0], record, T)
        else:
            self.create(owner, T, T, OWN, OWN, None, record)

    def open(self, owner, complete, verdicts, taken, past, T, gap):
        due = []
        for key, ((invariant, store_id), verdict) in verdicts.items():
            if verdict[0] != "violated" or key in taken or invariant not in complete:
                continue
            row = self.pending.get(owner + (key,))
            if row is None or T - row["last"] > gap or invariant in past:
                row = {"invariant": invariant, "first": T}
            row["last"] = T
            if waited(row["first"], T, int(verdict[1]["grace_s"] * 1000)):
                self.pending.pop(owner + (key,), None)
                due.append((row["first"], bytewise(key), key, invariant, store_id, verdict[1]))
            else:
                self.pending[owner + (key,)] = row
        for first, _, key, invariant, store_id, record in sorted(due, key=lambda d: d[:2]):
            self.create(owner, T, first, key, invariant, store_id, record)

    def batch_of(self, owner, T, first, store_id):
        """The start of the batch that a new ticket joins or begins."""
        standing = self.standing(owner)
        critical = [t for t in standing if t["severity"] == "critical" and T - t["batch"] <= HOUR]
        if store_id is None and critical:
            return max(critical, key=lambda t: t["id"])["batch"]
        drawn = [t["batch"] for t in critical if store_id is not None and t["store_id"] == store_id]
        if drawn:
            return min(drawn)
        return max((t["batch"] for t in standing if abs(t["batch"] - first) <= MIN), default=first)

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
            "batch": self.batch_of(owner, T, first, store_id),
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
            "doc": record["doc"],
            "link": record["link"],
            "muted": False,
            "created_at": T,
            "updated_at": T,
            "verdict": "violated",
            "since": T,
            "lost_since": None,
            "lost": False,
            "born_critical": record["severity"] == "critical",
        }
        t["muted"] = self.mute_of(t, T) is not None
        self.tickets.append(t)
        self.event(t, T, "created", "op")
        self.say("Created", t, f"({t['severity']})")

    # messages

    def say(self, word, t, more):
        what = t["invariant_name"] + ("" if t["store_id"] is None else " " + t["store_id"])
        where = "" if t["cluster"] == "default" else " in " + t["cluster"]
        if word == "Resolved":
            text = f"{what}{where}, {more}"
        else:
            message = "" if t["message"] is None else ": " + t["message"]
            text = f"{what} {more}{where}{message}"
        self.log[word].append(f"{word} ticket {t['id']}: {text}")

    def lines(self, c):
        """What ingest logs after it has read the cycle, whether it was taken or is a repeat."""
        out = self.log["Created"] + self.log["Escalated"] + self.log["Resolved"]
        if self.log["Resolved"]:
            out.append(f"Auto-resolved {len(self.log['Resolved'])} ticket(s)")
        return out + [self.heartbeat(c)]

    def heartbeat(self, c):
        owner = (c["subject"], c["cluster"])
        standing = {t["violation_key"]: t for t in self.standing(owner)}
        errors = [error for error in c["checks"].values() if error is not None]
        violated = [about for about, v in c["verdicts"].items() if v[0] == "violated"]
        unknown = {name for (name, _), v in c["verdicts"].items() if v[0] == "unknown"}
        judged = [about for about in violated if c["checks"].get(about[0], "none") is None]
        pending = sum(key_of(*about) not in standing for about in judged)
        muted = sum(standing.get(key_of(*about), {"muted": False})["muted"] for about in judged)
        where = "" if c["cluster"] == "default" else f" ({c['cluster']})"
        text = f"Check complete: {len(c['checks'])} invariants, "
        if len(errors) < len(c["checks"]) and not (violated or unknown or errors or standing):
            return text + "all passing" + where
        text += f"{len(violated)} violations"
        beside = [f"{n} {word}" for n, word in ((pending, "pending"), (muted, "muted")) if n]
        if beside:
            text += f" ({', '.join(beside)})"
        if standing and not violated:
            text += f", {len(standing)} open"
        if unknown:
            text += f", {len(unknown)} unknown"
        if errors:
            text += f", {len(errors)} not evaluated"
        return text + where

    # mutes

    def mute_of(self, t, T, but=None):
        """The first mute that covers the ticket at T."""
        for m in self.mutes:
            if m is not but and m["lifted_at"] is None and m["from_at"] <= T < m["until_at"] and covers(m, t):
                return m
        return None

    def mute_or_unmute(self, t, T):
        m = self.mute_of(t, T)
        if (m is not None) != t["muted"]:
            self.move(t, T, muted=m is not None)
            if m:
                self.event(t, T, "muted", "op", m["reason"])
            else:
                self.event(t, T, "unmuted", "op", "mute ended")

    def mute(self, actor, now, cluster, invariant, store, from_at, until_at, reason):
        self.mutes.append(
            {
                "id": len(self.mutes) + 1,
                "cluster": cluster,
                "invariant": invariant,
                "store": store,
                "from_at": from_at,
                "until_at": until_at,
                "reason": reason,
                "actor": actor,
                "created_at": now,
                "lifted_at": None,
            }
        )

    def unmute(self, i, now, actor):
        if not 1 <= i <= len(self.mutes) or self.mutes[i - 1]["lifted_at"] is not None:
            raise Refused("no such mute, or it was lifted before")
        m = self.mutes[i - 1]
        m["lifted_at"] = now
        for t in self.tickets:
            if t["status"] == "resolved" or not t["muted"] or not covers(m, t):
                continue
            last = self.cycles[(t["subject"], t["cluster"])]["at"]
            if self.mute_of(t, last) is None:
                self.move(t, now, muted=False)
                self.event(t, now, "unmuted", actor)

    # adopting and forgetting clusters

    def adopt(self, cluster, new_id, now, actor, subject=None):
        owners = self.owners(cluster, subject)
        for owner in owners:
            if self.cycles[owner]["id"] == new_id:
                continue
            self.cycles[owner]["id"] = new_id
            for t in self.end_of(owner, now):
                if t["violation_key"] != OWN:
                    t.update(held=False, held_until=None)
                    self.resolve(t, now, "gone", actor)
            self.drop(owner, None)

    def forget(self, cluster, now, actor, subject=None, invariant=None):
        owners = self.owners(cluster, subject)
        if invariant and not any(self.knows(owner, invariant) for owner in owners):
            raise Refused("no such invariant")
        for owner in owners:
            for t in self.end_of(owner, now):
                if invariant in (None, t["invariant_name"]):
                    t.update(held=False, held_until=None)
                    self.resolve(t, now, "manual", actor)
            self.drop(owner, invariant)
            if not invariant:
                del self.cycles[owner]

    def owners(self, cluster, subject):
        found = sorted(o for o in self.cycles if o[1] == cluster and subject in (None, o[0]))
        if not found:
            raise Refused("no such cluster")
        return found

    def end_of(self, owner, now):
        return sorted(self.standing(owner), key=lambda t: t["id"])

    def knows(self, owner, invariant):
        return (
            owner + (invariant,) in self.checks
            or any(p[:2] == owner and r["invariant"] == invariant for p, r in self.pending.items())
            or any(t["invariant_name"] == invariant for t in self.standing(owner))
        )

    def drop(self, owner, invariant):
        """Forgets the pending, unknown and evaluated verdicts of one invariant, or of all."""
        for table in self.pending, self.unknown:
            for place, row in list(table.items()):
                if place[:2] == owner and invariant in (None, row["invariant"]):
                    del table[place]
        for place in list(self.checks):
            if place[:2] == owner and invariant in (None, place[2]):
                del self.checks[place]

    # commands; now is the clock's time

    def command(self, name, ids, now, actor, until=None, text=None):
        for i in ids:
            if not 1 <= i <= len(self.tickets):
                raise Refused("no such ticket")
            t = self.tickets[i - 1]
            if t["status"] == "resolved" and name != "diagnose":
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
                status = "resolved" if t["status"] == "resolved" else "diagnosed"
                t.update(status=status, diagnosis=text, updated_at=now)
                self.event(t, now, "diagnosed", actor, text)
            elif name == "resolve":
                t.update(held=False, held_until=None)
                self.resolve(t, now, "manual", actor)
            elif name == "hold":
                t.update(held=True, held_until=until, updated_at=now)
                self.event(t, now, "held", actor)
            elif name == "unhold":
                self.move(t, now, held=False, held_until=None)
                self.event(t, now, "unheld", actor)

    # helpers

    def move(self, t, at, **fields):
        if any(t[name] != value for name, value in fields.items()):
            t.update(fields, updated_at=at)

    def resolve(self, t, at, resolution, actor):
        t.update(status="resolved", resolved_at=at, resolution=resolution, updated_at=at, verdict=None)
        self.event(t, at, "resolved", actor, resolution)
        self.say("Resolved", t, f"{resolution} after {duration(at - t['first_seen_at'])}")

    def event(self, t, at, event, actor, note=None):
        self.events.append((t["id"], at, event, actor, note, t["muted"]))

    def why(self, t):
        """A ticket's verdict_since, reason and missing."""
        owner = (t["subject"], t["cluster"])
        if t["verdict"] == "unknown":
            row = self.unknown[owner + (t["violation_key"],)]
            return t["since"], row["reason"], row["missing"]
        if t["verdict"] == "not evaluated":
            row = self.checks.get(owner + (t["invariant_name"],), {})
            return t["since"], row.get("error") or None, None
        if t["verdict"] == "violated":
            return t["first_seen_at"], None, None
        return (t["since"] if t["verdict"] else None), None, None


def covers(mute, t):
    """Do the patterns of a mute match the ticket? A pattern for stores matches no ticket without one."""
    for pattern, text in (
        (mute["cluster"], t["cluster"]),
        (mute["invariant"], t["invariant_name"]),
        (mute["store"], t["store_id"]),
    ):
        if pattern is not None and (text is None or not fnmatch.fnmatchcase(text, pattern)):
            return False
    return True
