#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What pack.bats asks about a subject's folder; prints what is wrong, exits 1 if anything is.

	pack.py cases DIR      has every invariant cases that are violated, ok and unknown?
	pack.py alerts DIR     does ALERTS.md list every official alert and every invariant, with true values?
	pack.py columns DIR    is each column of metrics.tsv in schema.sql, and does an invariant read it?
	pack.py rules DIR      prints the PromQL as recording rules, for promtool
	pack.py promql DIR     prints unit tests of some of the PromQL, for promtool
	pack.py series DIR URL [COLUMN...]   does each column have one series per target, and all but the COLUMNs
	                       have any? $OP_WINDOW is in seconds
	pack.py blank DIR      does a row disappear from op-check's verdicts when a field is blanked?
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request

OFFICIAL = """
PD_cluster_down_store_nums emergency 1m
PD_etcd_write_disk_latency critical 1m
PD_miss_peer_region_count critical 1m
PD_cluster_lost_connect_store_nums warning 1m
PD_cluster_unhealthy_store_nums warning 1m
PD_cluster_low_space warning 1m
PD_etcd_network_peer_latency warning 1m
PD_tidb_handle_requests_duration warning 1m
PD_down_peer_region_nums warning 1m
PD_pending_peer_region_count warning 1m
PD_leader_change warning 1m
PD_leader_lease_drop_without_failover warning 1m
PD_cluster_store_space_used_more_than_80% warning 1m
PD_system_time_slow warning 1m
PD_node_restart warning 1m
PD_cluster_slow_tikv_nums critical 1m
PD_cpu_quota warning 45s
PD_memory_quota warning 15s
pd_etcd_quota warning 15s
TiKV_critical_error critical none
TiKV_memory_used_too_fast emergency 5m
TiKV_GC_can_not_work emergency 5m
TiKV_server_report_failure_msg_total critical 1m
TiKV_channel_full_total critical 1m
TiKV_write_stall critical 1m
TiKV_maybe_write_stall critical 1m
TiKV_raft_log_lag critical 1m
TiKV_async_request_snapshot_duration_seconds critical 1m
TiKV_async_request_write_duration_seconds critical 1m
TiKV_coprocessor_request_wait_seconds critical 1m
TiKV_raftstore_thread_cpu_seconds_total critical 1m
TiKV_raft_append_log_duration_secs critical 1m
TiKV_raft_apply_log_duration_secs critical 1m
TiKV_scheduler_latch_wait_duration_seconds critical 1m
TiKV_thread_apply_worker_cpu_seconds critical 1m
TiDB_tikvclient_gc_action_fail critical 1m
TiKV_leader_drops warning 1m
TiKV_raft_process_ready_duration_secs warning 1m
TiKV_raft_process_tick_duration_secs warning 1m
TiKV_scheduler_context_total warning 1m
TiKV_scheduler_command_duration_seconds warning 1m
TiKV_coprocessor_pending_request warning 1m
TiKV_coprocessor_cpu_util warning 1m
TiKV_pending_task warning 1m
TiKV_low_space warning 1m
TiKV_approximate_region_size warning 1m
TiKV_node_restart warning 1m
TiKV_cpu_quota warning 45s
TiKV_memory_quota warning 15s
"""

# These differ from the official rules on purpose: PD is certain of a store's state, and
# reports nothing about its members while it elects a leader.
OWN_SEVERITY = {"store_down"}
OWN_GRACE = {"store_down", "low_disk_space", "member_restarted", "store_restarted"}

# Columns that op-scrape itself reads; no invariant does.
MAPPING = {"disk_total_bytes", "source_count"}

faults = 0


def fault(text):
	global faults
	faults += 1
	print(text)


def read(*path):
	with open(os.path.join(*path), encoding="utf-8") as f:
		return f.read()


def invariants(folder):
	"""name -> (its header as a dict, with the last value of each key; its SQL)"""
	out = {}
	for name in sorted(os.listdir(folder + "/invariants")):
		if name.endswith(".sql"):
			sql = read(folder, "invariants", name)
			header = dict(re.findall(r"^-- ([a-z]+): +(.*)$", sql, re.M))
			out[name[:-4]] = (header, sql)
	return out


def metrics(folder):
	"""Rows of metrics.tsv: kind, column, PromQL."""
	lines = read(folder, "metrics.tsv").split("\n")
	return [line.split("\t") for line in lines if line and not line.startswith("#")]


def seconds(text):
	if text in ("none", "", None):
		return 0
	number, unit = re.fullmatch(r"(\d+)(s|m|h|)", text).groups()
	return int(number) * {"": 1, "s": 1, "m": 60, "h": 3600}[unit]


def cases(folder):
	for name in invariants(folder):
		path = f"{folder}/invariants/{name}.test"
		if not os.path.exists(path):
			fault(f"{name}: no cases")
			continue
		for verdict in ("violated", "ok", "unknown"):
			if not re.search(rf"^{verdict} ", read(path), re.M):
				fault(f"{name}: no case that is {verdict}")


def alerts(folder):
	text = read(folder, "ALERTS.md")
	rows = [[cell.strip() for cell in line.strip("|").split("|")]
		for line in text.split("\n") if line.startswith("| ")]
	told = {row[0]: row for row in rows}
	ours = invariants(folder)
	covered = set()
	for line in OFFICIAL.strip().split("\n"):
		name, severity, grace = line.split()
		if name not in told:
			fault(f"{name}: not in ALERTS.md")
			continue
		_, level, here, difference = told.pop(name)
		if level != f"{severity}, {grace}":
			fault(f"{name}: is {severity}, {grace}, not {level}")
		covered.add(here)
		if here == "none":
			if not difference:
				fault(f"{name}: has no invariant, and no reason is given")
			continue
		if here not in ours:
			fault(f"{name}: there is no invariant {here}")
			continue
		header = ours[here][0]
		if here not in OWN_SEVERITY and header["severity"] != severity.replace("emergency", "critical"):
			fault(f"{here}: severity {header['severity']}, of {name} it is {severity}")
		if here not in OWN_GRACE and seconds(header.get("grace")) != seconds(grace):
			fault(f"{here}: grace {header.get('grace')}, of {name} it is {grace}")
	for name in sorted(set(ours) - covered):
		header = ours[name][0]
		want = f"{header['severity']}, {header.get('grace', 'none')}"
		if name not in told:
			fault(f"{name}: not in ALERTS.md")
		elif told[name][1] != want:
			fault(f"{name}: ALERTS.md says {told[name][1]}, its file {want}")


def tables(folder):
	"""kind -> its columns, as SQLite reads them from schema.sql"""
	db = sqlite3.connect(":memory:")
	db.executescript(read(folder, "schema.sql"))
	names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
	return {name: {row[1]: row[2] for row in db.execute(f"PRAGMA table_info({name})")} for name in names}


def columns(folder):
	kinds = tables(folder)
	used = " ".join(sql for _, sql in invariants(folder).values())
	seen = set()
	for row in metrics(folder):
		if len(row) != 3:
			fault(f"metrics.tsv: not three fields: {row}")
			continue
		kind, column, expr = row
		if (kind, column) in seen:
			fault(f"{kind}.{column}: twice in metrics.tsv")
		seen.add((kind, column))
		if kinds.get(kind, {}).get(column) != "REAL" and column != "disk_total_bytes":
			fault(f"{kind}.{column}: not a REAL column of schema.sql")
		if not re.search(rf"\b{column}\b", used) and column not in MAPPING:
			fault(f"{kind}.{column}: no invariant reads it")
		if len(re.findall(r"\{[^}]*\$match\}", expr)) != expr.count("{"):
			fault(f"{kind}.{column}: a selector without $match at its end")


def filled(expr, match, window_s=60):
	"""The PromQL as op-scrape sends it."""
	for name, text in ("$match", match), ("$window_s", str(window_s)), ("$window", f"{window_s}s"), ("$instance", "instance"):
		expr = expr.replace(name, text)
	return expr


def rules(folder):
	out = []
	for match in ("", 'tidb_cluster="x"'):
		for kind, column, expr in metrics(folder):
			suffix = "match" if match else "all"
			out.append({"record": f"op:{kind}_{column}:{suffix}", "expr": filled(expr, match)})
	json.dump({"groups": [{"name": "op", "rules": out}]}, sys.stdout)


# Name; input series, with samples 15 s apart; expected values: (time, column, {labels: value}).
PROMQL = [
	("a counter that appears with its first count", {
		'process_start_time_seconds{job="tikv",instance="a"}': "-1000x120",
		'process_start_time_seconds{job="tikv",instance="b"}': "-1000x120",
		'process_start_time_seconds{job="tikv",instance="new"}': "_x39 -1000x80",
		'process_start_time_seconds{job="tikv",instance="started"}': "_x39 600x80",
		'tikv_critical_error_total{type="x",instance="a"}': "_x39 2x80",
		'tikv_critical_error_total{type="x",instance="new"}': "_x39 7x80",
		'tikv_critical_error_total{type="x",instance="started"}': "_x39 5x80",
		'tikv_channel_full_total{type="x",instance="a"}': "_x59 3x60",
	}, [
		("10m15s", "critical_error_count", {'{instance="a"}': 2, '{instance="b"}': 0, '{instance="started"}': 5}),
		("15m", "critical_error_count", {'{instance="a"}': 0, '{instance="b"}': 0, '{instance="new"}': 0,
			'{instance="started"}': 0}),
		("15m15s", "channel_full_count", {'{instance="a"}': 3, '{instance="b"}': 0, '{instance="started"}': 0}),
		("20m30s", "channel_full_count", {'{instance="a"}': 3, '{instance="b"}': 0, '{instance="new"}': 0,
			'{instance="started"}': 0}),
	]),
	("a counter that was there and is gone while its process lives is missing, not 0", {
		'process_start_time_seconds{job="tikv",instance="dropped"}': "0x600",
		'process_start_time_seconds{job="tikv",instance="short"}': "0x600",
		'process_start_time_seconds{job="tikv",instance="restarted"}': "0x120 1810x480",
		'process_start_time_seconds{job="tikv",instance="never"}': "0x600",
		'process_start_time_seconds{job="tikv",instance="dead"}': "0x130",
		'process_start_time_seconds{job="pd",instance="p1"}': "0x600",
		'tikv_critical_error_total{type="x",instance="dropped"}': "3x120 stale",
		'tikv_critical_error_total{type="x",instance="short"}': "_x119 3 3 stale",
		'tikv_critical_error_total{type="x",instance="restarted"}': "3x120 stale",
		'tikv_channel_full_total{type="x",instance="dropped"}': "3x120 stale",
		'tikv_server_report_failure_msg_total{type="unreachable",store_id="4",instance="dropped"}': "0+10x120 stale",
		'tikv_server_report_failure_msg_total{type="unreachable",store_id="6",instance="restarted"}': "0+10x120 stale",
		'pd_scheduler_store_status{type="store_capacity",store="4",instance="p1"}': "1x600",
		'pd_scheduler_store_status{type="store_capacity",store="5",instance="p1"}': "1x600",
		'pd_scheduler_store_status{type="store_capacity",store="6",instance="p1"}': "1x600",
		'pd_tso_events{type="system_time_slow",instance="p1"}': "3x120 stale",
	}, [
		("31m", "critical_error_count", {'{instance="never"}': 0, '{instance="restarted"}': 0, '{instance="dead"}': 0}),
		("35m", "critical_error_count", {'{instance="never"}': 0, '{instance="restarted"}': 0, '{instance="dead"}': 0}),
		("2h", "critical_error_count", {'{instance="never"}': 0, '{instance="restarted"}': 0}),
		("2h", "channel_full_count", {'{instance="never"}': 0, '{instance="restarted"}': 0, '{instance="short"}': 0}),
		("50m", "unreachable_per_s", {'{store_id="5"}': 0, '{store_id="6"}': 0}),
		("2h20m", "unreachable_per_s", {'{store_id="5"}': 0, '{store_id="6"}': 0}),
		("50m", "system_time_slow_count", {}),
	]),
	("the rates of a dead process end, and do not fall slowly", {
		'process_start_time_seconds{job="tikv",instance="a"}': "0x80 stale",
		'process_cpu_seconds_total{job="tikv",instance="a"}': "0+120x80 stale",
		'process_start_time_seconds{job="tikv",instance="b"}': "0x120",
		'process_cpu_seconds_total{job="tikv",instance="b"}': "0+120x120",
		'tikv_grpc_msg_duration_seconds_count{type="kv_get",instance="a"}': "0+1500x80 stale",
		'tikv_grpc_msg_duration_seconds_bucket{type="kv_get",le="1",instance="a"}': "0+1500x80 stale",
		'tikv_grpc_msg_duration_seconds_bucket{type="kv_get",le="+Inf",instance="a"}': "0+1500x80 stale",
	}, [
		("20m", "cpu_percent", {'{instance="a"}': 800, '{instance="b"}': 800}),
		("20m30s", "cpu_percent", {'{instance="b"}': 800}),
		("20m", "latency_p99_ms", {'{instance="a"}': 990}),
		("20m30s", "latency_p99_ms", {}),
		("20m30s", "qps", {}),
	]),
	("a rate of 0 proves nothing if Prometheus has too few samples, unless the process is young", {
		'process_start_time_seconds{job="tikv",instance="old"}': "_x40 -9000x80",
		'process_start_time_seconds{job="tikv",instance="young"}': "_x40 600x80",
		'process_cpu_seconds_total{job="tikv",instance="old"}': "_x40 7x80",
		'process_cpu_seconds_total{job="tikv",instance="young"}': "_x40 7x80",
		'tikv_engine_write_stall{db="kv",type="x",instance="old"}': "_x40 7x80",
		'tikv_engine_write_stall{db="kv",type="x",instance="young"}': "_x40 7x80",
	}, [
		("10m45s", "cpu_percent", {'{instance="young"}': 0}),
		("11m15s", "cpu_percent", {'{instance="young"}': 0, '{instance="old"}': 0}),
		("15m", "write_stall_growth_ms", {'{instance="young"}': 0}),
		("20m15s", "write_stall_growth_ms", {'{instance="young"}': 0, '{instance="old"}': 0}),
	]),
	("requests of clients, not of stores to each other; the maximum of a quarter of an hour", {
		'process_start_time_seconds{job="tikv",instance="a"}': "0x120",
		'tikv_grpc_msg_duration_seconds_count{type="kv_get",instance="a"}': "0+1500x60 90000x60",
		'tikv_grpc_msg_duration_seconds_count{type="check_leader",instance="a"}': "0+150x120",
		'tikv_grpc_msg_duration_seconds_count{type="kv_gc",instance="a"}': "0+150x120",
	}, [
		("10m", "qps", {'{instance="a"}': 100}),
		("20m", "qps", {'{instance="a"}': 0}),
		("20m", "qps_max_15m", {'{instance="a"}': 100}),
	]),
	("the instances of the last day, and which are young", {
		'process_start_time_seconds{job="tikv",instance="a"}': "0x80 stale _x200",
		'tikv_store_size_bytes{type="capacity",instance="a",job="tikv"}': "1x80 stale _x200",
		'process_start_time_seconds{job="tikv",instance="b"}': "0x80 1290x200",
		'process_start_time_seconds{job="tikv",instance="new"}': "_x79 1190x200",
		'tikv_store_size_bytes{type="capacity",instance="b",job="tikv",replica="x"}': "1x280",
		'tikv_store_size_bytes{type="capacity",instance="b",job="tikv",replica="y"}': "1x280",
		'process_start_time_seconds{job="pd",instance="p"}': "0x80 stale _x200",
		'process_start_time_seconds{job="pd",instance="q"}': "0x280",
	}, [
		("22m", "scraped", {'{instance="a"}': 0, '{instance="b"}': 1, '{instance="new"}': 1}),
		("60m", "scraped", {'{instance="a"}': 0, '{instance="b"}': 1, '{instance="new"}': 1}),
		("22m", "source_count", {'{instance="b"}': 2, '{instance="new"}': 1}),
		("22m", "restart_count", {'{instance="b"}': 1, '{instance="new"}': 0}),
		("22m", "process_age_s", {'{instance="b"}': 30, '{instance="new"}': 130}),
		("22m", "seen_before", {'{instance="b"}': 1, '{instance="new"}': 0}),
		("60m", "restart_count", {'{instance="b"}': 0, '{instance="new"}': 0}),
		("60m", "seen_before", {'{instance="b"}': 1, '{instance="new"}': 0}),
		("60m", "member.scraped", {'{instance="p"}': 0, '{instance="q"}': 1}),
		("60m", "member.seen_before", {'{instance="q"}': 0}),
	]),
	("an upgrade is no restart, but a crash after it is one; a new store has had neither", {
		'tikv_server_info{version="1",hash="x",instance="crashed"}': "0x80 1290x200",
		'tikv_server_info{version="1",hash="x",instance="upgraded"}': "0x80 stale",
		'tikv_server_info{version="2",hash="y",instance="upgraded"}': "_x81 1230x200",
		'tikv_server_info{version="1",hash="x",instance="patched"}': "0x80 stale",
		'tikv_server_info{version="1",hash="y",instance="patched"}': "_x81 1230x200",
		'tikv_server_info{version="1",hash="x",instance="both"}': "0x80 stale",
		'tikv_server_info{version="2",hash="y",instance="both"}': "_x81 1230x30 1720x170",
		'tikv_server_info{version="2",hash="y",instance="new"}': "_x79 1190x200",
		'pd_server_info{version="1",hash="x",instance="p"}': "0x80 stale",
		'pd_server_info{version="2",hash="y",instance="p"}': "_x81 1230x200",
		'tikv_raftstore_region_count{type="region",instance="crashed"}': "100x80 90x280",
	}, [
		("21m", "upgraded", {'{instance="crashed"}': 0, '{instance="upgraded"}': 1, '{instance="patched"}': 1,
			'{instance="both"}': 1, '{instance="new"}': 0}),
		("29m15s", "upgraded", {'{instance="crashed"}': 0, '{instance="upgraded"}': 1, '{instance="patched"}': 1,
			'{instance="both"}': 0, '{instance="new"}': 0}),
		("60m", "upgraded", {'{instance="crashed"}': 0, '{instance="upgraded"}': 1, '{instance="patched"}': 1,
			'{instance="both"}': 0, '{instance="new"}': 0}),
		("60m", "member.upgraded", {'{instance="p"}': 1}),
		("20m", "region_drop_count", {'{instance="crashed"}': 0}),
		("60m", "region_drop_count", {'{instance="crashed"}': 10}),
		("81m30s", "region_drop_count", {'{instance="crashed"}': 0}),
	]),
	("how many instances are missing from a sum", {
		'process_start_time_seconds{job="tikv",instance="a"}': "0x80 stale",
		'process_start_time_seconds{job="tikv",instance="b"}': "0x400",
		'process_start_time_seconds{job="tikv",instance="late"}': "_x200 0x200",
		'pd_client_request_handle_requests_duration_seconds_count{type="tso",instance="t"}': "0x80 stale",
	}, [
		("19m", "tikv_gap_count", {"{}": 0}),
		("21m", "tikv_gap_count", {"{}": 1}),
		("55m", "tikv_gap_count", {"{}": 2}),
		("85m", "tikv_gap_count", {"{}": 0}),
		("19m", "tidb_gap_count", {"{}": 0}),
		("21m", "tidb_gap_count", {"{}": 1}),
		("85m", "tidb_gap_count", {}),
	]),
	("two leaders mean two clusters, and no value", {
		'service_member_role{service="PD",instance="p1",job="pd"}': "1x40",
		'service_member_role{service="PD",instance="p2",job="pd"}': "0x20 1x20",
		'etcd_server_is_leader{instance="p1",job="pd"}': "1x40",
		'pd_regions_status{type="miss-peer-region-count",instance="p1",job="pd"}': "500x40",
	}, [
		("4m", "miss_peer_region_count", {"{}": 500}),
		("8m", "miss_peer_region_count", {}),
	]),
	("a counter that is scraped too seldom is missing, not 0", {
		'process_start_time_seconds{job="tikv",instance="a"}': "1 _ _ _ _ _ _ _ " * 8,
		'tikv_critical_error_total{type="x",instance="a"}': "2 _ _ _ _ _ _ _ " * 8,
	}, [
		("14m", "critical_error_count", {}),
	]),
	("a former leader keeps its figures", {
		'service_member_role{service="PD",instance="p1",job="pd"}': "1x40 0x80",
		'service_member_role{service="PD",instance="p2",job="pd"}': "0x40 1x80",
		'etcd_server_is_leader{instance="p1",job="pd"}': "1x120",
		'etcd_server_is_leader{instance="p2",job="pd"}': "0x120",
		'pd_regions_status{type="miss-peer-region-count",instance="p1",job="pd"}': "500x120",
		'pd_regions_status{type="miss-peer-region-count",instance="p2",job="pd"}': "_x41 3x80",
		'process_start_time_seconds{instance="p1",job="pd"}': "1x120",
		'process_start_time_seconds{instance="p2",job="pd"}': "1x120",
	}, [
		("9m", "miss_peer_region_count", {"{}": 500}),
		("12m", "miss_peer_region_count", {"{}": 3}),
		("9m", "leader_change_count", {"{}": 0}),
		("12m", "leader_change_count", {"{}": 1}),
		("12m", "etcd_leader_change_count", {"{}": 0}),
		("12m", "lease_drop_count", {'{instance="p1"}': 1, '{instance="p2"}': 0}),
	]),
	("before 7.5 there is no role, and etcd's leader counts", {
		'etcd_server_is_leader{instance="p1",job="ns-basic-pd"}': "1x40 0x80",
		'etcd_server_is_leader{instance="p2",job="ns-basic-pd"}': "0x40 1x80",
		'pd_regions_status{type="miss-peer-region-count",instance="p1",job="ns-basic-pd"}': "500x120",
		'pd_regions_status{type="miss-peer-region-count",instance="p2",job="ns-basic-pd"}': "_x41 3x80",
	}, [
		("12m", "miss_peer_region_count", {"{}": 3}),
		("12m", "leader_change_count", {"{}": 1}),
		("12m", "etcd_leader_change_count", {"{}": 2}),
	]),
	("the same member is elected again; a restart is no lost lease", {
		'service_member_role{service="PD",instance="p1",job="pd"}': "1x20 0x1 1x80",
		'service_member_role{service="PD",instance="p2",job="pd"}': "0x20 1x1 0x80",
		'process_start_time_seconds{instance="p1",job="pd"}': "1x120",
		'process_start_time_seconds{instance="p2",job="pd"}': "1x20 400x100",
	}, [
		("8m", "leader_change_count", {"{}": 1}),
		("12m", "leader_change_count", {"{}": 2}),
		("8m", "lease_drop_count", {'{instance="p1"}': 1}),
	]),
	("peers report a store by its id; stores without reports have 0", {
		'pd_scheduler_store_status{type="store_capacity",store="1",instance="p1"}': "1x80",
		'pd_scheduler_store_status{type="store_capacity",store="4",instance="p1"}': "1x80",
		'tikv_server_report_failure_msg_total{type="unreachable",store_id="4",instance="a"}': "0+90x80",
		'tikv_server_report_failure_msg_total{type="unreachable",store_id="4",instance="b"}': "0+90x80",
	}, [
		("15m", "unreachable_per_s", {'{store_id="1"}': 0, '{store_id="4"}': 12}),
	]),
	("growth of memory within 5m", {
		'process_resident_memory_bytes{instance="a",job="basic-tikv"}': "100x20 100+10x80",
		'process_resident_memory_bytes{instance="node",job="node"}': "1x120",
	}, [
		("5m", "memory_growth_bytes", {'{instance="a"}': 0}),
		("8m", "memory_growth_bytes", {'{instance="a"}': 110}),
		("15m", "memory_growth_bytes", {'{instance="a"}': 200}),
	]),
	("leaders lost", {
		'tikv_raftstore_region_count{type="leader",instance="a",job="tikv"}': "600-10x80",
		'tikv_raftstore_region_count{type="region",instance="a",job="tikv"}': "900x80",
	}, [
		("10m", "leader_drop_count", {'{instance="a"}': 40}),
	]),
	("the slowest type counts, and one without traffic does not", {
		'tikv_scheduler_latch_wait_duration_seconds_bucket{type="get",le="1",instance="a"}': "0x80",
		'tikv_scheduler_latch_wait_duration_seconds_bucket{type="get",le="+Inf",instance="a"}': "0x80",
		'tikv_scheduler_latch_wait_duration_seconds_bucket{type="put",le="1",instance="a"}': "0x80",
		'tikv_scheduler_latch_wait_duration_seconds_bucket{type="put",le="3",instance="a"}': "0+100x80",
		'tikv_scheduler_latch_wait_duration_seconds_bucket{type="put",le="+Inf",instance="a"}': "0+100x80",
		'tikv_scheduler_latch_wait_duration_seconds_count{type="put",instance="a"}': "0+100x80",
	}, [
		("10m", "latch_wait_p99_s", {'{instance="a"}': 2.98}),
	]),
	("threads", {
		'tikv_thread_cpu_seconds_total{name="apply_0",instance="a"}': "0+3x80",
		'tikv_thread_cpu_seconds_total{name="apply_1",instance="a"}': "0+15x80",
		'tikv_thread_cpu_seconds_total{name="raftstore_1_0",instance="a"}': "0+12x80",
		'tikv_thread_cpu_seconds_total{name="rs_1_1",instance="a"}': "0+12x80",
		'tikv_thread_cpu_seconds_total{name="unified_read_po",tid="1",instance="a"}': "0+15x80",
		'tikv_thread_cpu_seconds_total{name="unified_read_po",tid="2",instance="a"}': "0+12x80",
	}, [
		("10m", "apply_cpu_percent", {'{instance="a"}': 100}),
		("10m", "raftstore_cpu_percent", {'{instance="a"}': 160}),
		("10m", "coprocessor_cpu_percent", {'{instance="a"}': 90}),
	]),
	("garbage collection, with less than a day of data, or without a counter", {
		'tikv_store_size_bytes{type="capacity",instance="a",job="tikv"}': "1x120",
		'tikv_gcworker_gc_tasks_vec{task="gc",instance="a",job="tikv"}': "_x20 1x100",
		'process_start_time_seconds{instance="a",job="tikv"}': "0x120",
	}, [
		("4m", "gc_task_count", {"{}": 0}),
		("9m", "gc_task_count", {"{}": 1}),
		("9m", "gc_filter_count", {"{}": 0}),
		("9m", "write_compaction_count", {}),
	]),
	("garbage collection over a day", {
		'tikv_store_size_bytes{type="capacity",instance="a",job="tikv"}': "1x6000",
		'process_start_time_seconds{instance="a",job="tikv"}': "-90000x6000",
		'tikv_gc_compaction_filter_perform{instance="a",job="tikv"}': "5x6000",
		'tikv_engine_event_total{db="kv",cf="write",type="compaction",instance="a"}': "0+1x6000",
	}, [
		("23h", "gc_task_count", {}),
		("23h", "write_compaction_count", {}),
		("25h", "gc_task_count", {"{}": 0}),
		("25h", "gc_filter_count", {"{}": 0}),
		("25h", "write_compaction_count", {"{}": 5760}),
	]),
	("failures of TiDB's garbage collection, from the first one on", {
		'pd_client_request_handle_requests_duration_seconds_count{type="tso",instance="t",job="tidb"}': "0+1x80",
		'process_start_time_seconds{instance="t",job="tidb"}': "0x80",
		'tidb_tikvclient_gc_action_result{type="fail",instance="t",job="tidb"}': "_x39 15x40 stale",
	}, [
		("5m", "gc_fail_count", {"{}": 0}),
		("10m15s", "gc_fail_count", {"{}": 15}),
		("20m30s", "gc_fail_count", {}),
	]),
]


def promql(folder):
	exprs = {}
	for kind, column, expr in metrics(folder):
		exprs[f"{kind}.{column}"] = filled(expr, "")
		exprs.setdefault(column, filled(expr, ""))
	out = []
	for name, inputs, wanted in PROMQL:
		out.append({
			"name": name,
			"interval": "15s",
			"input_series": [{"series": s, "values": v.strip()} for s, v in inputs.items()],
			"promql_expr_test": [{
				"expr": f"round({exprs[column]}, 0.01)",
				"eval_time": at,
				"exp_samples": [{"labels": k, "value": v} for k, v in samples.items()],
			} for at, column, samples in wanted],
		})
	json.dump({"evaluation_interval": "15s", "tests": out}, sys.stdout)


def query(url, expr):
	body = urllib.parse.urlencode({"query": expr}).encode()
	with urllib.request.urlopen(url + "/api/v1/query", body, timeout=30) as answer:
		data = json.load(answer)["data"]
	if data["resultType"] != "vector":
		fault(f"{expr}: a {data['resultType']}")
		return []
	return [sample["metric"] for sample in data["result"]]


def target(kind, labels):
	if kind == "cluster":
		return "the cluster"
	if kind == "store":
		for label in ("store_id", "store"):
			if label in labels:
				return f"store {labels[label]}"
	return f"instance {labels.get('instance')}"


def series(folder, url, *absent):
	for kind, column, expr in metrics(folder):
		for match in ("", 'tidb_cluster="sim"'):
			found = query(url, filled(expr, match, int(os.environ["OP_WINDOW"].rstrip("s"))))
			names = [target(kind, labels) for labels in found]
			for name in sorted({name for name in names if names.count(name) > 1}):
				fault(f"{kind}.{column}: {names.count(name)} series for {name}")
			if not found and column not in absent:
				fault(f"{kind}.{column}: nothing")


def verdicts(folder, records):
	"""The (invariant, id) for which op-check has a verdict."""
	stream = [{"kind": "begin", "stream": "observations", "v": 1, "subject": "tikv", "cluster": "c",
		"at": "2026-01-24T23:08:17.123Z"}] + records + [{"kind": "end"}]
	text = "".join(json.dumps(record) + "\n" for record in stream)
	ran = subprocess.run(["op-check", "-s", "tikv"], input=text, text=True, capture_output=True,
		check=True, env={**os.environ, "OP_SUBJECTS": os.path.dirname(os.path.abspath(folder))})
	rows = set()
	for line in ran.stdout.split("\n"):
		record = json.loads(line) if line else {"kind": ""}
		ids = record.get("store_ids", [record.get("store_id")])
		if record["kind"] in ("ok", "unknown", "violation"):
			rows |= {(record["invariant_name"], i) for i in ids}
		if record["kind"] == "check" and not record["complete"]:
			fault(f"{record['invariant_name']}: {record['error']}")
	return rows


def sample(column, kind, i):
	text = {"state": "Up", "engine": "tikv", "version": "8.5.3", "labels": {"host": f"h{i}"},
		"location_labels": ["host"], "kinds": ["store", "member", "cluster"], "ok": True,
		"health": True, "leader": True, "etcd_leader": True, "stale": False, "initialized": True}
	if column == "id":
		return "pd" if kind == "source" else str(i)
	if column in text:
		return text[column]
	return {"TEXT": f"x{i}", "REAL": i * 7.5, "INTEGER": i}


def blank(folder):
	kinds = tables(folder)
	records = []
	for kind, cols in kinds.items():
		for i in range(1, 2 if kind in ("cluster", "source") else 4):
			record = {"kind": kind}
			for column, affinity in cols.items():
				value = sample(column, kind, i)
				record[column] = value[affinity] if isinstance(value, dict) and affinity in value else value
			for column in ("incomplete", "missing"):
				record.pop(column, None)
			records.append(record)
	whole = verdicts(folder, records)
	lost = set(invariants(folder)) - {name for name, _ in whole}
	if lost:
		fault(f"without a verdict: {sorted(lost)}")
	for kind, cols in kinds.items():
		for column in cols:
			if column in ("id", "state") or kind == "source" and column in ("ok", "kinds", "incomplete"):
				continue
			for change in ("null", "absent"):
				changed = [dict(record) for record in records]
				for record in changed:
					if record["kind"] != kind:
						continue
					if change == "null":
						record[column] = None
					else:
						record.pop(column, None)
				for row in sorted(whole - verdicts(folder, changed), key=str):
					fault(f"{kind}.{column} {change}: {row} disappears")


def main():
	commands = {f.__name__: f for f in (cases, alerts, columns, rules, promql, series, blank)}
	commands[sys.argv[1]](*sys.argv[2:])
	sys.exit(1 if faults else 0)


main()
