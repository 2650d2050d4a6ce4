# SPDX-License-Identifier: ISC
"""What the ledger promises, checked against the cycles themselves.

rules.py does step by step what ingest does. This file knows none of the steps:
for each event that ingest wrote, it checks that the cycles taken justify it.
Worlds whose clock is set back are left out, because there times do not order
the cycles.
"""

from rules import HOUR, LOST_AFTER, MIN, OWN, key_of, rfc3339

KNOWN = ("violated", "ok", "not listed")


class Claims:
    def __init__(self, gone_after=10 * MIN):
        self.gone_after = gone_after
        self.cycles = {}  # cluster -> the cycles taken, in order
        self.checked = 0  # events

    def take(self, c):
        self.cycles.setdefault(c["cluster"], []).append(c)

    def forgotten(self, cluster):
        """The cluster was forgotten: drops its cycles."""
        self.cycles.pop(cluster, None)

    def verdict(self, c, t):
        if t["invariant_name"] == OWN:
            return ("ok",) if c["cluster_id"] else ("not evaluated",)
        if c["checks"].get(t["invariant_name"], "absent") is not None:
            return ("not evaluated",)
        return c["verdicts"].get((t["invariant_name"], t["store_id"]), ("not listed",))

    def history(self, t, until):
        """(time, verdict, past a gap) of each cycle up to that time, the last one first."""
        cycles = self.cycles.get(t["cluster"], [])
        out = []
        evaluated = None
        for i, c in enumerate(cycles):
            distances = [b["at"] - a["at"] for a, b in zip(cycles[max(0, i - 2) : i], cycles[max(0, i - 2) + 1 : i + 1])]
            gap = max(10 * MIN, 3 * min(distances, default=0))
            verdict = self.verdict(c, t)
            out.append((c["at"], verdict, evaluated is None or c["at"] - evaluated > gap))
            if verdict[0] != "not evaluated":
                evaluated = c["at"]
        return [h for h in reversed(out) if h[0] <= until]

    def lasted(self, t, at, what, wait):
        """Was `what` the only verdict for at least `wait` ms up to `at`, without a gap?"""
        for when, verdict, past in self.history(t, at):
            if verdict[0] == "not evaluated":
                continue
            if verdict[0] != what and (what, verdict[0]) != ("ok", "not listed"):
                return False
            if (verdict[0] == what or past) and at - when >= wait - min(1000, wait // 10):
                return True
            if past:
                return False
        return False

    def resolved(self, t, at, note):
        what = {"cleared": "ok", "gone": "not listed"}[note]
        history = self.history(t, at)
        if not history or history[0][0] != at or history[0][1][0] != what:
            return f"{note}, but the verdict was {history[:1]}"
        wait = self.gone_after if note == "gone" else round(t["flap_window_s"] * 1000) if t["flapping"] else 0
        return None if self.lasted(t, at, what, wait) else f"{note} before it lasted {wait} ms"

    def created(self, t, at, note):
        if t["invariant_name"] == OWN:
            return None
        history = self.history(t, at)
        if not history or history[0][0] != at or history[0][1][0] != "violated":
            return f"created, but the verdict was {history[:1]}"
        grace = round(history[0][1][1]["grace_s"] * 1000)
        if at - t["first"] < grace - min(1000, grace // 10):
            return "created within its grace"
        within = [h for h in history if h[0] >= t["first"]]
        if within[-1][0] != t["first"] or within[-1][1][0] != "violated":
            return "first seen when it was not violated"
        if any(h[1][0] in ("ok", "not listed") for h in within) or any(h[2] for h in within[:-1] if h[1][0] in KNOWN):
            return "not violated all the time since first seen"
        return None

    def evidence_lost(self, t, at, note):
        if t["invariant_name"] == OWN:
            return None
        without = []
        for when, verdict, _ in self.history(t, at):
            if verdict[0] in KNOWN:
                break
            without.append(when)
        if not without or at - without[-1] < LOST_AFTER:
            return "evidence_lost, but there was evidence"
        since = rfc3339(without[-1])
        return None if f" since {since}" in note else f"evidence was lost since {since}: {note}"

    def evidence_back(self, t, at, note):
        if t["events"].count("evidence_lost") != t["events"].count("evidence_back") + 1:
            return "evidence_back, but it was not lost"
        if t["invariant_name"] == OWN:
            return None
        return None if self.history(t, at)[0][1][0] == note else "evidence_back without evidence"

    def check(self, tickets, events):
        """tickets: those of the model, whose state is not used; events: rows of the ledger."""
        wrong = []
        stories = {}
        for n, (i, at, event, actor, note, _) in enumerate(events):
            t = tickets[i - 1]
            t = stories.setdefault(i, dict(t, events=[], first=t["first_seen_at"]))
            if n >= self.checked and actor == "op" and hasattr(self, event):
                why = getattr(self, event)(t, at, note)
                if why:
                    wrong.append(f"ticket {i} ({t['cluster']} {key_of(t['invariant_name'], t['store_id'])}) at {rfc3339(at)}: {why}")
            wrong += [f"ticket {i}: {event} follows {t['events'][-1:]}"] if not follows(t["events"], event) else []
            t["events"].append(event)
        self.checked = len(events)
        return wrong


def follows(before, event):
    """May the event follow those before it?"""
    if not before or event == "created":
        return not before and event == "created"
    if "resolved" in before:
        return event in ("diagnosed", "noted")
    if event in ("muted", "unmuted"):
        return ([e for e in before if e in ("muted", "unmuted")] or ["unmuted" if event == "muted" else "muted"])[-1] != event
    return True


def incidents(tickets, events):
    """A ticket must join the batch of an open critical ticket of its store that began within the last hour."""
    place = {(i, event): n for n, (i, _, event, *_) in enumerate(events) if event in ("created", "resolved")}
    wrong = []
    for t in tickets:
        born = place[(t["id"], "created")]
        for other in tickets:
            if (
                other["id"] < t["id"]
                and other["cluster"] == t["cluster"]
                and other["store_id"] == t["store_id"] is not None
                and other["born_critical"]
                and place.get((other["id"], "resolved"), born) >= born
                and t["created_at"] - other["batch"] <= HOUR
                and t["batch"] > other["batch"]
            ):
                wrong.append(f"ticket {t['id']} began a batch of its own beside {other['id']}")
    return wrong
