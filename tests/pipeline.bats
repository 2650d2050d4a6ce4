#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The four programs together, with a simulated cluster and a real Prometheus:
# whatever breaks, silence is never taken for health.
# takes 50 s

load helper

setup_file() {
	TEST_DIR=$BATS_FILE_TMPDIR
	export OP_WINDOW=10s # counters are known only after two windows
	sim_start --election 500ms --heartbeat 500ms --disconnected-after 1500ms --down-after 3s --scrape-interval 500ms
	prometheus_start
	wait_until 30 prom_has 'count(rate(tikv_grpc_msg_duration_seconds_count[1m])) >= 24'
}

teardown_file() {
	TEST_DIR=$BATS_FILE_TMPDIR
	stop_all
}

setup() {
	export OP_DB=$TEST_DIR/tickets.db
}

teardown() {
	sim error /pd/api/v1/stores off
	sim pd all start
	sim quorum back
	wait_until 10 sim_answers
	sim rejoin all
	sim latency all 20
	sim disk all 20
	sim revive all
	sim heartbeat all
	sim present all tikv_grpc_msg_duration_seconds
	stop_all
}

sim_answers() {
	curl -sSf "${PD_ENDPOINT%%,*}/pd/api/v1/stores"
}

pipeline() {
	op-scrape | op-check | op-ticket ingest
}

# keys [LIST-OPTION...]: the violation keys, sorted, on one line
keys() {
	op-ticket list "$@" | jq -r .violation_key | sort | paste -sd' '
}

# at TIME SECONDS: the RFC 3339 time that many seconds later
at() {
	jq -rn --arg at "$1" --argjson s "$2" '$at | sub("\\.[0-9]+Z$"; "Z") | fromdate + $s | todate'
}

# moved SECONDS <STREAM: the same cycle, SECONDS later
moved() {
	jq -c --argjson s "$1" 'if .kind == "begin"
		then .at |= (sub("\\.[0-9]+Z$"; "Z") | fromdate + $s | todate) else . end'
}

# the content of the database, byte by byte
database() {
	sha256sum <"$OP_DB"
	ls "$OP_DB"*
}

# positions FILE: where to cut it: about sixty places, and all of the last ten
positions() {
	local size step
	size=$(wc -c <"$1")
	step=$((size / 50 + 1))
	{
		seq 0 "$step" $((size - 1))
		seq $((size - 10)) $((size - 1))
		grep -bo '^{' "$1" | cut -d: -f1 | head -40
	} | sort -nu
}

store_down() {
	[ "$(curl -sS "${PD_ENDPOINT%%,*}/pd/api/v1/store/$1" | jq -r .store.state_name)" = Down ]
}

@test "op-loop drives the pipeline: a store dies, a ticket appears; it comes back, the ticket resolves by evidence" {
	run --separate-stderr -0 op-loop -i 1 -n 2 -- sh -c 'op-scrape | op-check | op-ticket ingest'
	[ "$(keys --open)" = "" ]
	[[ $stderr == *"Check complete: "* ]]

	sim kill 2
	wait_until 10 store_down 2
	run --separate-stderr -0 op-loop -i 1 -n 3 -- sh -c 'op-scrape | op-check | op-ticket ingest'
	[[ $stderr == *"Created ticket 1: store_down 2 "* ]]
	[ "$(op-ticket list | jq -r 'select(.invariant_name == "store_down") | "\(.violation_key) \(.status) \(.occurrence_count) \(.severity)"')" = "store_down:2 open 3 critical" ]

	sim revive 2
	run --separate-stderr -0 op-loop -i 1 -n 1 -- op-scrape '|' op-check '|' op-ticket ingest
	[[ $stderr == *"Auto-resolved 1 ticket(s)"* ]]
	[ "$(op-ticket show 1 | jq -r '"\(.violation_key) \(.status) \(.resolution) \(.events | map(.event) | join(" "))"')" = "store_down:2 resolved cleared created resolved" ]
}

@test "PD at a closed port: the cycle is whole, nothing resolves, after 60 s source_down:pd is a ticket of the same cluster" {
	sim kill 2
	wait_until 10 store_down 2
	pipeline
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx store_down:2)" = 1 ]
	cluster=$(op-ticket list --open | jq -r .cluster | sort -u)
	sim revive 2

	closed=http://127.0.0.1:$(free_port)
	run --separate-stderr -69 env PD_ENDPOINT="$closed" op-scrape
	grep -v '^$' <<<"$output" >"$TEST_DIR/observations"
	[ "$(jq -r 'select(.kind == "source" and .id == "pd") | "\(.ok) \(.url)"' "$TEST_DIR/observations")" = "false $closed" ]
	[ "$(tail -n 1 "$TEST_DIR/observations" | jq -c .)" = "{\"kind\":\"end\",\"records\":$(($(wc -l <"$TEST_DIR/observations") - 2))}" ]

	before=$(op-ticket list --open | jq -r '"\(.violation_key) \(.status)"' | sort)
	for later in 1 31 59; do
		moved "$later" <"$TEST_DIR/observations" | op-check | op-ticket ingest
		[ "$(op-ticket list --open | jq -r '"\(.violation_key) \(.status)"' | sort)" = "$before" ]
	done
	moved 61 <"$TEST_DIR/observations" | op-check | op-ticket ingest
	[ "$(op-ticket list --open | jq -r '"\(.violation_key) \(.cluster)"' | grep source_down)" = "source_down:pd $cluster" ]
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx store_down:2)" = 1 ]
	[ "$(op-ticket list | jq -r .resolution | grep -v null)" = "" ]

	# and when PD answers again, its answers resolve both
	op-scrape | moved 90 | op-check | op-ticket ingest
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cE '^(store_down|source_down):')" = 0 ]
}

@test "Prometheus at a closed port: PD's invariants are evaluated, those on its metrics are not" {
	run --separate-stderr -69 env PROMETHEUS_URL="http://127.0.0.1:$(free_port)" op-scrape
	op-check <<<"$output" >"$TEST_DIR/verdicts"
	[ "$(jq -c 'select(.kind == "ok" and .invariant_name == "store_down") | .store_ids' "$TEST_DIR/verdicts")" = '["1","2","3"]' ]
	[ "$(jq -c 'select(.kind == "ok" and .invariant_name == "high_latency")' "$TEST_DIR/verdicts")" = "" ]
	[ "$(jq -c 'select(.kind == "violation" and .invariant_name == "source_down") | .store_id' "$TEST_DIR/verdicts")" = '"prometheus"' ]
}

@test "observations cut at any byte: op-check exits 65 and passes on nothing that ingest would take" {
	pipeline
	before=$(database)
	op-scrape >"$TEST_DIR/observations"
	for n in $(positions "$TEST_DIR/observations"); do
		local status=0
		head -c "$n" "$TEST_DIR/observations" | op-check >"$TEST_DIR/verdicts" 2>"$TEST_DIR/said" || status=$?
		[ "$status" -eq 65 ] || { echo "cut at $n: $status"; false; }
		[ -s "$TEST_DIR/said" ]
		[ "$(wc -l <"$TEST_DIR/said")" -eq 1 ]
		run ! grep -q '"kind":"end"' "$TEST_DIR/verdicts"
		run -65 op-ticket ingest <"$TEST_DIR/verdicts"
	done
	[ "$(database)" = "$before" ]
}

@test "verdicts cut at any byte: op-ticket exits 65 and the database does not change" {
	sim kill 3
	wait_until 10 store_down 3
	pipeline
	sim revive 3
	op-scrape | op-check >"$TEST_DIR/verdicts"
	before=$(database)
	for n in $(positions "$TEST_DIR/verdicts"); do
		local status=0
		head -c "$n" "$TEST_DIR/verdicts" | op-ticket ingest >"$TEST_DIR/said" 2>&1 || status=$?
		[ "$status" -eq 65 ] || { echo "cut at $n: $status"; false; }
		[ -s "$TEST_DIR/said" ]
	done
	[ "$(database)" = "$before" ]
	# the whole stream does resolve, so the loop above tested the right thing
	op-ticket ingest <"$TEST_DIR/verdicts"
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx store_down:3)" = 0 ]
}

@test "a pipe cut anywhere in the middle changes nothing" {
	pipeline
	before=$(database)
	for n in 0 1 100 500 1000; do
		# shellcheck disable=SC2016
		run -65 sh -c 'op-scrape | head -c "$1" | op-check | op-ticket ingest' sh "$n"
		# shellcheck disable=SC2016
		run -65 sh -c 'op-scrape | op-check | head -c "$1" | op-ticket ingest' sh "$n"
	done
	[ "$(database)" = "$before" ]
}

@test "a filter that drops end tears the cycle" {
	pipeline
	before=$(database)
	op-scrape | jq -c 'select(.kind != "end")' >"$TEST_DIR/observations"
	run --separate-stderr -65 op-check <"$TEST_DIR/observations"
	[[ $stderr == *torn* ]]
	printf '%s\n' "$output" >"$TEST_DIR/verdicts"
	run -65 op-ticket ingest <"$TEST_DIR/verdicts"
	[ "$(database)" = "$before" ]
}

@test "a filter that drops a record and keeps the count tears the cycle" {
	op-scrape | jq -c 'select(.id != "2")' >"$TEST_DIR/observations"
	run --separate-stderr -65 op-check <"$TEST_DIR/observations"
	[[ $stderr == *torn* ]]
	op-scrape | op-check | jq -c 'select(.invariant_name != "store_down")' >"$TEST_DIR/verdicts"
	run -65 op-ticket ingest <"$TEST_DIR/verdicts"
}

@test "a filter that drops the count as well leaves a whole cycle" {
	op-scrape | jq -c 'select(.id != "2") | del(.records)' >"$TEST_DIR/observations"
	run --separate-stderr -0 op-check <"$TEST_DIR/observations"
	[ -z "$stderr" ]
	[ "$(jq -c 'select(.kind == "ok" and .invariant_name == "store_down") | .store_ids' <<<"$output")" = '["1","3"]' ]
	op-scrape | op-check | jq -c 'select(.invariant_name == "store_down" or .kind == "begin" or .kind == "end") | del(.records)' |
		op-ticket ingest
	[ "$(op-ticket list)" = "" ]
}

@test "a series that Prometheus does not have is never 0, and makes the verdict unknown" {
	sim absent 1 tikv_grpc_msg_duration_seconds
	instance=127.0.1.1:$SIM_STATUS_PORT
	op-scrape >"$TEST_DIR/with"
	[ "$(jq -r 'select(.kind == "store" and .id == "2") | has("latency_p99_ms") and has("qps") and has("memory_bytes")' "$TEST_DIR/with")" = true ]
	# a Prometheus that has just started has never seen it
	prometheus_start "$BATS_FILE_TMPDIR/prometheus.yml"
	wait_until 30 prom_has 'count(rate(tikv_grpc_msg_duration_seconds_count[1m])) >= 16'
	wait_until 30 prom_has "tikv_store_size_bytes{instance=\"$instance\"}"
	op-scrape >"$TEST_DIR/without"
	[ "$(jq -r 'select(.kind == "store" and .id == "1") | has("latency_p99_ms"), has("qps"), has("memory_bytes")' "$TEST_DIR/without" | paste -sd' ')" = "false false true" ]
	op-check <"$TEST_DIR/without" >"$TEST_DIR/verdicts"
	[ "$(jq -c 'select(.kind == "unknown" and .invariant_name == "high_latency") | .store_ids' "$TEST_DIR/verdicts")" = '["1"]' ]
	[ "$(jq -c 'select(.kind == "ok" and .invariant_name == "high_latency") | .store_ids' "$TEST_DIR/verdicts")" = '["2","3"]' ]
}

@test "a latency above the threshold is a ticket after its grace, and an unknown one does not resolve it" {
	sim present 1 tikv_grpc_msg_duration_seconds
	measured() {
		op-scrape >"$TEST_DIR/healthy" && jq -se 'any(.[]; .id == "1" and .latency_p99_ms)' "$TEST_DIR/healthy"
	}
	wait_until 30 measured
	jq -c 'if .kind == "store" and .id == "1" then .latency_p99_ms = 250.5 else . end' \
		"$TEST_DIR/healthy" >"$TEST_DIR/slow"
	op-check <"$TEST_DIR/slow" | op-ticket ingest
	[ "$(op-ticket list | jq -r .violation_key | grep -c high_latency)" = 0 ]
	moved 61 <"$TEST_DIR/slow" | op-check | op-ticket ingest
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx high_latency:1)" = 1 ]
	moved 70 <"$TEST_DIR/healthy" | jq -c 'if .kind == "store" then del(.latency_p99_ms) else . end' | op-check | op-ticket ingest
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx high_latency:1)" = 1 ]
	moved 80 <"$TEST_DIR/healthy" | op-check | op-ticket ingest
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx high_latency:1)" = 0 ]
}

@test "all stores Down right after a change of leader open no tickets" {
	sim isolate all
	sim age all 5m
	sim leader 1
	[ "$(curl -sS "${PD_ENDPOINT%%,*}/pd/api/v1/stores" | jq -r '[.stores[] | .store.state_name + .status.capacity] | unique | join(" ")')" = Down0B ]
	pipeline
	[ "$(op-ticket list | jq -r .violation_key | grep -c store_down)" = 0 ]
}

@test "an error of PD is not an empty cluster" {
	sim kill 2
	wait_until 10 store_down 2
	pipeline
	sim error /pd/api/v1/stores 500 '"[PD:cluster:ErrNotBootstrapped]TiKV cluster not bootstrapped, please start TiKV first"'
	run -0 sh -c 'op-scrape | op-check | op-ticket ingest'
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx store_down:2)" = 1 ]
	[ "$(op-ticket show 1 | jq -c .absent_since)" = null ]
}

@test "a disk that fills up opens a ticket at once, which is resolved when it is emptied" {
	sim disk 3 69
	sim heartbeat all
	pipeline
	[ "$(op-ticket list | jq -r .violation_key | grep -c low_disk_space)" = 0 ]
	sim disk 3 71
	sim heartbeat all
	pipeline
	[ "$(op-ticket list --open | jq -r 'select(.invariant_name == "low_disk_space") | "\(.violation_key) \(.severity)"')" = "low_disk_space:3 warning" ]
	sim disk 3 20
	sim heartbeat all
	pipeline
	[ "$(op-ticket list | jq -r 'select(.invariant_name == "low_disk_space") | .resolution')" = cleared ]
}

@test "a slow store, as Prometheus measures it" {
	sim latency 3 400
	slow() { op-scrape | jq -es 'any(.kind == "store" and .id == "3" and .latency_p99_ms > 100)'; }
	sim latency 1 90
	wait_until 20 slow
	run -0 sh -c 'op-scrape | op-check --only high_latency'
	[ "$(jq -r 'select(.kind == "violation") | "\(.invariant_name) \(.store_id) \(.grace_s)"' <<<"$output")" = "high_latency 3 60" ]
	[ "$(jq -c 'select(.kind == "ok") | .store_ids' <<<"$output")" = '["1","2"]' ]
	run -1 sh -c 'op-scrape | op-check --only high_latency -e'
}

@test "a dead PD member only opens its ticket; a lost quorum resolves nothing" {
	sim kill 2
	wait_until 10 store_down 2
	pipeline
	sim leader 2
	sim heartbeat all
	sim pd 1 kill
	run --separate-stderr -0 op-scrape
	[ "$(jq -c 'select(.kind == "member") | [.name, .health]' <<<"$output" | sort | paste -sd' ')" = \
		'["pd1",false] ["pd2",true] ["pd3",true]' ]
	sim quorum lost
	sim revive 2
	run --separate-stderr -69 op-scrape --timeout 2s
	op-check <<<"$output" | op-ticket ingest
	[ "$(op-ticket list --open | jq -r .violation_key | grep -cx store_down:2)" = 1 ]
	[ "$(op-ticket list | jq -r 'select(.status == "resolved") | .violation_key')" = "" ]
}

@test "bad flags: 64 and one line naming the flag; -h: 0, on stdout" {
	for program in op-scrape op-check op-ticket op-loop; do
		run --separate-stderr -64 "$program" --no-such-flag </dev/null
		[ -z "$output" ]
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
		[[ $stderr == "$program: "*no-such-flag* ]]
		run --separate-stderr -64 "$program" -Z </dev/null
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
		[[ $stderr == "$program: "*Z* ]]
		run --separate-stderr -0 "$program" -h </dev/null
		[ -z "$stderr" ]
		[[ $output == *"usage: $program"* ]]
	done
	run --separate-stderr -64 op-scrape --timeout soon </dev/null
	[[ $stderr == "op-scrape: "*timeout* ]]
	run --separate-stderr -64 op-loop -i never -- true
	[[ $stderr == "op-loop: "*-i* ]]
	run --separate-stderr -64 op-ticket frobnicate </dev/null
	[[ $stderr == "op-ticket: "*frobnicate* ]]
}

@test "a filter started on a terminal without input prints its usage" {
	for line in 'op-check' 'op-ticket ingest'; do
		run -64 timeout 120 script -qec "$line" /dev/null </dev/null
		[[ $output == *op-* ]]
	done
}

@test "stdout that cannot be written is 74" {
	[ -e /dev/full ] || skip "no /dev/full"
	run -74 sh -c 'op-scrape >/dev/full'
	run -74 sh -c 'op-scrape | op-check >/dev/full'
	pipeline
	sim kill 2
	wait_until 10 store_down 2
	pipeline
	run -74 sh -c 'op-ticket list --json >/dev/full'
}
