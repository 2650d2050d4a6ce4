# SPDX-License-Identifier: ISC
"""A cluster of TiKV, PD and TiDB processes as series, healthy or with all its faults at once.

Faults begin at 0 and end at `healed`. Store 1 and pd1 have most of them; faults
that would hide each other have different processes. Store 6 and the second TiDB
have those that are measured as a sum over all processes.
"""
from series import Process, Timeline, ramp

STORES, STALLS = 7, 600
FAULTS = ("process", "names")  # kinds of faults: of the processes, or of their names in Prometheus
NAME = "tikv-%s:20180"  # a store's instance, unless the caller renames it


def crashes(end, every=240):
    return [-86400 * 2] + list(range(0, end, every))


class Cluster:
    """fault: one of FAULTS or None; more: overrides of the defaults below."""

    def __init__(self, zero, end, healed, fault=None, stores=STORES, members=3, **more):
        self.healed, self.end, self.fault = healed, end, fault
        self.more = dict(
            restart=None,     # the faulty processes restart at this time
            quiet=None,       # (from, to): no requests; stores observe nothing
            hung=None,        # (from, to): nothing completes, in PD and TiDB neither
            rates=1.0,        # factor for requests of clients
            raft=1.0,         # factor for raft's own work
            tidbs=2, raw=False,
            starts={},        # who: the times of its starts
            evicted=None,     # (store, when): its leaders go
            drained=None,     # (store, when): its regions go
            upgrades={},      # who: when it restarts with another version
            elected=None)     # (PD member, when): it leads from then on
        self.more.update(more)
        self.line = Timeline(zero, end)
        self.tikv = {str(i + 1): NAME % (i + 1) for i in range(stores)}
        self.pd = {"pd%d" % (i + 1): "pd-%d:2379" % (i + 1) for i in range(members)}
        self.leader = "pd%d" % min(2, members)  # as at the start of the simulator
        for store, instance in self.tikv.items():
            self.add_tikv(store, instance)
        if fault == "names":
            self.add_tikv("9", NAME % 9)
        for name, instance in self.pd.items():
            self.add_pd(name, instance)
        for i in range(self.more["tidbs"]):
            self.add_tidb(i + 1, "10.8.0.%d:10080" % (i + 1))

    def names(self, sim):
        """instance -> its name in the simulator."""
        return {**{x: "127.0.1.%s:%d" % (store, sim["status_port"]) for store, x in self.tikv.items()},
                **{x: url.removeprefix("http://") for x, url in zip(self.pd.values(), sim["pd"])}}

    def is_bad(self, *who):
        """A function of the time: does this process, if it is one of who, have the fault then?"""
        fault, healed, here = self.fault, self.healed, self.who in who
        return lambda t: fault == "process" and here and 0 <= t < healed

    def bad(self, who, good, worse):
        bad = self.is_bad(who)
        return lambda t: worse if bad(t) else good

    def slow_seconds(self, rate, who):
        """How many of the observations until t were made while the process was slow."""
        if self.fault != "process" or self.who != who:
            return lambda t: 0
        total = self.observed(rate)
        return lambda t: total(min(max(t, 0), self.healed)) - total(0)

    def observed(self, rate, leads=True):
        """The number of observations until t: there are none while the cluster is quiet or hung."""
        share = self.more["rates"] if leads else self.more["raft"]
        begin, end = self.more["quiet"] or self.more["hung"] or (0, 0)
        stall = (STALLS, self.healed) if leads and self.fault == "process" and self.who == "4" else (0, 0)
        evicted = self.more["evicted"]
        if leads and evicted and evicted[0] == self.who:
            stall = (evicted[1] + 60, self.end)

        if stall != (0, 0):  # do not count the overlap of the periods twice
            end = min(end, max(stall[0], begin))

        def total(t):
            idle = sum(max(0, min(t, b) - a) for a, b in ((begin, end), stall) if b > a)
            return rate * share * (t - idle + 3 * 86400)
        return total

    def process(self, job, who, instance, bad=()):
        self.who = who
        starts = list(self.more["starts"].get(who, (-86400 * 3,)))
        if self.fault == "process" and who in bad:
            starts = crashes(self.healed)
        elif self.more["restart"] is not None:
            starts.append(self.more["restart"])
        p = Process(job, instance, starts)
        self.line.gauge(p, "up", 1)
        self.line.gauge(p, "process_start_time_seconds", lambda t: self.line.zero + p.started(t))
        return p

    def add_info(self, p, name, who):
        """Adds the series that shows the version; its value is the process' start."""
        at = self.more["upgrades"].get(who, self.end + 1)
        for version, here in (("8.5.3", lambda t: t < at), ("8.5.4", lambda t: t >= at)):
            self.line.gauge(p, name, lambda t, here=here: self.line.zero + p.started(t) if here(t) else None,
                            version=version, hash="of " + version)

    def add_tikv(self, store, instance):
        line, bad, p = self.line, self.bad, self.process("tikv", store, instance, bad=("5",))
        if self.fault == "names" and store in ("5", "7"):
            own_end = 0 if store == "5" else -86400 * 3
            p.started = lambda t, f=p.started: f(t) if t < own_end or t >= self.healed else None
        if self.fault == "names" and store == "9":
            p.started = lambda t, f=p.started: f(t) if t < self.healed else None
        self.add_info(p, "tikv_server_info", store)
        self.tikv_basics(line, p, store, bad)
        self.tikv_counters(line, p, store)
        self.tikv_histograms(line, p, store)

    def tikv_basics(self, line, p, store, bad):
        grown = self.is_bad("4")
        differs = self.fault == "names" and store == "6"
        line.gauge(p, "process_resident_memory_bytes",
                   (lambda t: 6e9 + (30e6 * t if grown(t) else 0)) if store == "4" else bad("1", 6e9, 16e9))
        line.gauge(p, "tikv_server_cpu_cores_quota", 8)
        line.gauge(p, "tikv_server_memory_quota_bytes", 17e9 if store != "4" else 1e12)
        line.gauge(p, "tikv_store_size_bytes",
                   lambda t: 536870912000 * (2 if differs and 0 <= t < self.healed else 1), type="capacity")
        line.gauge(p, "tikv_scheduler_l0_avg", bad("1", 2, 95), cf="default")
        line.gauge(p, "tikv_worker_pending_task_total", bad("1", 0, 2000), name="background")
        climbs = self.is_bad("1")
        line.gauge(p, "tikv_scheduler_contex_total", lambda t: 3 + (4 * t if climbs(t) else 0))
        line.gauge(p, "tikv_engine_write_stall", lambda t: 50 * t if climbs(t) else 0, db="kv", type="write_stall_max")
        leaves = self.more["evicted"]
        evicted = leaves and leaves[0] == store

        def leaders(t):
            if evicted:
                return max(0, 60 - max(0, t - leaves[1]))
            return 90000 - t / 5 if climbs(t) else 10
        line.gauge(p, "tikv_raftstore_region_count", leaders, type="leader")
        drained = self.more["drained"]
        line.gauge(p, "tikv_raftstore_region_count", lambda t: max(0, 30 - max(0, t - drained[1]) // 15)
                   if drained and drained[0] == store else 30, type="region")

    def tikv_counters(self, line, p, store):
        def fault(who, good, worse):
            return lambda t, on=ramp(worse - good, 0, self.healed), here=(
                self.fault == "process" and store == who): good * (t + 86400 * 3) + (on(t) if here else 0)
        blind = self.fault == "names" and store == "4"
        cpu = fault("1", 1.5, 7.8)
        line.counter(p, "process_cpu_seconds_total", cpu)
        if blind:  # too few samples of its counter for a rate
            labels, seen, _ = line.series[-1]
            line.series[-1] = (labels, lambda t: None if 0 <= t < self.healed and t % 90 else seen(t), p)
        for thread, tid, good, worse in (("raftstore_1_0", "107", 0.2, 2.4), ("apply_1", "102", 0.1, 1.3),
                                         ("unified_read_po", "113", 0.3, 1.3)):
            line.counter(p, "tikv_thread_cpu_seconds_total", fault("1", good, worse), name=thread, tid=tid)
        for name, label, value in (("tikv_critical_error_total", "type", "apply_msg"),
                                   ("tikv_channel_full_total", "type", "raftstore")):
            line.counter(p, name, fault("1", 0, 1), rare=True, **{label: value})
        if store not in ("2", "9"):
            line.counter(p, "tikv_server_report_failure_msg_total",
                         fault(store, 0, 9 if store == "6" else 0.5), rare=True, type="unreachable", store_id="2")
        stuck = self.fault == "process"
        for name, labels in (("tikv_gcworker_gc_tasks_vec", {"task": "gc"}), ("tikv_gc_compaction_filter_perform", {})):
            line.counter(p, name, ramp(0.1, self.healed) if stuck else ramp(0.1, -86400 * 3), **labels)
        line.counter(p, "tikv_engine_event_total", ramp(0.01, -86400 * 3), db="kv", cf="write", type="compaction")

    def tikv_histograms(self, line, p, store):
        def add(name, threshold, rate, /, who="1", leads=True, **labels):
            line.histogram(p, name, threshold, self.observed(rate, leads), self.slow_seconds(rate, who), **labels)
        raw = self.more["raw"]
        add("tikv_grpc_msg_duration_seconds", 0.1, 100, type="raw_put" if raw else "kv_get")
        add("tikv_raftstore_log_lag", 5000, 50)
        for name in ("append_log_duration_seconds", "apply_log_duration_seconds"):
            add("tikv_raftstore_" + name, 1, 50, leads=False)
        for kind in ("ready", "tick"):
            add("tikv_raftstore_raft_process_duration_secs", 2, 50, leads=False, type=kind)
        for kind in ("snapshot", "write"):
            add("tikv_storage_engine_async_request_duration_seconds", 1, 50, type=kind)
        add("tikv_raftstore_region_size", 1 << 30, 1, who="6", leads=False)
        if not raw:
            add("tikv_coprocessor_request_wait_seconds", 10, 50, type="all", req="select")
            add("tikv_scheduler_command_duration_seconds", 1, 50, type="prewrite")
            add("tikv_scheduler_latch_wait_duration_seconds", 1, 50, type="prewrite")

    def add_pd(self, name, instance):
        line, bad, p = self.line, self.bad, self.process("pd", name, instance, bad=("pd3",))
        busy = ramp(7.6, 0, self.healed) if self.fault == "process" and name == "pd1" else lambda t: 0
        self.add_info(p, "pd_server_info", name)
        line.counter(p, "process_cpu_seconds_total", lambda t: 0.2 * (t + 86400 * 3) + busy(t))
        line.gauge(p, "process_resident_memory_bytes", bad("pd1", 2e8, 16e9))
        line.gauge(p, "pd_service_maxprocs", 8)
        line.gauge(p, "pd_service_memory_quota_bytes", 17e9)
        line.gauge(p, "etcd_mvcc_db_total_size_in_bytes", bad("pd1", 8e6, 8e9))
        line.gauge(p, "etcd_server_quota_backend_bytes", 8589934592)
        hung = self.more["hung"]
        quiet, self.more["quiet"] = self.more["quiet"], None
        line.histogram(p, "etcd_disk_wal_fsync_duration_seconds", 1, self.pd_observed(20, hung), self.slow_seconds(20, "pd1"))
        line.histogram(p, "etcd_network_peer_round_trip_time_seconds", 1, self.pd_observed(10, hung),
                       self.slow_seconds(10, "pd1"), To="82cc24c5fb9d21d1")
        self.more["quiet"] = quiet
        elected, when = self.more["elected"] or (None, self.end + 1)

        def leads(t):
            return name == (self.leader if t < when else elected)
        drops = self.fault == "process"
        line.gauge(p, "service_member_role",
                   lambda t: int(leads(t) and not (drops and 0 <= t < self.healed and t % 180 == 60)), service="PD")
        line.gauge(p, "etcd_server_is_leader", lambda t: int(leads(t)))
        line.counter(p, "pd_tso_events", ramp(1, 0, self.healed) if self.fault == "process" and name == "pd1"
                     else lambda t: 0, dc="global", type="system_time_slow")
        if name in (self.leader, elected):
            wrong = self.fault == "process"
            for kind in ("miss-peer", "down-peer", "pending-peer"):
                line.gauge(p, "pd_regions_status",
                           lambda t: (500 if wrong and 0 <= t < self.healed else 0) if leads(t) else None,
                           type=kind + "-region-count")
            for store in self.tikv:
                line.gauge(p, "pd_scheduler_store_status", lambda t: 536870912000 if leads(t) else None,
                           type="store_capacity", store=store)

    def pd_observed(self, rate, hung):
        begin, end = hung or (0, 0)
        return lambda t: rate * (t + 86400 * 3 - max(0, min(t, end) - begin))

    def add_tidb(self, number, instance):
        who = "tidb%d" % number
        line, p = self.line, self.process("tidb", who, instance)
        rate = 100
        line.histogram(p, "pd_client_request_handle_requests_duration_seconds", 0.1,
                       self.observed(rate), self.slow_seconds(rate, "tidb2"), type="tso")
        fails = {"tidb1": 0.02, "tidb2": 0.3}[who] if self.fault == "process" else 0
        line.counter(p, "tidb_tikvclient_gc_action_result", ramp(fails, 0, self.healed), rare=True, type="fail")
