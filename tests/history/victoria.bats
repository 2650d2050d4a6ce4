#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# VictoriaMetrics instead of Prometheus.
# shellcheck disable=SC2016 # the dollars are jq's

load ../helper
load ../scrape

setup() {
	needs victoria-metrics
	cd "$TEST_DIR" || return
}

teardown() { stop_all; }

# victoria_start [OPTION...]: on loopback only; PROMETHEUS_URL is its URL
victoria_start() {
	local port
	port=$(free_port)
	start victoria-metrics -storageDataPath="$TEST_DIR/victoria" -httpListenAddr="127.0.0.1:$port" \
		-memory.allowedBytes=256MB "$@" >"$TEST_DIR/victoria.log" 2>&1
	PROMETHEUS_URL=http://127.0.0.1:$port
	export PROMETHEUS_URL
	wait_until 20 curl -sSf --noproxy '*' "$PROMETHEUS_URL/health"
}

# measured: the columns for which the cycle's stores and members have a value
measured() {
	jq -r 'select(.kind == "store" or .kind == "member" or .kind == "cluster") | .kind + "." + (.id // "") + "." + keys[]' cycle | sort
}

# same_measured URL URL: both have values for the same columns
same_measured() {
	local url
	for url; do
		op-scrape --prometheus "$url" >cycle || return
		measured >"measured.${url##*:}"
	done
	diff "measured.${1##*:}" "measured.${2##*:}"
}

@test "it accepts the simulator's prometheus.yml, and answers every live column as Prometheus does" {
	local victoria prometheus
	sim_start
	prometheus_start
	prometheus=$PROMETHEUS_URL
	victoria_start -promscrape.config="$TEST_DIR/prometheus.yml" -search.latencyOffset=1s
	victoria=$PROMETHEUS_URL
	wait_until 60 sh -c 'op-scrape | jq -es "map(select(.kind == \"store\" and .qps and .instance)) | length == 3"'
	scrape 0
	jq -es 'map(select(.id == "prometheus")) | length == 1 and all(.ok and (has("missing") | not))' cycle
	wait_until 60 same_measured "$victoria" "$prometheus"
	from_metrics() {
		scrape 0 --pd metrics &&
			jq -es 'map(select(.id == "prometheus")) | length == 1 and all(.ok and (has("missing") or has("incomplete") | not))' cycle &&
			jq -es 'map(select(.kind == "store")) | length == 3 and all(.state == "Up" or .state == null)' cycle
	}
	wait_until 60 from_metrics
}

@test "history: every column, and no false ticket in the first ten minutes of a target" {
	local now from
	sim_start
	victoria_start
	now=$(date +%s)
	from=$((now - 1500))
	python3 "$BATS_TEST_DIRNAME/imported.py" "$PROMETHEUS_URL" prometheus.yml $((from + 30)) $((now - 120)) 15
	scrape 0 --from "@$from" --to "@$((from + 900))" --pd none
	jq -es 'map(select(.kind == "source")) | length >= 25 and all(.ok and (has("missing") | not) and .scrape_interval_s == 15)' cycle
	jq -es 'map(select(.kind == "store" and .qps)) | length >= 60' cycle
	op-check <cycle >verdicts
	op-ticket --db t.db ingest -q <verdicts
	op-ticket --db t.db list --ndjson >tickets
	cat tickets
	[ ! -s tickets ]
	# the invariants that a first sample could deceive were evaluated
	for invariant in store_restarted member_restarted leader_changes; do
		jq -es --arg name "$invariant" 'any(.kind == "check" and .invariant_name == $name and .complete)' verdicts
	done
}
