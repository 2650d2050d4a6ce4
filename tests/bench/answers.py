#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""answers.py STORES DELAY: answers as PD and Prometheus of a cluster with STORES stores, for benchmarks.

Answers come from memory, each DELAY seconds after its request. A query that
$B/op-scrape --list shows for the kind cluster gets one series, any other query
one for each store. Prints its URL.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.parse


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
        {"metric": {"instance": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}:20180"}, "value": [time.time(), f"{n * 1.37:.14g}"]}
        for n in range(1, stores + 1)
    ]
    if not one_per_store:
        result = [{"metric": {}, "value": [time.time(), "3"]}]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}, separators=(",", ":"))


def answers(stores, cluster_queries):
    """Whole answers by path and by query, and the one for all other queries."""
    member = {"name": "pd1", "member_id": 1, "client_urls": ["http://127.0.0.1:2379"], "binary_version": "v8.5.3"}
    paths = {
        "/pd/api/v1/stores": json.dumps({"count": stores, "stores": [store(n) for n in range(1, stores + 1)]}, indent=2),
        "/pd/api/v1/members": json.dumps({"header": {"cluster_id": 7}, "members": [member], "leader": member}),
        "/pd/api/v1/health": json.dumps([{"name": "pd1", "member_id": 1, "health": True}]),
    }
    many = encode(vector(stores, True))
    return (
        {path: encode(body) for path, body in paths.items()},
        {urllib.parse.quote(q, safe="-._~"): encode(vector(stores, False)) for q in cluster_queries},
        many,
    )


def encode(body):
    body = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026 00:00:00 GMT\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Server(asyncio.Protocol):
    """One connection. A request is short, so it arrives in one piece."""

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


def cluster_queries():
    program = os.path.join(os.environ.get("B", "build"), "op-scrape")
    lines = subprocess.run([program, "--list"], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    return [c["promql"] for c in map(json.loads, lines) if c["kind"] == "cluster"]


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), cluster_queries()))
