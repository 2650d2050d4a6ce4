#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""op-scrape.py: what a scrape costs, against servers that answer from memory.

Every answer is delayed by 20 ms, as by a network. A naive scraper asks
Prometheus once for each store and column, one request after the other; how
long that takes is estimated from a sample of such requests.
"""

import json
import os
import subprocess
import sys
import time

B = os.environ.get("B", "build")
PROGRAM = os.path.join(B, "op-scrape")
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.py")
DELAY = 0.020


def start(stores, delay):
    server = subprocess.Popen([sys.executable, SERVER, str(stores), str(delay)], stdout=subprocess.PIPE, text=True)
    return server, server.stdout.readline().strip()


def measure(stores, delay, runs=9):
    """Median seconds, least CPU seconds, greatest RSS in KiB."""
    server, url = start(stores, delay)
    seconds, cpu, rss = [], [], []
    try:
        for _ in range(runs):
            begin = time.monotonic()
            child = subprocess.Popen([PROGRAM, "--pd", url, "--prometheus", url, "--parallel", "128"], stdout=subprocess.PIPE)
            measured = child.stdout.read().count(b'"qps":')
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds.append(time.monotonic() - begin)
            cpu.append(usage.ru_utime + usage.ru_stime)
            rss.append(usage.ru_maxrss)
            if child.returncode or measured != stores:
                sys.exit(f"op-scrape: status {child.returncode}, {measured} stores with values of Prometheus")
    finally:
        server.kill()
        server.wait()
    return sorted(seconds)[runs // 2], min(cpu), max(rss)


def one_after_the_other(stores, columns, sample=40):
    """Seconds that a query for each store and column would take."""
    import urllib.request  # here, as a child's peak RSS starts with this process's

    server, url = start(stores, DELAY)
    begin = time.monotonic()
    for _ in range(sample):
        with urllib.request.urlopen(url + "/api/v1/query?query=one") as answer:
            answer.read(100)
    each = (time.monotonic() - begin) / sample
    server.kill()
    server.wait()
    return each * stores * columns


def columns():
    listed = subprocess.run([PROGRAM, "--list"], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in listed]


def main():
    count = len(columns())
    store_columns = sum(c["kind"] == "store" for c in columns())
    print(f"one scrape: {count} columns, {store_columns} of them of stores; 20 ms added to every answer, --parallel 128")
    took = {}
    figures = {stores: measure(stores, DELAY) for stores in (3, 10, 100, 1000)}
    for stores, (took[stores], cpu, rss) in figures.items():
        naive = one_after_the_other(min(stores, 100), store_columns) * stores / min(stores, 100)
        print(
            f"{stores:5} stores: {took[stores] * 1000:6.1f} ms, CPU {cpu * 1000:5.1f} ms, RSS {rss / 1024:5.1f} MiB; "
            f"a query per store and column, one after the other: {naive:8.1f} s, {naive / took[stores]:7.0f} times as long"
        )
    print(f"1,000 stores take {took[1000] / took[3]:.2f} times as long as 3 (at most 1.5)")
    slow, fast = measure(3, 0.2, 3)[0], measure(3, 0.0, 3)[0]
    print(f"round trips in a row: {(slow - fast) / 0.2:.2f} (at most 4, connecting included)")


if __name__ == "__main__":
    main()
