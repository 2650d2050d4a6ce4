#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The simulated cluster answers as PD and TiKV do.
# takes 30 s

load helper


teardown() {
	stop_all
}

# pd PATH [CURL-OPTION...]: what the first member answers
pd() {
	local path=$1
	shift
	curl -sS --max-time 60 "$@" "${PD_ENDPOINT%%,*}/pd/api/v1$path"
}

# code PATH [CURL-OPTION...]
code() {
	pd "$@" -o /dev/null -w '%{http_code}'
}

state() {
	pd /stores | jq -r --argjson id "$1" '.stores[] | select(.store.id == $id) | .store.state_name'
}

state_is() {
	[ "$(state "$1")" = "$2" ]
}

@test "a store has the keys of PD in their order, and zeros are left out" {
	sim_start
	run -0 jq -r '.store | keys_unsorted | join(" ")' <<<"$(pd /store/1)"
	[ "$output" = "id address labels version peer_address status_address git_hash start_timestamp deploy_path last_heartbeat node_state state_name" ]
	run -0 jq -r '.status | keys_unsorted | join(" ")' <<<"$(pd /store/1)"
	[ "$output" = "capacity available used_size leader_count leader_weight leader_score leader_size region_count region_weight region_score region_size slow_score slow_trend start_ts last_heartbeat_ts uptime" ]
	run -0 pd /store/1
	[[ $output == $'{\n  "store": {\n    "id": 1,\n    "address": "127.0.1.1:20160",'* ]]
	[[ $output == *$'\n    "capacity": "500GiB",\n    "available": "452.9GiB",'* ]]
	[[ $output =~ \"last_heartbeat\":\ [0-9]{19}, ]]
}

@test "ids of members are above 2^63" {
	sim_start
	run -0 pd /members
	[[ $output == *'"member_id": 14318340322766640597'* ]]
	[ "$(jq -r .leader.name <<<"$output")" = pd2 ]
	[ "$(pd /health | jq length)" -eq 3 ]
}

@test "states follow the age of the heartbeat" {
	# a passing state might be missed
	sim_start --heartbeat 200ms --disconnected-after 600ms --down-after 1h
	[ "$(state 2)" = Up ]
	sim kill 2
	wait_until 5 state_is 2 Disconnected
	[ "$(state 1)" = Up ]
	stop_all
	sim_start --heartbeat 200ms --disconnected-after 600ms --down-after 1500ms
	sim kill 2
	wait_until 5 state_is 2 Down
	[ "$(state 1)" = Up ]
	[ "$(pd '/stores/check?state=down' | jq .count)" -eq 1 ]
	sim revive 2
	[ "$(state 2)" = Up ]
}

@test "with PD's own times a long-dead store is Down at once" {
	sim_start
	sim down 3
	[ "$(state 3)" = Down ]
	run -0 jq -e '.store.last_heartbeat < (now - 1800) * 1e9' <<<"$(pd /store/3)"
}

@test "offline and tombstone" {
	sim_start
	sim offline 1
	sim tombstone 2
	[ "$(state 1)" = Offline ]
	[ "$(pd /stores | jq .count)" -eq 2 ]
	[ "$(pd '/stores?state=2' | jq -r '.stores[0].store | "\(.state) \(.node_state) \(.state_name)"')" = "2 3 Tombstone" ]
	[ "$(pd '/stores?state=0&state=1&state=2' | jq .count)" -eq 3 ]
	[ "$(pd /stores/check | jq .count)" -eq 3 ]
	sim remove 2
	[ "$(pd '/stores?state=0&state=1&state=2' | jq .count)" -eq 2 ]
}

@test "errors in PD's own forms" {
	sim_start
	run -0 pd '/stores?state=Up'
	[ "$output" = '"strconv.Atoi: parsing \"Up\": invalid syntax"' ]
	[ "$(code '/stores?state=Up')" = 500 ]
	run -0 pd '/stores?state=3'
	[ "$output" = '"unknown StoreState: 3"' ]
	[ "$(code '/stores/check?state=x')" = 400 ]
	run -0 pd /store/999
	[ "$output" = '"[PD:core:ErrStoreNotFound]store 999 not found"' ]
	[ "$(code /store/x)" = 400 ]
	run -0 pd /no/such/path
	[ "$output" = "404 page not found" ]
	sim bootstrapped no
	run -0 pd /stores
	[ "$output" = '"[PD:cluster:ErrNotBootstrapped]TiKV cluster not bootstrapped, please start TiKV first"' ]
	[ "$(code /stores)" = 500 ]
	[ "$(code /members)" = 200 ]
	[ "$(pd /cluster/status | jq -r .raft_bootstrap_time)" = "0001-01-01T00:00:00Z" ]
}

@test "after a change of leader every store is unknown until its next heartbeat" {
	sim_start --heartbeat 1h --persist 1h
	sim age all 5m
	sim leader 1
	[ "$(pd /members | jq -r .leader.name)" = pd1 ]
	run -0 jq -r '[.stores[] | .store.state_name + .status.capacity] | unique | join(" ")' <<<"$(pd /stores)"
	[ "$output" = "Disconnected0B" ]
	run -0 jq -e '.stores | length > 0 and all(.status | has("slow_score") | not)' <<<"$(pd /stores)"
	sim heartbeat all
	run -0 jq -r '[.stores[] | .store.state_name + .status.capacity] | unique | join(" ")' <<<"$(pd /stores)"
	[ "$output" = "Up500GiB" ]
}

@test "a leader that dies is replaced; without a quorum there is none" {
	sim_start --election 500ms
	sim pd 2 kill
	run -0 pd /stores
	[ "$output" = "[PD:apiutil:ErrRedirect]redirect failed" ]
	run ! curl -sS --max-time 60 "$(cut -d, -f2 <<<"$PD_ENDPOINT")/pd/api/v1/stores"
	has_leader() { [ "$(pd /members | jq -r .leader.name)" = pd1 ]; }
	wait_until 5 has_leader
	[ "$(pd /health | jq -c '[.[] | select(.health | not) | .name]')" = '["pd2"]' ]
	sim quorum lost
	[ "$(code /stores)" = 500 ]
	no_leader() { [ "$(code /stores)" = 503 ]; }
	wait_until 10 no_leader
	run -0 pd /stores
	[ "$output" = "[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader" ]
}

@test "a frozen leader hangs whoever forwards to it" {
	sim_start
	sim pd 2 freeze
	run -28 curl -sS --max-time 0.5 "${PD_ENDPOINT%%,*}/pd/api/v1/stores"
	run -28 curl -sS --max-time 0.5 "$(cut -d, -f2 <<<"$PD_ENDPOINT")/pd/api/v1/stores"
}

@test "a killed store refuses, a frozen one hangs, a revived one counts from 0" {
	sim_start
	curl -sS "127.0.1.2:$SIM_STATUS_PORT/metrics" | grep -q '^tikv_store_size_bytes{type="capacity"} 536870912000$'
	sim kill 2
	run -7 curl -sS --max-time 60 "127.0.1.2:$SIM_STATUS_PORT/metrics"
	sim freeze 1
	run -28 curl -sS --max-time 0.5 "127.0.1.1:$SIM_STATUS_PORT/metrics"
	sim revive all
	curl -sS "127.0.1.1:$SIM_STATUS_PORT/metrics" | grep -q '^process_start_time_seconds'
	run -0 curl -sS "127.0.1.2:$SIM_STATUS_PORT/metrics"
	[[ $output == *$'\ntikv_grpc_msg_duration_seconds_bucket{priority="medium",type="kv_get",le="0.00005"} '* ]]
	[[ $output == *$'\ntikv_raftstore_log_lag_bucket{le="5120"} '* ]]
}

# at_once: ten answers, each 300 ms late, take less than the 3 s that they would take in turn
at_once() {
	local before=${EPOCHREALTIME/./} url=${PD_ENDPOINT%%,*}/pd/api/v1/cluster
	curl -sS --parallel --parallel-immediate --parallel-max 20 "$url" "$url" "$url" "$url" "$url" \
		"$url" "$url" "$url" "$url" "$url" -o /dev/null -o /dev/null -o /dev/null -o /dev/null \
		-o /dev/null -o /dev/null -o /dev/null -o /dev/null -o /dev/null -o /dev/null || return
	took=$(((${EPOCHREALTIME/./} - before) / 1000))
	[ "$took" -lt 3000 ]
}

@test "delays do not queue up behind each other" {
	sim_start
	sim delay 300
	wait_until 60 at_once
	[ "$took" -ge 300 ]
}

@test "answers on request: errors, truncated bodies, a limit" {
	sim_start
	sim error /pd/api/v1/stores 502 '<html>bad gateway</html>'
	[ "$(code /stores)" = 502 ]
	[ "$(pd /stores)" = '<html>bad gateway</html>' ]
	sim error /pd/api/v1/stores off
	[ "$(code /stores)" = 200 ]
	sim truncate /pd/api/v1/stores 100
	run -18 pd /stores
	sim truncate /pd/api/v1/stores off
	sim limit 1
	pd /cluster >/dev/null
	limited() { [ "$(code /cluster)" = 429 ]; }
	wait_until 3 limited
}

@test "Prometheus sees the requested latency, and loses absent series" {
	sim_start --scrape-interval 250ms
	sim latency 1 250
	prometheus_start
	p99='histogram_quantile(0.99, sum by (le, instance) (rate(tikv_grpc_msg_duration_seconds_bucket{type!="kv_gc"}[3s])))'
	slow() { prom_has "$p99 > 0.24 < 0.26"; }
	wait_until 20 slow
	sim absent 1 tikv_grpc_msg_duration_seconds
	no_latency() { ! prom_has "${p99/type/instance=\"127.0.1.1:$SIM_STATUS_PORT\",type}"; }
	wait_until 20 no_latency
	# each scrape has the 250 ms of its interval
	wait_until 20 prom_has 'count(up{job="tikv"} == 1) == 3'
	wait_until 20 prom_has 'count(up{job="pd"} == 1) == 3'
	wait_until 20 prom_has 'count(etcd_server_is_leader == 1) == 1'
}

@test "promtool accepts its metrics" {
	sim_start
	sim kill 3
	missed() { [ "$(curl -sS "127.0.1.1:$SIM_STATUS_PORT/metrics" | grep -c unreachable)" -gt 0 ]; }
	wait_until 5 missed
	curl -sS "127.0.1.1:$SIM_STATUS_PORT/metrics" >"$TEST_DIR/metrics"
	run promtool check metrics <"$TEST_DIR/metrics"
	[[ $output != *"error while linting"* ]]
	curl -sS "$(cut -d, -f2 <<<"$PD_ENDPOINT")/metrics" >"$TEST_DIR/metrics"
	run promtool check metrics <"$TEST_DIR/metrics"
	[[ $output != *"error while linting"* ]]
}

@test "unknown commands are refused, and it ends with its parent" {
	sim_start
	run ! sim kill
	run ! sim kill 99
	run ! sim frobnicate 1
	run -64 "$B/sim/op-sim" --stores x </dev/null
	run -64 "$B/sim/op-sim" --nonsense </dev/null
	run -0 "$B/sim/op-sim" --help
	[[ $output == usage:* ]]
	(start "$B/sim/op-sim" --with-parent --ready "$TEST_DIR/second" && echo "$STARTED" >"$TEST_DIR/pid" && sleep 0.5)
	wait_until 5 gone "$(cat "$TEST_DIR/pid")"
}

@test "with an operator, instances are pods and addresses are names" {
	sim_start --operator --name basic
	[ "$(pd /stores | jq -r '[.stores[].store | .address + " " + .status_address] | sort | .[0]')" = \
		"basic-tikv-0.basic-tikv-peer.ns.svc:20160 basic-tikv-0.basic-tikv-peer.ns.svc:$SIM_STATUS_PORT" ]
	run -0 promtool check config "$TEST_DIR/prometheus.yml"
	prometheus_start
	up() { prom_has 'tikv_store_size_bytes{type="capacity",instance="basic-tikv-2",job="ns-basic-tikv",tidb_cluster="ns-basic"}'; }
	wait_until 20 up
}

@test "unplugged members refuse, and work as before once plugged in" {
	sim_start
	before=$(pd /members)
	sim pd all unplug
	for url in ${PD_ENDPOINT//,/ }; do
		run -7 curl -sS --max-time 60 "$url/pd/api/v1/members"
	done
	sim pd all plug
	[ "$(pd /members)" = "$before" ]
	[ "$(state 1)" = Up ]
}

@test "it can end with its input" {
	mkfifo "$TEST_DIR/input"
	exec 7<>"$TEST_DIR/input"
	# shellcheck disable=SC2016
	start sh -c 'exec "$0" --until-eof --ready "$1" <"$2" 7>&-' "$B/sim/op-sim" "$TEST_DIR/ready" "$TEST_DIR/input"
	wait_until 10 test -e "$TEST_DIR/ready"
	running "$STARTED"
	exec 7>&-
	wait_until 5 gone "$STARTED"
}

store_states() {
	curl -qsS "${PD_ENDPOINT%%,*}/pd/api/v1/stores" | jq -r '[.stores | sort_by(.store.id)[].store.state_name] | join(" ")'
}

tso_savers() {
	local url
	for url in ${PD_ENDPOINT//,/ }; do
		curl -qsS "$url/metrics" | grep '^pd_tso_events.*save' | grep -v ' 0$'
	done | wc -l
}

@test "a step of PD's clock: all stores are Disconnected until their next heartbeat, and nothing else jumps" {
	sim_start --heartbeat 1h
	before=$(curl -qsS "http://127.0.1.1:$SIM_STATUS_PORT/metrics" | sed -n 's/^process_cpu_seconds_total //p')
	sim skew 30
	[ "$(store_states)" = "Disconnected Disconnected Disconnected" ]
	after=$(curl -qsS "http://127.0.1.1:$SIM_STATUS_PORT/metrics" | sed -n 's/^process_cpu_seconds_total //p')
	[ $((after - before)) -lt 30 ]
	sim heartbeat all
	[ "$(store_states)" = "Up Up Up" ]
}

@test "peers of a dead store are down after a while, and up again when it returns" {
	sim_start --down-peers-after 1s
	down_peers() { [ "$(curl -qsS "${PD_ENDPOINT%%,*}/pd/api/v1/regions/check/down-peer" | jq .count)" = "$1" ]; }
	down_peers 0
	sim kill 2
	wait_until 20 down_peers 30
	sim revive 2
	wait_until 20 down_peers 0
}

@test "only the leader saves timestamps" {
	sim_start
	one() { [ "$(tso_savers)" = "$1" ]; }
	wait_until 30 one 1
	sim leader 3
	wait_until 30 one 2
}

@test "a hung store leads, beats, answers its peers, and completes nothing" {
	sim_start
	counts() {
		curl -qsS "http://127.0.1.2:$SIM_STATUS_PORT/metrics" |
			sed -n "s/^tikv_grpc_msg_duration_seconds_count{.*type=\"$1\"} //p"
	}
	more() { [ "$(counts "$1")" -gt "$2" ]; }
	wait_until 20 more kv_get 0
	sim hang 2
	gets=$(counts kv_get) checks=$(counts check_leader)
	wait_until 20 more check_leader "$((checks + 3))"
	[ "$(counts kv_get)" = "$gets" ]
	[ "$(curl -qsS "${PD_ENDPOINT%%,*}/pd/api/v1/stores" | jq '.stores[] | select(.store.id == 2) | .status.leader_count')" = 10 ]
	sim resume 2
	wait_until 20 more kv_get "$gets"
}

@test "a slow store is not among those that PD counts as up" {
	sim_start
	sim slow 1 90
	sim heartbeat all
	for url in ${PD_ENDPOINT//,/ }; do curl -qsS "$url/metrics"; done >"$TEST_DIR/metrics"
	grep -q '^pd_cluster_status{type="store_up_count"} 2$' "$TEST_DIR/metrics"
	grep -q '^pd_cluster_status{type="store_slow_count"} 1$' "$TEST_DIR/metrics"
}

@test "prometheus.yml passes a strict parser, and has each series as often as requested" {
	sim_start --replicas 2 --scrape-interval 60s
	run -1 grep -q evaluation_interval "$TEST_DIR/prometheus.yml"
	[ "$(grep -c 'replica: r0' "$TEST_DIR/prometheus.yml")" = 6 ]
	[ "$(grep -c 'replica: r1' "$TEST_DIR/prometheus.yml")" = 6 ]
	grep -q 'scrape_interval: 60000ms' "$TEST_DIR/prometheus.yml"
	run -0 promtool check config "$TEST_DIR/prometheus.yml"
}

@test "placement rules, and a store that never comes back" {
	sim_start
	sim voters 5
	sim destroyed 3
	[ "$(curl -qsS "${PD_ENDPOINT%%,*}/pd/api/v1/config/rules" | jq -c '[.[] | .role, .count]')" = '["voter",5,"learner",1]' ]
	op-scrape --prometheus none >"$TEST_DIR/cycle"
	jq -se 'any(.[]; .kind == "cluster" and .voters == 5 and .placement_rules)
		and any(.[]; .kind == "store" and .id == "3" and .physically_destroyed and .state == "Offline")' "$TEST_DIR/cycle"
}

@test "a replaced store: a new id at the old address, and PD knows that the old one is destroyed" {
	sim_start
	sim replace 2
	[ "$(pd /stores | jq -c '[.stores[] | [.store.id, .store.address, .store.physically_destroyed // false]] | sort')" = \
		"$(jq -cn --arg a "$(pd /stores | jq -r '.stores[] | select(.store.id == 2).store.address')" \
			'[[1, ($a | sub("1\\.2:"; "1.1:")), false], [2, $a, true], [3, ($a | sub("1\\.2:"; "1.3:")), false], [1001, $a, false]]')" ]
	state_is 1001 Up
	state_is 2 Offline
}

@test "a helper whose program is missing, or ends at once, fails without waiting" {
	mkdir -p "$TEST_DIR/build/sim"
	B=$TEST_DIR/build run sim_start
	[ "$status" = 1 ]
	[ "$output" = "$TEST_DIR/build/sim/op-sim is not built: run make sims first" ]
	[ ! -e "$TEST_DIR/started" ]
	printf '#!/bin/sh\nexit 3\n' >"$TEST_DIR/build/sim/op-sim"
	chmod +x "$TEST_DIR/build/sim/op-sim"
	B=$TEST_DIR/build run sim_start
	[ "$status" = 1 ]
	[[ $output == 'ended before it was ready: '* ]]
	B=/nowhere run bash -c "bats_require_minimum_version() { :; }; . '$BATS_TEST_DIRNAME/helper.bash'"
	[ "$status" = 1 ]
	[ "$output" = '/nowhere is not there: run make all sims first' ]
}
