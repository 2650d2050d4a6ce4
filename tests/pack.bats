#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The TiKV subject: its files agree with each other, its SQL with its cases, and its
# PromQL with a real Prometheus.
# takes 85 s

load helper

# Counters of a process are known only after two windows, so these are short.
setup_file() {
	export OP_WINDOW=10s
	TEST_DIR=$BATS_FILE_TMPDIR
	sim_start --stores 3 --tiflash 1
	prometheus_start
}

teardown_file() {
	# shellcheck disable=SC2034 # for stop_all
	TEST_DIR=$BATS_FILE_TMPDIR
	stop_all
}

setup() {
	TIKV=$BATS_TEST_DIRNAME/../share/subjects/tikv
}

teardown() {
	stop_all
}

pack() {
	python3 "$BATS_TEST_DIRNAME/pack.py" "$@"
}

@test "schema.sql runs under sqlite3" {
	run -0 sqlite3 -bail :memory: ".read \"$TIKV/schema.sql\"" ".tables"
	[[ $output == *store* && $output == *member* && $output == *cluster* && $output == *source* ]]
}

@test "the columns of metrics.tsv are in schema.sql, and an invariant reads each" {
	run -0 pack columns "$TIKV"
}

@test "every invariant has cases that are violated, ok and unknown" {
	run -0 pack cases "$TIKV"
}

@test "ALERTS.md lists all 49 official alerts and every invariant, with severity and grace" {
	run -0 pack alerts "$TIKV"
}

@test "the files are good" {
	run -0 op-check -s tikv -n
}

@test "every case holds" {
	run -0 op-check test "$TIKV"
}

@test "a blanked field makes no row disappear" {
	run -0 pack blank "$TIKV"
}

@test "promtool accepts all PromQL, with and without matchers" {
	pack rules "$TIKV" >"$BATS_TEST_TMPDIR/rules.yml"
	run -0 promtool check rules "$BATS_TEST_TMPDIR/rules.yml"
}

@test "first counts, former leaders, restarts, idle histograms: the PromQL gives the right values" {
	pack promql "$TIKV" >"$BATS_TEST_TMPDIR/promql.yml"
	run -0 promtool test rules "$BATS_TEST_TMPDIR/promql.yml"
}

@test "in a real Prometheus every column gives one series for each store, member or cluster" {
	# this is known only from samples of a day ago
	wait_until 60 pack series "$TIKV" "$PROMETHEUS_URL" write_compaction_count
}

# Here a process younger than five minutes may be new or restarted, so no process counts as young.
# the invariants that are violated for an id ("null": the cluster), or not evaluated, or unknown
found() { # KIND...
	op-scrape >"$BATS_TEST_TMPDIR/cycle" || [ $? -eq 69 ]
	op-check --set store_restarted.young_s=0 --set member_restarted.young_s=0 <"$BATS_TEST_TMPDIR/cycle" | jq -r --arg kinds "$*" '
		select((.kind | inside($kinds)) and .complete != true) |
		.invariant_name + " " + ((.store_ids // [.store_id])[] | tostring)'
}

nothing_found() {
	local what
	what=$(found violation unknown check) && [ -z "$what" ]
}

all_found() { # "INVARIANT ID"...
	local have want
	have=$(found violation)
	for want in "$@"; do
		grep -qxF -e "$want" <<<"$have" || {
			echo "not found: $want"
			return 1
		}
	done
}

@test "every invariant of a healthy cluster is evaluated, and holds" {
	wait_until 60 nothing_found
}

@test "each fault of a simulated cluster is found by its invariant" {
	sim_start --stores 6 --tiflash 1
	prometheus_start
	wait_until 60 nothing_found

	local histogram faults=(
		"down 2" "offline 3" "tombstone 4"
		"slow 1 85" "disk 1 90" "cpu 1 60" "memory 1 16500000000"
		"latency 1 400" "lag 1 9000"
		"value 1 tikv_scheduler_l0_avg 95"
		"value 1 tikv_scheduler_contex_total 5000"
		"value 1 tikv_worker_pending_task_total{name=\"background\"} 2000"
		"value 1 tikv_engine_write_stall{db=\"kv\",type=\"write_stall_max\"} 90000"
		"value 1 tikv_critical_error_total 1"
		"value 1 tikv_channel_full_total 1"
		"rate 1 tikv_thread_cpu_seconds_total{name=\"raftstore_1_0\",tid=\"107\"} 15"
		"rate 1 tikv_thread_cpu_seconds_total{name=\"apply_1\",tid=\"102\"} 9"
		"rate 1 tikv_thread_cpu_seconds_total{name=\"unified_read_po\",tid=\"113\"} 9"
		"value all tikv_raftstore_region_size 5000000000"
		"regions miss-peer 500" "regions down-peer 1" "regions pending-peer 500"
		"pd 3 unhealthy"
		"rate pd1 process_cpu_seconds_total 60"
		"value pd1 process_resident_memory_bytes 16500000000"
		"value pd1 etcd_mvcc_db_total_size_in_bytes 8000000000"
		"value pd1 etcd_disk_wal_fsync_duration_seconds 3"
		"value pd1 etcd_network_peer_round_trip_time_seconds 3"
		"value pd1 pd_client_request_handle_requests_duration_seconds 3"
		"value pd1 tidb_tikvclient_gc_action_result 50"
		"rate pd1 pd_tso_events{dc=\"global\",type=\"system_time_slow\"} 1"
		"skew 10")
	for histogram in tikv_raftstore_{append,apply}_log_duration_seconds \
		tikv_raftstore_raft_process_duration_secs tikv_storage_engine_async_request_duration_seconds \
		tikv_scheduler_latch_wait_duration_seconds tikv_scheduler_command_duration_seconds; do
		faults+=("value 1 $histogram 6")
	done
	faults+=("value 1 tikv_coprocessor_request_wait_seconds 20")
	for fault in "${faults[@]}"; do
		sim "$fault"
	done

	PD1=$(jq -r 'select(.kind == "member" and .name == "pd1").id' "$BATS_TEST_TMPDIR/cycle")
	PD3=$(jq -r 'select(.kind == "member" and .name == "pd3").id' "$BATS_TEST_TMPDIR/cycle")
	wait_until 60 all_found "store_down 2" "store_offline 3" "store_slow 1" "low_disk_space 1" \
		"high_cpu 1" "high_memory 1" "memory_growth 1" "high_latency 1" "raft_log_lag 1" \
		"write_stall_near 1" "scheduler_backlog 1" "pending_tasks 1" "write_stall 1" \
		"raftstore_cpu 1" "apply_cpu 1" "coprocessor_cpu 1" "raft_append_slow 1" \
		"raft_apply_slow 1" "raft_ready_slow 1" "raft_tick_slow 1" "async_snapshot_slow 1" \
		"async_write_slow 1" "latch_wait 1" "scheduler_slow 1" "coprocessor_wait 1" \
		"large_regions null" "miss_peer_regions null" "down_peer_regions null" \
		"pending_peer_regions null" "tso_slow null" "member_down $PD3" "member_high_cpu $PD1" \
		"member_high_memory $PD1" "etcd_low_space $PD1" "etcd_fsync_slow $PD1" \
		"etcd_peer_slow $PD1" "clock_behind $PD1" "clock_skew pd"
	# these count from here on
	sim "value 1 tikv_channel_full_total 2"
	sim "value 1 tikv_critical_error_total 7"
	sim "value pd1 tidb_tikvclient_gc_action_result 500"
	wait_until 30 all_found "channel_full 1" "critical_error 1" "gc_failing null"
}

@test "right after a change of the PD leader no store is reported down, and the change is" {
	sim_start --stores 3 --heartbeat 2s
	prometheus_start
	wait_until 60 nothing_found
	sim "leader 1"
	sim "isolate 2"
	sim "age 2 1m"
	sim "leader 3"
	run -0 found violation
	[[ $output != *store_down* ]]
	[[ $output == *"store_stale 2"* ]]
	wait_until 30 all_found "leader_changes null" "store_stale 2"
}
