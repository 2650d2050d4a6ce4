#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""blocks.py: writes hand-made histories, for promtool tsdb create-blocks-from openmetrics.

Each is a cluster of its own, its name in the label tidb_cluster, scraped every
15 s from 10:00 to 10:10 on 2026-01-24: what PD and its stores exported in one
situation. One lasts for hours and has latencies. promtool writes no staleness
markers, so no series ends here.
"""

import sys

BEGIN = 1769248800  # 2026-01-24T10:00:00Z
SCRAPE = 15
PD = ["pd-1:2379", "pd-2:2379", "pd-3:2379"]
GIB = 1 << 30


class Past:
    """The history of one cluster, to which series are added one by one."""

    metrics = {}

    def __init__(self, name, first=0, last=600, scrape=SCRAPE):
        self.name = name
        self.times = range(BEGIN + first, BEGIN + last + 1, scrape)

    def add(self, metric, value, **labels):
        """Adds a series; value may be a function of the seconds since BEGIN."""
        labels["tidb_cluster"] = self.name
        text = ",".join(f'{k}="{v}"' for k, v in labels.items())
        for t in self.times:
            v = value(t - BEGIN) if callable(value) else value
            Past.metrics.setdefault(metric, []).append(f"{metric}{{{text}}} {v} {t}\n")

    def pd(self, cluster, roles=(1, 0, 0), version="v8.5.3", healthy=(1, 1, 1), ids=3):
        """The members; leaders have a 1 in roles. The first `ids` export their ids."""
        etcd_leads = version < "v7.5"
        for i, instance in enumerate(PD):
            own = {"job": "pd", "instance": instance}
            self.add("up", 1, **own)
            self.add("process_start_time_seconds", BEGIN - 86400, **own)
            self.add("etcd_server_is_leader", roles[i] if etcd_leads else 0, **own)
            if not etcd_leads:
                self.add("service_member_role", roles[i], service="PD", **own)
            self.add("pd_cluster_metadata", 0, type=f"cluster{cluster}", **own)
            self.add("pd_server_info", 1, version=version, **own)
            if i < ids:
                self.add("etcd_server_id", 1, server_id=f"a{i + 1}", **own)
            for k, health in enumerate(healthy if roles[i] else ()):
                self.add("pd_cluster_health_status", health, name=f"pd{k + 1}", **own)
            if roles[i]:
                self.add("pd_config_status", 3, type="max-replicas", **own)
                self.add("pd_config_status", 0.8, type="low-space-ratio", **own)
                self.add("pd_regions_status", 4, type="empty-region-count", **own)

    def counts(self, **classes):
        for name in ("up", "slow", "disconnected", "unhealth", "down", "offline", "tombstone"):
            self.add("pd_cluster_status", classes.get(name, 0), type=f"store_{name}_count", job="pd", instance=PD[0])

    def state(self, store, name, engine="tikv"):
        """As PD 8.5.5 exports it."""
        for each in ("up", "slow", "disconnected", "unhealth", "down", "offline", "tombstone"):
            self.add("pd_cluster_status", int(each == name), type=f"store_{each}_count", engine=engine, store=store,
                     job="pd", instance=PD[0])

    def listed(self, store, capacity=100 * GIB, heard=600, port=20160, beats=None):
        """A store as the PD leader knows it; its last heartbeat was `heard` seconds after BEGIN."""
        beats = beats or (lambda t: 1000 + min(t, heard) // 10)
        own = {"address": f"tikv-{store}:{port}", "store": store, "job": "pd", "instance": PD[0]}
        for name, value in (("store_capacity", capacity), ("store_available", capacity * 3 // 4),
                            ("store_used", capacity // 5), ("leader_count", 10 * store), ("region_count", 30 * store)):
            self.add("pd_scheduler_store_status", value, type=name, **own)
        self.add("pd_scheduler_handle_store_heartbeat_duration_seconds_count", beats, **own)

    def removing(self, store):
        self.add("pd_cluster_progress", 0.5, action="removing", address=f"tikv-{store}:20160", store=store,
                 job="pd", instance=PD[0])

    def runs(self, store):
        """Its process is scraped."""
        own = {"job": "tikv", "instance": f"tikv-{store}:20180"}
        self.add("up", 1, **own)
        self.add("process_start_time_seconds", BEGIN - 3600, **own)
        self.add("tikv_server_info", 1, version="8.5.3", **own)
        self.add("tikv_raftstore_slow_score", 1, type="raft", **own)
        self.add("process_resident_memory_bytes", 2 * GIB, **own)

    def latencies(self, store, ms):
        """1000 requests between two scrapes, all taking between ms(t) - 10 and ms(t) milliseconds."""
        own = {"type": "kv_get", "job": "tikv", "instance": f"tikv-{store}:20180"}
        for bound in range(10, 260, 10):
            count = [0]

            def grown(t, bound=bound, count=count):
                count[0] += 1000 if bound >= ms(t) else 0
                return count[0]
            self.add("tikv_grpc_msg_duration_seconds_bucket", grown, le=bound / 1000, **own)
        for suffix in ("bucket", "count"):
            extra = {"le": "+Inf"} if suffix == "bucket" else {}
            self.add("tikv_grpc_msg_duration_seconds_" + suffix, lambda t: 1000 * (t // SCRAPE + 1), **extra, **own)


def well(past, stores=3, **pd):
    """Stores that PD lists and Prometheus scrapes."""
    past.pd(**pd)
    for store in range(1, stores + 1):
        past.listed(store)
        past.runs(store)


def situations():
    ids = iter(range(7001, 7100))
    p = Past("all-up")
    well(p, cluster=next(ids))
    p.counts(up=2, slow=1)

    p = Past("dead")
    well(p, 2, cluster=next(ids))
    p.listed(3, heard=120)
    p.counts(up=2, disconnected=1)

    p = Past("down")
    well(p, 2, cluster=next(ids))
    p.listed(3, heard=120)
    p.listed(4, heard=-60)
    p.counts(up=2, unhealth=1, down=1)

    p = Past("down-soon")  # max-store-down-time is five minutes here
    well(p, 2, cluster=next(ids))
    p.listed(3, heard=10)
    p.counts(up=2, down=1)

    # Prometheus has been back for 8 s. In these, store 2 sent nothing, and store 3 its first heartbeat
    # in half a minute, which PD has not counted yet: it counts every 10 s.
    p = Past("back", first=352, scrape=1)
    p.pd(cluster=next(ids))
    p.listed(1, beats=lambda t: 1000 + (t - 5) // 10)
    p.listed(2, beats=lambda t: 1000 + (t - 1) // 10)
    p.listed(3, beats=lambda t: 1000 + (t >= 354))
    p.counts(up=2, disconnected=1)

    p = Past("drain")
    well(p, cluster=next(ids))
    p.counts(up=2, offline=1)
    p.removing(3)

    p = Past("drain-unseen")
    well(p, cluster=next(ids), version="v6.0.0")
    p.counts(up=2, offline=1)

    p = Past("tombstone")
    well(p, 2, cluster=next(ids), version="v8.5.7")
    p.state(1, "up"), p.state(2, "slow"), p.state(3, "tombstone")

    p = Past("states")
    well(p, 2, cluster=next(ids), version="v8.5.7")
    for store, name in enumerate(("up", "offline", "disconnected", "unhealth", "down"), 1):
        if store > 2:
            p.listed(store)
        p.state(store, name)

    p = Past("two-leaders")
    well(p, cluster=next(ids), roles=(1, 1, 0))
    p.counts(up=3)

    p = Past("no-leader")
    well(p, cluster=next(ids), roles=(0, 0, 0))

    p = Past("miscounted")
    well(p, cluster=next(ids))
    p.counts(up=2)

    p = Past("no-capacity")
    well(p, 2, cluster=next(ids))
    p.listed(3, capacity=0, heard=0)
    p.counts(up=2, disconnected=1)

    p = Past("no-stores")
    p.pd(cluster=next(ids))

    p = Past("tiflash")
    well(p, cluster=next(ids), version="v8.5.3")
    p.listed(4, port=3930)
    p.counts(up=4)

    p = Past("tiflash-known")
    well(p, 1, cluster=next(ids), version="v8.5.7")
    p.listed(2, port=3930)
    p.state(1, "up"), p.state(2, "up", engine="tiflash")

    p = Past("member-dead")
    well(p, cluster=next(ids), healthy=(1, 1, 0), ids=2)
    p.counts(up=3)

    p = Past("members-unseen")
    well(p, cluster=next(ids), healthy=())
    p.counts(up=3)

    p = Past("v7.1")  # no service_member_role: the leader of etcd counts instead
    well(p, 2, cluster=next(ids), version="v7.1.6")
    p.listed(3, heard=120)
    p.counts(up=2, disconnected=1)

    p = Past("middle", first=345)
    well(p, cluster=next(ids))
    p.counts(up=3)

    # Store 1 has 130 ms from minute 20 to 40; store 2 130, 200 and 130 ms from 80 to 140; store 3 90 ms
    # from 50 to 70; otherwise all have 50 ms.
    p = Past("latency", last=9000)
    well(p, cluster=next(ids))
    p.counts(up=3)
    p.latencies(1, lambda t: 130 if 1200 <= t < 2400 else 50)
    p.latencies(2, lambda t: 200 if 6000 <= t < 7200 else 130 if 4800 <= t < 8400 else 50)
    p.latencies(3, lambda t: 90 if 3000 <= t < 4200 else 50)


def main():
    situations()
    for lines in Past.metrics.values():
        sys.stdout.writelines(lines)
    print("# EOF")


if __name__ == "__main__":
    main()
