#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""op beside the official alert rules, on the same faults.

differential.py [WORLD...]: for each world a simulated cluster, a blackbox
exporter and a Prometheus with official.yml watch beside op. Prints TAP: for each
official alert that fired, when it did and when op had a ticket, in seconds after
the fault. op's ticket may be one cycle later than the alert; on a machine on which
cycles are late or time out, it must come with the next cycle that did not. op must
have no ticket for what is not wrong. Needs B, the build folder.

The worlds run side by side, in real time: about three minutes in all.
"""
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
B = os.path.abspath(os.environ.get("B", os.path.join(HERE, "../../build")))
CYCLE_S = 5
WARM_S = 30
WATCH_S = 120

# official alert: the invariants about the same fault
SAME = {
    "TiKV_server_is_down": {"store_down", "store_stale"},
    "PD_server_is_down": {"member_down", "source_down", "no_leader"},
    "PD_cluster_lost_connect_store_nums": {"store_down"},
    "PD_cluster_unhealthy_store_nums": {"store_down"},
    "PD_cluster_down_store_nums": {"store_down"},
    "PD_cluster_low_space": {"low_disk_space", "cluster_low_space"},
    "PD_cluster_store_space_used_more_than_80": {"cluster_low_space", "low_disk_space"},
    "PD_cluster_slow_tikv_nums": {"store_slow"},
    "PD_down_peer_region_nums": {"down_peer_regions"},
    "PD_pending_peer_region_count": {"pending_peer_regions"},
    "PD_leader_change": {"leader_changes"},
    "PD_node_restart": {"member_restarted"},
    "TiKV_critical_error": {"critical_error"},
    "TiKV_node_restart": {"store_restarted"},
    "TiKV_low_space": {"low_disk_space"},
    "TiKV_server_report_failure_msg_total": {"store_unreachable"},
    "TiKV_channel_full_total": {"channel_full"},
}
DEAD = {"store_down", "down_peer_regions", "store_unreachable", "pending_peer_regions"}

# world: the fault, as (seconds after its beginning, command), and what is wrong then.
# The invariants in `must` have a ticket even if no official alert fires; only those in `may` may have one.
WORLDS = {
    "healthy": {"fault": [], "must": set(), "may": set()},
    "store killed": {"fault": [(0, "kill 2")], "must": {"store_down"}, "may": DEAD},
    "dead while draining": {
        "fault": [(0, "offline 2"), (10, "kill 2")],
        "must": {"store_down"}, "may": DEAD | {"store_offline"}},
    "dead around a PD outage": {
        "fault": [(0, "pd all kill"), (5, "kill 2"), (25, "pd all start")],
        "must": {"store_down"},
        "may": DEAD | {"store_stale", "source_down", "member_restarted", "leader_changes",
                       "no_leader", "member_down"}},
    "dead around a change of leader": {
        "fault": [(0, "kill 2"), (2, "leader 1")],
        "must": {"store_down"}, "may": DEAD | {"store_stale", "leader_changes"}},
    "deleted while dead": {
        "fault": [(0, "kill 2"), (40, "offline 2")],
        "must": {"store_down"}, "may": DEAD | {"store_offline"}},
    "PD leader dead for 120 s": {
        "fault": [(0, "pd leader kill")],
        "must": {"member_down"}, "may": {"member_down", "leader_changes", "no_leader", "store_stale"}},
    "all PD restarted": {
        "fault": [(0, "pd all kill"), (15, "pd all start")],
        "must": {"member_restarted"},
        "may": {"member_restarted", "leader_changes", "no_leader", "source_down", "store_stale"}},
    "disks at 75, 82 and 92 %": {
        "fault": [(0, "disk 1 75"), (0, "disk 2 82"), (0, "disk 3 92")],
        "must": {"low_disk_space"}, "may": {"low_disk_space", "cluster_low_space"}},
    "store restarted": {
        "fault": [(0, "kill 2"), (8, "revive 2")],
        "must": {"store_restarted"}, "may": {"store_restarted", "store_unreachable"}},
    "replaced at the same address": {
        "fault": [(0, "kill 2"), (30, "replace 2")],
        "must": {"store_down", "store_restarted"}, "may": DEAD | {"store_offline", "store_restarted"}},
    "Prometheus down": {
        "fault": [(0, "PROMETHEUS stop"), (80, "PROMETHEUS start")],
        "must": {"source_down"}, "may": {"source_down"}},
}


def get(url, data=None):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, data=data), timeout=20) as answer:
        return answer.read().decode()


def until(seconds, what, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        time.sleep(0.1)
    raise RuntimeError("waited in vain for " + what)


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class World:
    def __init__(self, name, folder):
        self.name = name
        self.what = WORLDS[name]
        self.folder = folder
        self.started = []
        self.problems = []
        self.seen = []  # the starts of the cycles in which no source timed out

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *command, log):
        with open(self.path(log), "ab") as out:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                     env={**os.environ, "NO_PROXY": "*"})
        self.started.append(child)
        return child

    def end(self, child):
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        self.started.remove(child)

    def close(self):
        for child in reversed(list(self.started)):
            self.end(child)

    def open(self):
        self.start(B + "/sim/op-sim", "--with-parent", "--ready", self.path("sim.json"),
                   "--prometheus-config", self.path("sim.yml"), "--scrape-interval", "2s",
                   log="sim.log")
        until(60, "the simulator", lambda: os.path.exists(self.path("sim.json")))
        with open(self.path("sim.json")) as f:
            self.sim = json.load(f)
        self.blackbox_port, self.prometheus_port = free_port(), free_port()
        with open(self.path("blackbox.yml"), "w") as f:
            f.write("modules: {tcp: {prober: tcp, timeout: 2s}}\n")
        self.start("prometheus-blackbox-exporter", "--config.file=" + self.path("blackbox.yml"),
                   "--web.listen-address=127.0.0.1:%d" % self.blackbox_port, log="blackbox.log")
        self.configure()
        self.start_prometheus()
        self.prometheus = "http://127.0.0.1:%d" % self.prometheus_port
        until(90, "targets that are up", lambda: self.value("count(up == 1)") == self.targets)

    def configure(self):
        with open(self.path("sim.yml")) as f:
            config = f.read()
        tikv = ["127.0.1.%d:%d" % (i + 1, self.sim["status_port"])
                for i in range(self.sim["stores"])]
        pd = [url.removeprefix("http://") for url in self.sim["pd"]]
        self.targets = 2 * (len(tikv) + len(pd))
        config = config.replace("global:\n", "global:\n  evaluation_interval: 1s\n", 1)
        config = config.replace("scrape_configs:", "rule_files: ['%s/official.yml']\nscrape_configs:" % HERE, 1)
        for group, targets in (("tikv", tikv), ("pd", pd)):
            config += """  - job_name: blackbox_%s
    metrics_path: /probe
    params: {module: [tcp]}
    static_configs: [{targets: %s, labels: {group: %s}}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: '127.0.0.1:%d'}
""" % (group, json.dumps(targets), group, self.blackbox_port)
        with open(self.path("prometheus.yml"), "w") as f:
            f.write(config)

    def start_prometheus(self):
        self.server = self.start(
            "prometheus", "--config.file=" + self.path("prometheus.yml"),
            "--storage.tsdb.path=" + self.path("tsdb"),
            "--web.listen-address=127.0.0.1:%d" % self.prometheus_port, log="prometheus.log")

    def ask(self, api, **parameters):
        url = "%s/api/v1/%s?%s" % (self.prometheus, api, urllib.parse.urlencode(parameters))
        return json.loads(get(url))["data"]["result"]

    def value(self, query):
        result = self.ask("query", query=query)
        return float(result[0]["value"][1]) if result else None

    def command(self, text):
        if text == "PROMETHEUS stop":
            self.end(self.server)
        elif text == "PROMETHEUS start":
            self.start_prometheus()
        else:
            if text == "pd leader kill":
                leader = json.loads(get(self.pd_url() + "/pd/api/v1/members"))["leader"]["name"]
                text = "pd %s kill" % leader.removeprefix("pd")
            said = get(self.sim["control"], text.encode()).strip()
            if said != "ok":
                raise RuntimeError("%s: %s" % (text, said))

    def pd_url(self):
        return self.sim["pd"][0]

    def op(self, *command, **more):
        return subprocess.run(command, capture_output=True, text=True, timeout=60, **more)

    def cycle(self):
        environment = {**os.environ, "PD_ENDPOINT": ",".join(self.sim["pd"]),
                       "PROMETHEUS_URL": self.prometheus, "OP_DB": self.path("tickets.db"),
                       "PATH": B + ":" + os.environ["PATH"]}
        for name in ("OP_CLUSTER", "OP_SUBJECT", "OP_SUBJECTS", "OP_MATCH", "OP_SHARE", "OP_WINDOW"):
            environment.pop(name, None)
        began = time.time()
        run = self.op("sh", "-c", 'op-scrape --timeout 4s 2>"$0" | op-check | op-ticket ingest', self.path("scrape.said"),
                      env=environment)
        with open(self.path("scrape.said"), encoding="utf-8") as said:
            if "timed out" not in said.read():
                self.seen.append(began - self.fault_at)
        if run.returncode:
            self.problems.append("a cycle ended with %d: %s" % (run.returncode, run.stderr.strip()))

    def watch(self):
        """Runs the cycles and the fault's commands, each at its time."""
        begin = time.monotonic() + CYCLE_S
        fault = begin + WARM_S
        todo = sorted((fault + seconds, text) for seconds, text in self.what["fault"])
        ticks = [begin + i * CYCLE_S for i in range((WARM_S + WATCH_S) // CYCLE_S)]
        self.fault_at = time.time() + fault - time.monotonic()
        stop = threading.Event()
        failed = []

        def commands():
            try:
                for at, text in todo:
                    if stop.wait(max(0, at - time.monotonic())):
                        return
                    self.command(text)
            except Exception as e:  # raised again by the main thread
                failed.append(e)

        thread = threading.Thread(target=commands)
        thread.start()
        try:
            for tick in ticks:
                late = time.monotonic() - tick
                if late > CYCLE_S:
                    continue
                time.sleep(max(0, -late))
                self.cycle()
        finally:
            stop.set()
            thread.join()
        if failed:
            raise failed[0]

    def alerts(self):
        """Official alert -> seconds after the fault at which it first fired."""
        end = time.time()
        fired = {}
        until(60, "Prometheus", lambda: self.value("vector(1)"))
        for series in self.ask("query_range", query='ALERTS{alertstate="firing"}',
                               start=self.fault_at - WARM_S, end=end, step=1):
            name = series["metric"]["alertname"]
            at = float(series["values"][0][0]) - self.fault_at
            fired[name] = min(at, fired.get(name, at))
        return fired

    def tickets(self):
        """Invariant -> seconds after the fault at which op first had a ticket."""
        listed = self.op(B + "/op-ticket", "--db", self.path("tickets.db"), "list", "--json")
        opened = {}
        for ticket in json.loads(listed.stdout or "[]"):
            at = parse(ticket["created_at"]) - self.fault_at
            name = ticket["invariant_name"]
            opened[name] = min(at, opened.get(name, at))
        return opened

    def in_time(self, at):
        """The latest time for op's ticket if the alert fired at that time."""
        return max(at + CYCLE_S, min((t for t in self.seen if t >= at), default=at) + 1)

    def run(self):
        try:
            self.open()
            self.watch()
            return self.alerts(), self.tickets()
        finally:
            self.close()


def parse(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def judge(world, fired, opened):
    """Rows of (good, sentence)."""
    rows = [(False, problem) for problem in world.problems]
    for alert, at in sorted(fired.items(), key=lambda item: item[1]):
        same = {name: opened[name] for name in SAME[alert] if name in opened}
        name = min(same, key=same.get) if same else None
        ours = "op: nothing" if not same else "op: %s %+.0f s" % (name, same[name])
        rows.append((bool(same) and same[name] <= world.in_time(at),
                     "%s %+.0f s, %s" % (alert, at, ours)))
    for name in sorted(world.what["must"] - opened.keys()):
        rows.append((False, "op has no ticket of " + name))
    for name in sorted(opened.keys() - world.what["may"]):
        rows.append((False, "op has a ticket of %s, %+.0f s, and nothing of the kind is wrong" % (name, opened[name])))
    others = sorted(opened.keys() & world.what["may"])
    rows.append((True, "op: " + (", ".join("%s %+.0f s" % (name, opened[name]) for name in others) or "no ticket")))
    return rows


def main():
    names = sys.argv[1:] or list(WORLDS)
    folder = tempfile.mkdtemp(prefix="op-rules.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    count = failed = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
            worlds, futures = [], []
            for i, name in enumerate(names):
                os.mkdir(os.path.join(folder, str(i)))
                worlds.append(World(name, os.path.join(folder, str(i))))
                futures.append(pool.submit(worlds[-1].run))
            for world, future in zip(worlds, futures):
                try:
                    rows = judge(world, *future.result())
                except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                    rows = [(False, str(error))]
                for good, sentence in rows:
                    count += 1
                    failed += not good
                    print("%s %d - %s: %s" % ("ok" if good else "not ok", count, world.name, sentence), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("1..%d" % count)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
