-- SPDX-License-Identifier: ISC
--
-- What an invariant of this subject can name: a table per kind, a column per
-- field. The types determine how values compare: ids are text (they have 64 bits,
-- JSON's numbers 53), counts and bytes from PD are integers, everything that
-- Prometheus measured is real, booleans are 0 and 1, objects and arrays are JSON
-- text. A field that was not measured is NULL, and so is what is computed from it.
--
-- "PD" stands for its HTTP API below /pd/api/v1. A column without such a source
-- has its PromQL in metrics.tsv.

CREATE TABLE store (
	id                            TEXT,     -- PD /stores: store.id
	address                       TEXT,     -- PD /stores: store.address, tikv-0:20160
	status_address                TEXT,     -- PD /stores: store.status_address, tikv-0:20180
	engine                        TEXT,     -- tikv or tiflash, from the label "engine" of PD /stores
	state                         TEXT,     -- PD /stores: state_name: Up, Disconnected, Down, Offline, Tombstone
	version                       TEXT,     -- PD /stores: store.version
	labels                        TEXT,     -- PD /stores: store.labels as one object, {"zone":"z1","host":"h1"}
	disk_total_bytes              INTEGER,  -- PD /stores: status.capacity
	disk_available_bytes          INTEGER,  -- PD /stores: status.available
	disk_used_bytes               INTEGER,  -- capacity - available: used by TiKV or by anything else
	data_bytes                    INTEGER,  -- PD /stores: status.used_size
	leader_count                  INTEGER,  -- PD /stores: status.leader_count
	region_count                  INTEGER,  -- PD /stores: status.region_count
	leader_weight                 REAL,     -- PD /stores: status.leader_weight; 0: it should lead nothing
	region_weight                 REAL,     -- PD /stores: status.region_weight; 0: it should hold nothing
	leader_score                  REAL,     -- PD /stores: status.leader_score, what PD balances
	region_score                  REAL,     -- PD /stores: status.region_score, what PD balances
	node_state                    TEXT,     -- PD /stores: store.node_state: Preparing, Serving, Removing, Removed; from 6.0
	physically_destroyed          INTEGER,  -- PD /stores: store.physically_destroyed: 1: it was declared lost for good
	slow_score                    INTEGER,  -- PD /stores: status.slow_score, 1 (good) to 100; from 5.2
	last_heartbeat_age_s          REAL,     -- PD's Date - PD /stores: store.last_heartbeat
	uptime_s                      REAL,     -- PD /stores: status.uptime; stands still for a dead store
	stale                         INTEGER,  -- 1: no capacity and no heartbeat within 20s: no report since PD's leader changed
	instance                      TEXT,     -- the store's name in Prometheus, even if last scraped a day ago; NULL: none maps to it
	scraped                       REAL,     -- 1: its instance has samples now; 0: only within the last day
	source_count                  REAL,     -- sources of its instance's samples; more than one is ambiguous, and its columns are left out
	disk_total_metric_bytes       REAL,     -- the capacity that Prometheus has for this instance
	disk_total_differs            INTEGER,  -- 1: by more than the four digits that PD prints
	qps                           REAL,     -- requests of clients a second
	qps_max_15m                   REAL,     -- the highest qps within 15m
	latency_p99_ms                REAL,     -- of the requests of clients
	cpu_percent                   REAL,     -- of one core
	raft_lag                      REAL,     -- P99, entries
	memory_bytes                  REAL,     -- resident
	raft_lag_per_s                REAL,     -- observations of raft_lag a second: 0 explains why it is missing
	process_age_s                 REAL,     -- how long ago the process started
	restart_count                 REAL,     -- 1: an earlier process was sampled within 5m
	seen_before                   REAL,     -- 1: an earlier process of its instance was sampled within the last day
	upgraded                      REAL,     -- 1: no process of its instance ran this version or build before, within the last day
	cpu_quota_percent             REAL,     -- what it may use, of one core: 800 is 8 cores
	memory_quota_bytes            REAL,
	memory_growth_bytes           REAL,     -- within 5m
	critical_error_count          REAL,     -- within 1m
	unreachable_per_s             REAL,     -- messages to it that its peers could not deliver, of those peers that are scraped
	channel_full_count            REAL,     -- within 10m
	write_stall_growth_ms         REAL,     -- within 10m, the worst of the engines' figures
	l0_file_count                 REAL,     -- average number of level 0 files, the worst column family
	leader_drop_count             REAL,     -- leaders lost within 1m; negative: won
	region_drop_count             REAL,     -- by how many regions it is below its maximum within 1h
	scheduler_change_count        REAL,     -- commands in the scheduler: change within 5m, either way
	pending_task_count            REAL,     -- tasks of the worker with the most
	async_snapshot_p99_s          REAL,
	async_snapshot_per_s          REAL,
	async_write_p99_s             REAL,
	async_write_per_s             REAL,
	coprocessor_wait_p9999_s      REAL,     -- the slowest type of request
	coprocessor_per_s             REAL,
	raft_append_p99_s             REAL,
	raft_append_per_s             REAL,
	raft_apply_p99_s              REAL,
	raft_apply_per_s              REAL,
	raft_ready_p999_s             REAL,
	raft_ready_per_s              REAL,
	raft_tick_p999_s              REAL,
	raft_tick_per_s               REAL,
	latch_wait_p99_s              REAL,     -- the slowest type of command
	latch_wait_per_s              REAL,
	scheduler_command_p99_s       REAL,     -- the slowest type of command
	scheduler_command_per_s       REAL,
	raftstore_cpu_percent         REAL,     -- of one core, all raftstore threads together
	apply_cpu_percent             REAL,     -- of one core, the busiest apply thread
	coprocessor_cpu_percent       REAL      -- of one core, average of the read pool's threads
) STRICT;

CREATE TABLE member (
	id                            TEXT,     -- PD /members: member_id
	name                          TEXT,     -- PD /members: name
	health                        INTEGER,  -- PD /health: health
	leader                        INTEGER,  -- PD /members: 1 for the one that "leader" names, else 0
	etcd_leader                   INTEGER,  -- PD /members: 1 for the one that "etcd_leader" names, else 0
	version                       TEXT,     -- PD /members: binary_version
	client_urls                   TEXT,     -- PD /members: client_urls, an array
	instance                      TEXT,     -- the member's name in Prometheus; NULL: none maps to it
	scraped                       REAL,     -- 1: its instance has samples now; 0: only within the last day
	source_count                  REAL,     -- as a store's
	process_age_s                 REAL,     -- how long ago the process started
	restart_count                 REAL,     -- 1: an earlier process was sampled within 5m
	seen_before                   REAL,     -- 1: an earlier process of its instance was sampled within the last day
	upgraded                      REAL,     -- as a store's
	cpu_percent                   REAL,     -- of one core
	cpu_quota_percent             REAL,     -- what it may use, of one core
	memory_bytes                  REAL,     -- resident
	memory_quota_bytes            REAL,
	etcd_db_bytes                 REAL,
	etcd_quota_bytes              REAL,
	etcd_fsync_p99_s              REAL,     -- of etcd's write-ahead log
	etcd_peer_rtt_p99_s           REAL,     -- the slowest peer
	lease_drop_count              REAL,     -- leadership lost within 10m while the process lived
	system_time_slow_count        REAL      -- how often its clock was behind the timestamps it issued, within 10m
) STRICT;

CREATE TABLE cluster (
	region_count                  INTEGER,  -- PD /stats/region?count: count
	empty_region_count            INTEGER,  -- PD /stats/region?count: empty_count
	max_replicas                  INTEGER,  -- PD /config/replicate: max-replicas
	location_labels               TEXT,     -- PD /config/replicate: location-labels as an array, ["zone","host"]
	placement_rules               INTEGER,  -- PD /config/replicate: enable-placement-rules; 1: voters decides, not max_replicas
	voters                        INTEGER,  -- PD /config/rules: voters of a region by the strictest rule; without learners
	voter_location_labels         TEXT,     -- PD /config/rules: location_labels of that rule, as an array
	max_store_down_time_s         REAL,     -- PD /config/schedule: max-store-down-time
	low_space_ratio               REAL,     -- PD /config/schedule: low-space-ratio
	initialized                   INTEGER,  -- PD /cluster/status: is_initialized
	version                       TEXT,     -- PD /version: version
	miss_peer_region_count        REAL,     -- regions with fewer replicas than wanted
	down_peer_region_count        REAL,     -- regions with a replica that does not answer
	pending_peer_region_count     REAL,     -- regions with a replica whose log is far behind
	tikv_gap_count                REAL,     -- TiKVs of the last hour whose last 10m Prometheus does not know
	pd_gap_count                  REAL,     -- the same of PD members
	tidb_gap_count                REAL,     -- the same of TiDBs
	leader_change_count           REAL,     -- PD members that became leader within 10m
	etcd_leader_change_count      REAL,     -- changes of etcd leadership within 10m, two for each handover
	region_size_p99_bytes         REAL,
	region_size_per_s             REAL,     -- observations of region_size_p99_bytes a second
	gc_task_count                 REAL,     -- within 1d
	gc_filter_count               REAL,     -- compactions that collected garbage, within 1d
	write_compaction_count        REAL,     -- compactions of the write column family, within 1d; known after a day
	gc_fail_count                 REAL,     -- garbage collection actions of TiDB that failed, within 1m
	tso_wait_p99_s                REAL,     -- as TiDB sees it, the slowest TiDB
	tso_per_s                     REAL
) STRICT;

CREATE TABLE source (
	id                            TEXT,     -- pd, prometheus
	ok                            INTEGER,
	kinds                         TEXT,     -- array: what it is the authority for
	incomplete                    TEXT,     -- array: those of them that are not complete
	missing                       TEXT,     -- array: the columns whose query failed
	errors                        TEXT,     -- object: why, by KIND.COLUMN
	warnings                      TEXT,     -- array: what Prometheus warned of
	unmapped                      TEXT,     -- array: ids of stores without an instance
	unmatched                     TEXT,     -- array: living instances without a store
	ambiguous                     TEXT,     -- array: instances that more than one source has
	url                           TEXT,     -- who answered
	history                       INTEGER,  -- 1: the cycle is of the past, from Prometheus
	step_s                        REAL,     -- from one cycle of the past to the next
	scrape_interval_s             REAL,     -- how often Prometheus scrapes, if PD is rebuilt from its metrics
	assumed                       TEXT,     -- array: fields taken from today's PD, because no metric has them
	tried                         TEXT,     -- array: the endpoints tried before it, and their errors
	error                         TEXT,     -- why ok is 0
	elapsed_ms                    REAL,
	skew_ms                       REAL      -- its clock - ours, from the Date header
) STRICT;
