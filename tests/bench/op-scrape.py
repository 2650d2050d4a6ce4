#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""op-scrape.py: what a scrape costs, against servers that answer from memory.

Every answer is delayed by 20 ms, as by a network. A naive scraper asks
Prometheus once for each store and column, one request after the other; how
long that takes is worked out of a sample of such requests.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request

B = os.environ.get("B", "build")
PROGRAM = os.path.join(B, "op-scrape")
DELAY = 0.020


def store(number):
    host = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    return {
        "store": {
            "id": number,
            "address": f"{host}:20160",
            "labels": [{"key": "zone", "value": f"z{number % 3}"}, {"key": "host", "value": f"h{number}"}],
            "version": "8.5.3",
            "peer_address": f"{host}:20160",
            "status_address": f"{host}:20180",
            "git_hash": "1f2c3b4a5d6e7f8091a2b3c4d5e6f708192a3b4c",
            "start_timestamp": 1795305196,
            "deploy_path": "/tidb-deploy/tikv-20160/bin",
            "last_heartbeat": 1795305236255557085,
            "node_state": 1,
            "state_name": "Up",
        },
        "status": {
            "capacity": "500GiB",
            "available": "452.9GiB",
            "used_size": "15.67GiB",
            "leader_count": 10,
            "leader_weight": 1,
            "leader_score": 10,
            "leader_size": 726,
            "region_count": 30,
            "region_weight": 1,
            "region_score": 3641.432413171748,
            "region_size": 2268,
            "slow_score": 1,
            "slow_trend": {"cause_value": 200, "cause_rate": 0, "result_value": 950, "result_rate": 0},
            "start_ts": "2026-11-21T23:53:16Z",
            "last_heartbeat_ts": "2026-11-21T23:53:56.255557085Z",
            "uptime": "40.255557085s",
        },
    }


def vector(stores, one_per_store):
    result = [
        {"metric": {"instance": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}:20180"}, "value": [1795306100.238, f"{n * 1.37:.14g}"]}
        for n in range(1, stores + 1)
    ]
    if not one_per_store:
        result = [{"metric": {}, "value": [1795306100.238, "3"]}]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}, separators=(",", ":"))


def answers(stores, cluster_queries):
    """Bodies by path, and by query."""
    member = {"name": "pd1", "member_id": 1, "client_urls": ["http://127.0.0.1:2379"], "binary_version": "v8.5.3"}
    paths = {
        "/pd/api/v1/stores": json.dumps({"count": stores, "stores": [store(n) for n in range(1, stores + 1)]}, indent=2),
        "/pd/api/v1/members": json.dumps({"header": {"cluster_id": 7}, "members": [member], "leader": member}),
        "/pd/api/v1/health": json.dumps([{"name": "pd1", "member_id": 1, "health": True}]),
    }
    many = encode(vector(stores, True))
    return (
        {path: encode(body) for path, body in paths.items()},
        {urllib.request.quote(q, safe="-._~"): encode(vector(stores, False)) for q in cluster_queries},
        many,
    )


def encode(body):
    body = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026 00:00:00 GMT\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Server(asyncio.Protocol):
    """One connection; requests come whole, as they are short."""

    paths, queries, many, delay = {}, {}, b"", 0.0

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        path = data.split(b" ", 2)[1].decode()
        name, _, query = path.partition("?")
        found = self.paths.get(name) or self.queries.get(query.rpartition("query=")[2])
        asyncio.get_running_loop().call_later(self.delay, self.transport.write, found or (self.many if "query" in name else encode("{}")))


async def serve(stores, delay, cluster_queries):
    Server.paths, Server.queries, Server.many = answers(stores, cluster_queries)
    Server.delay = delay
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=512)
    print("http://127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def start(stores, delay):
    server = subprocess.Popen([sys.executable, __file__, "serve", str(stores), str(delay)], stdout=subprocess.PIPE, text=True)
    return server, server.stdout.readline().strip()


def measure(stores, delay, runs=9):
    """Median seconds, least CPU seconds, greatest RSS in KiB."""
    server, url = start(stores, delay)
    seconds, cpu, rss = [], [], []
    try:
        for _ in range(runs):
            begin = time.monotonic()
            child = subprocess.Popen([PROGRAM, "--pd", url, "--prometheus", url], stdout=subprocess.PIPE)
            lines = child.stdout.read().count(b"\n")
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds.append(time.monotonic() - begin)
            cpu.append(usage.ru_utime + usage.ru_stime)
            rss.append(usage.ru_maxrss)
            if child.returncode or lines < stores + 4:
                sys.exit(f"op-scrape: status {child.returncode}, {lines} lines")
    finally:
        server.kill()
        server.wait()
    return sorted(seconds)[runs // 2], min(cpu), max(rss)


def one_after_the_other(stores, columns, sample=40):
    """Seconds that a query for each store and column would take."""
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
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2]), float(sys.argv[3]), [c["promql"] for c in columns() if c["kind"] == "cluster"]))
        return
    count = len(columns())
    store_columns = sum(c["kind"] == "store" for c in columns())
    print(f"one scrape: {count} columns, {store_columns} of them of stores; 20 ms added to every answer")
    took = {}
    for stores in (3, 10, 100, 1000):
        took[stores], cpu, rss = measure(stores, DELAY)
        naive = one_after_the_other(min(stores, 100), store_columns) * stores / min(stores, 100)
        print(
            f"{stores:5} stores: {took[stores] * 1000:6.1f} ms, CPU {cpu * 1000:5.1f} ms, RSS {rss / 1024:5.1f} MiB; "
            f"a query per store and column, one after the other: {naive:8.1f} s, {naive / took[stores]:7.0f} times as long"
        )
    print(f"1,000 stores to 3: {took[1000] / took[3]:.2f} times as long (at most 1.5)")
    slow, fast = measure(3, 0.2, 3)[0], measure(3, 0.0, 3)[0]
    print(f"round trips of answers: {(slow - fast) / 0.2:.2f} (at most 4, with the one of connecting)")


if __name__ == "__main__":
    main()
