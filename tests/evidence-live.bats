#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Ways of losing evidence, live, with Prometheus' own staleness markers.
# takes 90 s

load helper

teardown() {
	stop_all
}

# cycle: runs op once, with a window of ten scrapes and no graces
cycle() {
	op-scrape --timeout 5s --window 10s 2>/dev/null |
		op-check "${graces[@]}" --set store_restarted.young_s=0 --set member_restarted.young_s=0 |
		op-ticket --db "$TEST_DIR/tickets.db" ingest --gone-after 2s 2>/dev/null
}

# states: KEY and resolution of the tickets that we caused
states() {
	op-ticket --db "$TEST_DIR/tickets.db" list --ndjson | jq -r --arg keys "$*" '
		select(.violation_key as $k | $keys | split(" ") | index($k)) | .violation_key + " " + (.resolution // "open")' | sort
}

all_are() { # STATE
	cycle
	[ "$(states "${keys[@]}")" = "$(printf "%s $1\n" "${keys[@]}" | sort)" ]
}

# stay_open SECONDS: all of them stay open, whatever op observes
stay_open() {
	local end=$((SECONDS + $1))
	while ((SECONDS < end)); do
		all_are open || {
			states "${keys[@]}"
			return 1
		}
		sleep 1 # until the next scrape
	done
}

@test "live: dropped metrics, a Prometheus killed without markers, a store that is frozen or hangs" {
	local name graces=() keys=(critical_error:1 high_latency:1 apply_cpu:1 write_stall_near:1 raft_append_slow:1)
	for name in "${keys[@]%:1}"; do
		graces+=(--set "$name.grace=0")
	done
	sim_start --stores 3 --scrape-interval 1s
	prometheus_start
	sim "value 1 tikv_critical_error_total 1"
	sim "rate 1 tikv_critical_error_total 3"
	sim "latency 1 400"
	sim "value 1 tikv_raftstore_append_log_duration_seconds 6"
	sim "rate 1 tikv_thread_cpu_seconds_total{name=\"apply_1\",tid=\"102\"} 9"
	sim "value 1 tikv_scheduler_l0_avg 95"
	wait_until 60 all_are open

	sed '/honor_labels/a\    metric_relabel_configs: [{source_labels: [__name__], regex: "tikv_(critical|grpc|thread|scheduler|raftstore).*", action: drop}]' \
		"$TEST_DIR/prometheus.yml" >"$TEST_DIR/relabelled.yml"
	cp "$TEST_DIR/prometheus.yml" "$TEST_DIR/whole.yml"
	cp "$TEST_DIR/relabelled.yml" "$TEST_DIR/prometheus.yml"
	kill -HUP "$PROMETHEUS_PID"
	wait_until 20 lacks tikv_scheduler_l0_avg
	stay_open 8
	cp "$TEST_DIR/whole.yml" "$TEST_DIR/prometheus.yml"
	kill -HUP "$PROMETHEUS_PID"
	wait_until 20 prom_has tikv_scheduler_l0_avg
	stay_open 8

	kill -KILL "$PROMETHEUS_PID"
	wait_until 10 gone "$PROMETHEUS_PID"
	stay_open 4
	prometheus_start
	stay_open 15

	sim "freeze 1"
	stay_open 8
	sim "revive 1"
	stay_open 8
	sim "hang 1"
	stay_open 15
	sim "resume 1"

	sim "rate 1 tikv_critical_error_total 0"
	sim "latency 1 5"
	sim "value 1 tikv_raftstore_append_log_duration_seconds 0.005"
	sim "rate 1 tikv_thread_cpu_seconds_total{name=\"apply_1\",tid=\"102\"} 0.1"
	sim "value 1 tikv_scheduler_l0_avg 2"
	wait_until 60 all_are cleared
}

lacks() {
	[ -z "$(prom_value "$1")" ]
}
