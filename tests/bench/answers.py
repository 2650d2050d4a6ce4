#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""answers.py STORES DELAY: answers as PD and Prometheus of a cluster with STORES stores, for benchmarks.

Answers come from memory, each DELAY seconds after its request. A query that
$B/op-scrape --list shows for the kind store gets a series for each store, one
for the kind member a series, and one for the cluster a series without labels.
Prints its URL.
"""

import asyncio
import json
import os
import subprocess
import sys
import urllib.parse

DATE, SECONDS = "Sun, 22 Nov 2026 00:00:00 GMT", 1795305600.238  # samples are as old as their answers


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


def vector(metrics_and_values):
    result = [{"metric": metric, "value": [SECONDS, value]} for metric, value in metrics_and_values]
    return encode(json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}, separators=(",", ":")))


def vector_of(column, stores):
    if column["kind"] == "cluster":
        return [({}, "3")]
    if column["kind"] == "member":
        return [({"instance": "127.0.0.1:2379"}, "1")]
    whole = column["column"] in ("source_count", "seen_before", "scraped")
    instances = (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}:20180" for n in range(1, stores + 1))
    return [({"instance": instance}, "1" if whole else f"{n * 1.37:.14g}") for n, instance in enumerate(instances, 1)]


def answers(stores, columns):
    """Whole answers by path, and by query."""
    member = {"name": "pd1", "member_id": 1, "client_urls": ["http://127.0.0.1:2379"], "binary_version": "v8.5.3"}
    paths = {
        "/pd/api/v1/stores": json.dumps({"count": stores, "stores": [store(n) for n in range(1, stores + 1)]}, indent=2),
        "/pd/api/v1/members": json.dumps({"header": {"cluster_id": 7}, "members": [member], "leader": member}),
        "/pd/api/v1/health": json.dumps([{"name": "pd1", "member_id": 1, "health": True}]),
    }
    return (
        {path: encode(body) for path, body in paths.items()},
        {urllib.parse.quote(c["promql"], safe="-._~"): vector(vector_of(c, stores)) for c in columns},
    )


def encode(body):
    body = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: {DATE}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Server(asyncio.Protocol):
    """One connection. A request is short, so it arrives in one piece."""

    paths, queries, delay = {}, {}, 0.0
    nothing = vector([])

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        path = data.split(b" ", 2)[1].decode()
        name, _, query = path.partition("?")
        answer = self.paths.get(name) or self.queries.get(query.rpartition("query=")[2], self.nothing)
        asyncio.get_running_loop().call_later(self.delay, self.transport.write, answer)


async def serve(stores, delay):
    Server.paths, Server.queries = answers(stores, list_columns())
    Server.delay = delay
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=512)
    print("http://127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def list_columns():
    program = os.path.join(os.environ.get("B", "build"), "op-scrape")
    lines = subprocess.run([program, "--list"], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
