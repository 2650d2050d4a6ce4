/* SPDX-License-Identifier: ISC */
#include "series.h"

/*
 * Names, labels, types and units as in TiKV v8.5 (src/server/metrics.rs,
 * components/raftstore) and PD v8.5 (pkg/statistics, pkg/tso, etcd).
 */

/* clang-format off */
#define GAUGE(name, labels, help, value) {name, labels, help, FAMILY_GAUGE, BOUNDS_NONE, value, 0, false, false}
#define COUNTER(name, labels, help, rate) {name, labels, help, FAMILY_COUNTER, BOUNDS_NONE, 0, rate, false, false}
#define TRAFFIC(name, labels, help, rate) {name, labels, help, FAMILY_COUNTER, BOUNDS_NONE, 0, rate, true, false}
#define RARE(name, labels, help) {name, labels, help, FAMILY_COUNTER, BOUNDS_NONE, 0, 0, false, true}
#define HISTOGRAM(name, labels, help, bounds, p99, rate) {name, labels, help, FAMILY_HISTOGRAM, bounds, p99, rate, true, false}
#define GRPC_ASIDE(type, p99, rate) {"tikv_grpc_msg_duration_seconds", "priority=\"medium\",type=\"" type "\"", \
	"Bucketed histogram of grpc server messages", FAMILY_HISTOGRAM, BOUNDS_GRPC, p99, rate, false, false}
#define END {0, 0, 0, FAMILY_GAUGE, BOUNDS_NONE, 0, 0, false, false}

#define RAFT(name, labels, help, p99) HISTOGRAM(name, labels, help, BOUNDS_RAFT, p99, 250)
#define APPLY_LOG(p99) RAFT("tikv_raftstore_apply_log_duration_seconds", "", "Bucketed histogram of peer applying log duration.", p99)
#define APPLY_WAIT(p99) RAFT("tikv_raftstore_apply_wait_time_duration_secs", "", "Bucketed histogram of apply task wait time duration.", p99)
#define APPEND_LOG(p99) RAFT("tikv_raftstore_append_log_duration_seconds", "", "Bucketed histogram of peer appending log duration", p99)
#define COMMIT_LOG(p99) RAFT("tikv_raftstore_commit_log_duration_seconds", "", "Bucketed histogram of peer commits logs duration.", p99)
#define GRPC(type, p99, rate) HISTOGRAM("tikv_grpc_msg_duration_seconds", "priority=\"medium\",type=\"" type "\"", \
	"Bucketed histogram of grpc server messages", BOUNDS_GRPC, p99, rate)
#define THREAD(name, tid, rate) {"tikv_thread_cpu_seconds_total", "name=\"" name "\",tid=\"" tid "\"", \
	"Total user and system CPU time spent in seconds by threads.", FAMILY_COUNTER, BOUNDS_NONE, 0, rate, false, false}
#define STORE_SIZE(type, value) GAUGE("tikv_store_size_bytes", "type=\"" type "\"", "Size of storage.", value)
#define PENDING(name) GAUGE("tikv_worker_pending_task_total", "name=\"" name "\"", "Current worker pending + running tasks.", 0)
#define ENGINE(type, p99, rate) HISTOGRAM("tikv_storage_engine_async_request_duration_seconds", "type=\"" type "\"", \
	"Bucketed histogram of processing successful asynchronous requests.", BOUNDS_RAFT, p99, rate)
#define STALL(type) GAUGE("tikv_engine_write_stall", "db=\"kv\",type=\"" type "\"", "Histogram of write stall", 0)

const struct family tikv_families[] = {
	COUNTER("process_cpu_seconds_total", "", "Total user and system CPU time spent in seconds.", 1.5),
	GAUGE("process_resident_memory_bytes", "", "Resident memory size in bytes.", 6442450944.0),
	GAUGE("process_start_time_seconds", "", "Start time of the process since unix epoch in seconds.", 0),
	RARE("tikv_channel_full_total", "type=\"raftstore\"", "Total number of channel full errors."),
	HISTOGRAM("tikv_coprocessor_request_wait_seconds", "req=\"select\",type=\"all\"",
		"Bucketed histogram of coprocessor request wait duration", BOUNDS_RAFT, 0.004, 100),
	RARE("tikv_critical_error_total", "type=\"apply_msg\"", "Counter of critical error."),
	COUNTER("tikv_engine_event_total", "cf=\"write\",db=\"kv\",type=\"compaction\"", "Number of engine events.", 0.01),
	GAUGE("tikv_engine_size_bytes", "db=\"kv\",type=\"default\"", "Sizes of each column families", 16106127360.0),
	STALL("write_stall_max"),
	STALL("write_stall_percentile99"),
	COUNTER("tikv_gc_compaction_filter_perform", "", "perfrom GC in compaction filter", 0.1),
	COUNTER("tikv_gcworker_gc_tasks_vec", "task=\"gc\"", "Counter of gc tasks processed by gc_worker.", 1),
	GRPC_ASIDE("check_leader", 0.001, 5), /* stores ask each other, whatever clients and disks do */
	GRPC("coprocessor", 0.02, 200),
	GRPC("kv_batch_get", 0.02, 150),
	GRPC("kv_commit", 0.02, 120),
	GRPC("kv_gc", 30, 0.2),
	GRPC("kv_get", 0.02, 600),
	GRPC("kv_prewrite", 0.02, 120),
	GRPC("kv_scan", 0.02, 10),
	GRPC("raw_put", 0.02, 0),
	APPEND_LOG(0.006),
	APPLY_LOG(0.005),
	APPLY_WAIT(0.004),
	COMMIT_LOG(0.012),
	HISTOGRAM("tikv_raftstore_log_lag", "", "Bucketed histogram of log lag.", BOUNDS_LAG, 12, 250),
	HISTOGRAM("tikv_raftstore_raft_process_duration_secs", "type=\"ready\"",
		"Bucketed histogram of peer processing raft duration.", BOUNDS_RAFT, 0.003, 250),
	HISTOGRAM("tikv_raftstore_raft_process_duration_secs", "type=\"tick\"",
		"Bucketed histogram of peer processing raft duration.", BOUNDS_RAFT, 0.001, 50),
	GAUGE("tikv_raftstore_region_count", "type=\"leader\"", "Number of regions collected in region_collector", 0),
	GAUGE("tikv_raftstore_region_count", "type=\"region\"", "Number of regions collected in region_collector", 0),
	HISTOGRAM("tikv_raftstore_region_size", "", "Bucketed histogram of approximate region size.",
		BOUNDS_SIZE, 100663296.0, 1),
	GAUGE("tikv_raftstore_slow_score", "type=\"kvdb\"", "Slow score of the store.", 1),
	GAUGE("tikv_raftstore_slow_score", "type=\"raft\"", "Slow score of the store.", 1),
	HISTOGRAM("tikv_scheduler_command_duration_seconds", "type=\"prewrite\"",
		"Bucketed histogram of command execution", BOUNDS_GRPC, 0.01, 120),
	GAUGE("tikv_scheduler_contex_total", "", "Total number of pending commands.", 3),
	GAUGE("tikv_scheduler_l0_avg", "cf=\"default\"", "average l0 in bytes", 2),
	HISTOGRAM("tikv_scheduler_latch_wait_duration_seconds", "type=\"prewrite\"",
		"Bucketed histogram of latch wait", BOUNDS_GRPC, 0.001, 120),
	GAUGE("tikv_server_cpu_cores_quota", "", "Total CPU cores quota for TiKV server", 8),
	GAUGE("tikv_server_info", "hash=\"1f2c3b4a5d6e7f8091a2b3c4d5e6f708192a3b4c\",version=\"8.5.3\"",
		"Indicate the tikv server info, and the value is the server startup timestamp(s).", 0),
	GAUGE("tikv_server_memory_quota_bytes", "", "Total memory quota for TiKV server", 17179869184.0),
	TRAFFIC("tikv_storage_command_total", "type=\"prewrite\"", "Total number of commands received.", 120),
	ENGINE("snapshot", 0.002, 800),
	ENGINE("write", 0.01, 240),
	STORE_SIZE("available", 0),
	STORE_SIZE("capacity", 0),
	STORE_SIZE("import_size", 0),
	STORE_SIZE("kv_size", 0),
	STORE_SIZE("raft_size", 0),
	STORE_SIZE("snap_size", 0),
	STORE_SIZE("used", 0),
	THREAD("apply_0", "101", 0.1),
	THREAD("apply_1", "102", 0.1),
	THREAD("grpc_server_0", "103", 0.2),
	THREAD("raftstore_1_0", "107", 0.2),
	THREAD("sched_worker_0", "109", 0.2),
	THREAD("store_write_0", "111", 0.1),
	THREAD("unified_read_po", "113", 0.4),
	PENDING("apply-worker"),
	PENDING("background"),
	PENDING("gc-worker"),
	END,
};

#define TSO(type, rate) COUNTER("pd_tso_events", "dc=\"global\",type=\"" type "\"", "Counter of tso events", rate)

const struct family pd_families[] = {
	HISTOGRAM("etcd_disk_backend_commit_duration_seconds", "",
		"The latency distributions of commit called by disk backend.", BOUNDS_ETCD, 0.006, 10),
	HISTOGRAM("etcd_disk_wal_fsync_duration_seconds", "",
		"The latency distributions of fsync called by WAL.", BOUNDS_ETCD, 0.004, 20),
	GAUGE("etcd_mvcc_db_total_size_in_bytes", "", "Total size of the underlying database physically allocated in bytes.", 8388608),
	HISTOGRAM("etcd_network_peer_round_trip_time_seconds", "To=\"82cc24c5fb9d21d1\"",
		"Round-Trip-Time histogram between peers", BOUNDS_ETCD, 0.004, 1),
	GAUGE("etcd_server_has_leader", "", "Whether or not a leader exists. 1 is existence, 0 is not.", 1),
	GAUGE("etcd_server_quota_backend_bytes", "", "Current backend storage quota size in bytes.", 8589934592.0),
	COUNTER("go_memstats_alloc_bytes_total", "", "Total number of bytes allocated, even if freed.", 1048576),
	HISTOGRAM("pd_client_request_handle_requests_duration_seconds", "type=\"tso\"",
		"Bucketed histogram of processing time (s) of handled requests.", BOUNDS_ETCD, 0.004, 100),
	GAUGE("pd_service_maxprocs", "", "The value of GOMAXPROCS.", 8),
	GAUGE("pd_service_memory_quota_bytes", "", "The value of memory quota bytes.", 17179869184.0),
	RARE("pd_tso_events", "dc=\"global\",type=\"save\"", "Counter of tso events"), /* by the leader alone */
	TSO("system_time_slow", 0),
	COUNTER("process_cpu_seconds_total", "", "Total user and system CPU time spent in seconds.", 0.2),
	GAUGE("process_resident_memory_bytes", "", "Resident memory size in bytes.", 167772160),
	GAUGE("process_start_time_seconds", "", "Start time of the process since unix epoch in seconds.", 0),
	RARE("tidb_tikvclient_gc_action_result", "type=\"fail\"", "Counter of gc action result on each region."),
	END,
};
