-- SPDX-License-Identifier: ISC
--
-- What an invariant of this subject can name: a table per kind, a column per
-- field. The types say how values compare: ids are text (64 bits, and JSON's
-- numbers have 53), counts and bytes of PD are integers, all that Prometheus
-- measured is real, booleans are 0 and 1, objects and arrays are JSON text.
-- A field that was not measured is NULL, and so is what is computed of it.
--
-- PD is its HTTP API below /pd/api/v1; a column without a source there is a
-- line of metrics.tsv, where its PromQL stands.

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
	disk_used_bytes               INTEGER,  -- capacity - available: what is no longer free, whoever uses it
	data_bytes                    INTEGER,  -- PD /stores: status.used_size
	leader_count                  INTEGER,  -- PD /stores: status.leader_count
	region_count                  INTEGER,  -- PD /stores: status.region_count
	slow_score                    INTEGER,  -- PD /stores: status.slow_score, 1 (good) to 100; from 5.2
	last_heartbeat_age_s          REAL,     -- PD's Date - PD /stores: store.last_heartbeat
	uptime_s                      REAL,     -- PD /stores: status.uptime; stands still for a dead store
	stale                         INTEGER,  -- 1: PD shows no capacity, it has not heard of the store since its leader changed
	instance                      TEXT,     -- the store's name in Prometheus; NULL: none maps to it
	qps                           REAL,     -- requests a second
	latency_p99_ms                REAL,
	cpu_percent                   REAL,     -- of one core
	raft_lag                      REAL,     -- P99, entries
	memory_bytes                  REAL      -- resident
) STRICT;

CREATE TABLE member (
	id                            TEXT,     -- PD /members: member_id
	name                          TEXT,     -- PD /members: name
	health                        INTEGER,  -- PD /health: health
	leader                        INTEGER,  -- PD /members: 1 for the one that "leader" names, else 0
	etcd_leader                   INTEGER,  -- PD /members: 1 for the one that "etcd_leader" names, else 0
	version                       TEXT,     -- PD /members: binary_version
	client_urls                   TEXT,     -- PD /members: client_urls, an array
	instance                      TEXT      -- the member's name in Prometheus; NULL: none maps to it
) STRICT;

CREATE TABLE cluster (
	region_count                  INTEGER,  -- PD /stats/region?count: count
	empty_region_count            INTEGER,  -- PD /stats/region?count: empty_count
	max_replicas                  INTEGER,  -- PD /config/replicate: max-replicas
	location_labels               TEXT,     -- PD /config/replicate: location-labels as an array, ["zone","host"]
	max_store_down_time_s         REAL,     -- PD /config/schedule: max-store-down-time
	low_space_ratio               REAL,     -- PD /config/schedule: low-space-ratio
	initialized                   INTEGER,  -- PD /cluster/status: is_initialized
	version                       TEXT      -- PD /version: version
) STRICT;

CREATE TABLE source (
	id                            TEXT,     -- pd, prometheus
	ok                            INTEGER,
	kinds                         TEXT,     -- array: what it is the authority for
	incomplete                    TEXT,     -- array: those of them that it could not give whole
	missing                       TEXT,     -- array: the columns whose query failed
	url                           TEXT,     -- who answered
	error                         TEXT,     -- why ok is 0
	elapsed_ms                    REAL,
	skew_ms                       REAL      -- its clock - ours, from the Date header
) STRICT;
