#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""compare.py LIVE HISTORY SLACK STEADY: compares op-check's verdict streams of the same minutes.

A contradiction is a verdict that one stream has had for STEADY seconds before
and after, while the other one has the opposite in every cycle within SLACK
seconds before and after, and has cycles on both sides. Verdicts nearer to an end
of the other stream are not compared. Prints what was compared and each
contradiction; exits 1 if there is one.
"""

import bisect
import collections
import datetime
import json
import sys


def read(name):
    """{(invariant, store): [(seconds, verdict)]}: True for a violation, None for unknown; and the ends of the stream."""
    out, at, ends = collections.defaultdict(list), 0.0, []
    with open(name, encoding="utf-8") as file:
        for line in file:
            r = json.loads(line)
            if r["kind"] == "begin":
                at = datetime.datetime.fromisoformat(r["at"].replace("Z", "+00:00")).timestamp()
                ends = ends[:1] + [at]
            elif r["kind"] == "violation":
                out[r["invariant_name"], r.get("store_id")].append((at, True))
            elif r["kind"] in ("ok", "unknown"):
                for store in r["store_ids"]:
                    out[r["invariant_name"], store].append((at, False if r["kind"] == "ok" else None))
    return out, ends


def around(verdicts, times, t, seconds):
    return verdicts[bisect.bisect_left(times, t - seconds):bisect.bisect_right(times, t + seconds)]


def near_sides(times, t, seconds):
    """Are there cycles both before and after t? Next to a gap, the only cycle may already show the next fault."""
    at = bisect.bisect_left(times, t)
    after = at < len(times) and times[at] <= t + seconds
    before = at > 0 and times[at - 1] >= t - seconds or (after and times[at] == t)
    return before and after


def contradictions(ones, others, ends, slack, steady):
    known = 0
    for key, verdicts in ones.items():
        other = others.get(key, [])
        times, other_times = [at for at, _ in verdicts], [at for at, _ in other]
        for t, verdict in verdicts:
            if t - slack < ends[0] or t + slack > ends[-1]:
                continue
            if verdict is None or any(v is not verdict for _, v in around(verdicts, times, t, steady)):
                continue
            near = around(other, other_times, t, slack)
            sides = near and near_sides(other_times, t, slack)
            known += bool(sides)
            if sides and all(v is (not verdict) for _, v in near):
                yield key, t, verdict
    print(f"compared {known}")
    if not known:
        sys.exit("nothing was compared")


def main():
    live, history = map(read, sys.argv[1:3])
    slack, steady = map(float, sys.argv[3:])
    found = 0
    for name, one, other in (("live", live, history), ("history", history, live)):
        for (invariant, store), t, verdict in contradictions(one[0], *other, slack, steady):
            when = datetime.datetime.fromtimestamp(t, datetime.timezone.utc)
            print(f"{when:%H:%M:%S} {invariant} {store}: {name} {'violated' if verdict else 'ok'}, the other the opposite")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
