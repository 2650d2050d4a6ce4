#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""imported.py URL CONFIG FROM TO STEP: makes a history from what targets expose now.

Reads the targets of a prometheus.yml as the simulator writes it, and imports
into VictoriaMetrics a sample of each of their series every STEP seconds.
The processes started shortly before the first sample. Counters and the buckets of
histograms grow by one percent of their value.
"""

import re
import sys
import urllib.request


def targets(name):
    job = ""
    with open(name, encoding="utf-8") as file:
        for line in file:
            found = re.search(r"job_name: *(\S+)", line)
            job = found.group(1) if found else job
            for target in re.findall(r"'([0-9.]+:[0-9]+)'", line):
                yield job, target


def samples(job, target, first):
    """Each series of the target: its text up to the value, the value, and whether it grows."""
    with urllib.request.urlopen(f"http://{target}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    labels = f'job="{job}",instance="{target}",tidb_cluster="sim"'
    yield f"up{{{labels}}}", 1.0, False
    for name, own, value in re.findall(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$", text, re.M):
        if name == "process_start_time_seconds":
            value = first - 10
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        grows = kinds.get(name) == "counter" or (kinds.get(name) is None and kinds.get(base) == "histogram")
        yield f"{name}{{{own + ',' if own else ''}{labels}}}", float(value), grows


def main():
    url, config, first, last, step = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
    for job, target in targets(config):
        lines = []
        for text, value, grows in samples(job, target, first):
            t = first
            while t <= last:
                now = value * (1 + (t - first) / step / 100) if grows else value
                lines.append(f"{text} {now!r} {int(t * 1000)}\n")
                t += step
        request = urllib.request.Request(url + "/api/v1/import/prometheus", "".join(lines).encode())
        urllib.request.urlopen(request, timeout=60).close()
    urllib.request.urlopen(url + "/internal/force_flush", timeout=60).close()


if __name__ == "__main__":
    sys.exit(main())
