#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""server.py [OPTION...]: answers the queries of op-scrape --from, as Prometheus.

A healthy cluster of --stores stores and a PD leader, at every point of every
range: each column of a store has a value for each instance. Prints its URL,
then serves until it is killed.

  --list FILE     the output of op-scrape --list: the columns and their kinds
  --log FILE      a line for each request, its path and query decoded
  --peak FILE     the highest number of simultaneous requests, and of connections
  --fault JSON    may be repeated: {"query": SUBSTRING, ...}, and some of
                    "status", "body", "headers": this answer instead
                    "raw": sent instead of a body's result; %FIRST% is the first point
                    "die": true: the server exits
                    "bytes": N: the answer is padded to N bytes
                    "cut": N: the connection ends after N bytes of a body of unknown length
                    "wait": SECONDS: the answer is that much later
                  "above": N: only if more than N points are requested
                  "after": N: not for the first N matching requests
                  "times": N: N times at most
  --begins EPOCH  there are no samples before that
  --gap FROM,TO   Prometheus did not scrape then: its samples are old
"""

import argparse
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

LEADER = "pd-1:2379"


def instances(count):
    return [f"127.0.{1 + i // 250}.{1 + i % 250}:20180" for i in range(count)]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options):
        super().__init__(("127.0.0.1", 0), Handler)
        self.options = options
        self.lock = threading.Lock()
        self.faults = [dict(json.loads(f), seen=0) for f in options.fault]
        self.running = self.peak = self.connections = self.most = 0
        self.targets = instances(options.stores)
        self.kinds = {}
        if options.list:
            with open(options.list, encoding="utf-8") as file:
                self.kinds = {c["promql"]: (c["kind"], c["column"]) for c in map(json.loads, file)}

    def handle_error(self, request, client_address):
        pass

    def count(self, running=0, connections=0):
        with self.lock:
            self.running += running
            self.connections += connections
            self.peak = max(self.peak, self.running)
            self.most = max(self.most, self.connections)
            if self.options.peak:
                # a reader finds the old file or the new one, both complete
                with open(self.options.peak + ".new", "w", encoding="utf-8") as file:
                    print(self.peak, self.most, file=file)
                os.replace(self.options.peak + ".new", self.options.peak)

    def fault(self, query, points):
        with self.lock:
            for fault in self.faults:
                if fault["query"] not in query or points <= fault.get("above", 0):
                    continue
                fault["seen"] += 1
                if fault.get("after", 0) < fault["seen"] <= fault.get("after", 0) + fault.get("times", 1 << 60):
                    return fault
        return None

    def series(self, query):
        """The label sets of a query's answer, and the value that all of them have."""
        kind, column = self.kinds.get(query, ("", ""))
        if kind:
            rows = {"store": [{"instance": target} for target in self.targets], "member": [{"instance": LEADER}]}
            return rows.get(kind, [{}]), "1" if column in ("scraped", "source_count") else "1.2345678901234567"
        stores = [{"store": str(i + 1), "address": f"127.0.{1 + i // 250}.{1 + i % 250}:20160"}
                  for i in range(self.options.stores)]
        if "pd_cluster_metadata" in query:
            return [{"type": "cluster7710777022083568585"}], "1"
        if query.startswith("300 / max(count_over_time"):
            return [{}], "15"
        if "present_over_time" in query:
            return ([] if self.options.begins else [{}]), "1"
        if query.startswith("max by (instance) (service_member_role"):
            return [{"instance": LEADER}], "1"
        if query.startswith("min(min_over_time(service_member_role"):
            return [{}], "1"
        if "pd_scheduler_store_status" in query:
            return stores, "536870912000" if "capacity" in query else "30"
        if "heartbeat_duration" in query:
            return stores, "3"
        if query.startswith("max by (type) (sum by (type, instance, job) (pd_cluster_status"):
            return [{"type": "store_up_count"}], str(self.options.stores)
        if "etcd_server_id" in query:
            return [{"instance": LEADER, "server_id": "2a"}], "1"
        if "pd_cluster_health_status" in query:
            return [{"name": "pd1"}], "1"
        if "tikv_server_info" in query or "tikv_raftstore_slow_score" in query or "job=~\".*tikv" in query:
            return [{"instance": target, "version": "8.5.3"} for target in self.targets], "1"
        return [], "0"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes, and the second would wait 40 ms

    def setup(self):
        super().setup()
        self.server.count(connections=1)

    def finish(self):
        self.server.count(connections=-1)
        super().finish()

    def do_GET(self):
        self.server.count(running=1)
        try:
            self.answer()
        finally:
            self.server.count(running=-1)

    def send(self, status, body, headers=None, cut=None):
        body = body.encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if cut is None:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body[:cut])

    def answer(self):
        path, _, text = self.path.partition("?")
        given = dict(urllib.parse.parse_qsl(text))
        query = given.get("query", "")
        if self.server.options.log:
            with self.server.lock, open(self.server.options.log, "a", encoding="utf-8") as log:
                print(path, given.get("start", "-"), given.get("end", "-"), query, file=log)
        if path == "/api/v1/query":
            points = 1
            self.times = []
        else:
            first, last, step = (float(given[k]) for k in ("start", "end", "step"))
            points = int((last - first + 0.001) // step) + 1
            self.times = [first + i * step for i in range(points)]
        fault = self.server.fault(query, points)
        if fault and fault.get("die"):
            os._exit(0)
        time.sleep((fault or {}).get("wait", 0))
        if fault and "status" in fault:
            self.send(fault["status"], fault.get("body", "{}"), fault.get("headers"))
        elif path == "/api/v1/query":
            self.send(200, '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[0,"1"]}]}}')
        elif fault and "raw" in fault:
            self.send(200, fault["raw"].replace("%FIRST%", f"{first:.0f}").replace("%NEXT%", f"{first + step:.0f}"))
        else:
            self.send(200, self.matrix(query) + " " * (fault or {}).get("bytes", 0), cut=(fault or {}).get("cut"))

    def matrix(self, query):
        options = self.server.options
        labels, value = self.server.series(query)
        pairs = []
        for t in self.times:
            if options.begins and t < options.begins:
                continue
            v = value
            if query.startswith("time() - max(timestamp"):
                labels, v = [{}], "3"
                if options.gap and options.gap[0] <= t < options.gap[1]:
                    v = f"{t - options.gap[0] + 60:.0f}"
            pairs.append(f'[{t:.13g},"{v}"]')
        values = ",".join(pairs)
        rows = [f'{{"metric":{json.dumps(one)},"values":[{values}]}}' for one in labels] if pairs else []
        return '{"status":"success","data":{"resultType":"matrix","result":[' + ",".join(rows) + "]}}"

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=3)
    parser.add_argument("--list")
    parser.add_argument("--log")
    parser.add_argument("--peak")
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--begins", type=float)
    parser.add_argument("--gap", type=lambda text: [float(t) for t in text.split(",")])
    server = Server(parser.parse_args())
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
