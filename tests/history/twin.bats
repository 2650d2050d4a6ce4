#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The same minutes live and from history: with faults of every kind, the metrics of
# two versions of PD, with and without PD's names of today. setup_file records the
# cycles once, which takes most of this file's time.
# shellcheck disable=SC2016 # the dollars are jq's

load ../helper

VERSIONS='v8.5.3 v8.5.7'
SLACK=16 # a scrape, 10 s by which PD's metrics lag its API or PD lags its stores, a live cycle, a step
LATE=30 # what metrics alone show comes up to 25 s late, and the two cycles are taken one after the other
SEEN=12 # both streams are samples: what lasts for less may fall between two cycles of one
STEADY=4 # a live cycle may miss what lasted for less

# each_sim COMMAND...: sends the command to all simulators
each_sim() {
	local version
	for version in $VERSIONS; do
		SIM_CONTROL=$(cat "$version/control") sim "$@"
	done
}

# prometheus_again VERSION: starts it with the same port and data
prometheus_again() {
	start prometheus --config.file="$1/prometheus.yml" --storage.tsdb.path="$1/data" \
		--web.listen-address="127.0.0.1:$(cat "$1/port")" >>"$1/prometheus.log" 2>&1
	echo "$STARTED" >"$1/pid"
}

# now VERSION PD: a live cycle
now() {
	op-scrape --pd "$2" --prometheus "http://127.0.0.1:$(cat "$1/port")" --timeout 5s 2>/dev/null || true
}

# watch VERSION: live cycles every three seconds, and as many from Prometheus alone, until the file `over` exists
watch() {
	while [ ! -e over ]; do
		now "$1" "$(cat "$1/pd")" >>"$1/live.ndjson"
		now "$1" metrics >>"$1/metrics.ndjson"
		sleep 3
	done
}

# shown STORE: do the cycles from Prometheus alone show, for each version, that it is down?
shown() {
	local version
	for version in $VERSIONS; do
		op-check <"$version/metrics.ndjson" 2>/dev/null >"$version/verdicts" || true # the last cycle may be half there
		grep -q '"invariant_name":"store_down","store_id":"'"$1"'"' "$version/verdicts" || return 1
	done
}

# The minutes to compare. Each recovery is scraped before the next fault hides it,
# and each store is down until a cycle has shown it: on a busy machine a cycle is slow.
faults() {
	local version
	sleep 15
	date -u +%FT%TZ >began
	sleep 15
	each_sim kill 2
	each_sim disk 3 80
	sleep 30
	wait_until 120 shown 2
	each_sim revive 2
	each_sim offline 4
	each_sim slow 3 90
	sleep 15
	each_sim leader 1
	sleep 30
	each_sim isolate 1
	each_sim pd 3 kill
	sleep 30
	each_sim rejoin 1
	each_sim pd 3 start
	sleep 15
	for version in $VERSIONS; do kill -KILL "$(cat "$version/pid")"; done
	sleep 28
	for version in $VERSIONS; do prometheus_again "$version"; done
	sleep 8
	each_sim down 5
	sleep 45
	wait_until 120 shown 5
	date -u +%FT%TZ >ended
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	local version
	for version in $VERSIONS; do
		mkdir "$version"
		TEST_DIR=$PWD/$version
		sim_start --stores 5 --pd-version "$version" --scrape-interval 1s
		echo "$SIM_CONTROL" >"$version/control"
		echo "$PD_ENDPOINT" >"$version/pd"
		free_port >"$version/port"
		prometheus_again "$version"
		start watch "$version"
	done
	faults
	touch over
}

teardown_file() {
	local version
	cd "$BATS_FILE_TMPDIR" || return
	touch over
	for version in $VERSIONS; do
		TEST_DIR=$PWD/$version # where stop_all finds its list
		export TEST_DIR
		stop_all
	done
}

setup() { cd "$BATS_FILE_TMPDIR" || return; }

# past FLAG...: the same minutes, a cycle a second; asked a minute later, because history ends a minute ago
past() {
	faketime -f +62s op-scrape --from "$(cat began)" --to "$(cat ended)" --step 1s --scrape-interval 1s "$@"
}

# history VERSION PD: writes history.ndjson, and its verdicts to history.verdicts
history() {
	past --pd "$2" --prometheus "http://127.0.0.1:$(cat "$1/port")" >"$1/history.ndjson" 2>"$1/said"
	op-check <"$1/history.ndjson" >"$1/history.verdicts"
}

# alike VERSION: no verdict of history contradicts a live one
alike() {
	op-check <"$1/live.ndjson" >"$1/live.verdicts"
	python3 "$BATS_TEST_DIRNAME/compare.py" "$1/live.verdicts" "$1/history.verdicts" "$SLACK" "$STEADY"
}

# was VERSION STATE STORE...: history shows these stores, and no others, in that state
was() {
	jq -es --arg state "$2" 'map(select(.kind == "store" and .state == $state).id) | unique == $ARGS.positional' \
		"$1/history.ndjson" --args "${@:3}"
}

# saw VERSION KEY: history has that violation
saw() {
	jq -es --arg key "$2" 'any(.kind == "violation" and .invariant_name + ":" + (.store_id // "") == $key)' "$1/history.verdicts"
}

@test "PD 8.5.3, with PD's names" {
	history v8.5.3 "$(cat v8.5.3/pd)"
	alike v8.5.3
	saw v8.5.3 store_down:2
	saw v8.5.3 low_disk_space:3
	saw v8.5.3 store_down:1
	saw v8.5.3 store_down:5
	was v8.5.3 Down 5
	saw v8.5.3 source_down:prometheus
}

@test "PD 8.5.3, without PD" {
	history v8.5.3 none
	alike v8.5.3
	saw v8.5.3 store_down:2
	was v8.5.3 Down 5
}

@test "PD 8.5.7, with PD's names" {
	history v8.5.7 "$(cat v8.5.7/pd)"
	alike v8.5.7
	saw v8.5.7 store_down:2
	saw v8.5.7 store_down:5
	was v8.5.7 Down 5
}

@test "PD 8.5.7, without PD" {
	history v8.5.7 none
	alike v8.5.7
	saw v8.5.7 store_down:2
	was v8.5.7 Down 5
}

@test "live cycles from Prometheus alone agree with those that ask PD" {
	local version
	for version in $VERSIONS; do
		op-check <"$version/live.ndjson" >"$version/live.verdicts"
		op-check <"$version/metrics.ndjson" >"$version/metrics.verdicts"
		python3 "$BATS_TEST_DIRNAME/compare.py" "$version/live.verdicts" "$version/metrics.verdicts" "$LATE" "$SEEN"
		jq -es 'any(.kind == "violation" and .invariant_name == "store_down" and .store_id == "2")' "$version/metrics.verdicts"
		jq -es 'map(select(.kind == "store" and .state == "Down").id) | unique == ["5"]' "$version/metrics.ndjson"
	done
}

@test "while Prometheus was dead nothing is known of a store, and no ticket changes" {
	local version=v8.5.7
	[ -s $version/history.ndjson ] || history $version none
	# the cycles of the gap alone
	jq -cn '[inputs] | reduce .[] as $r ([]; if $r.kind == "begin" then . + [[$r]] else .[-1] += [$r] end)
		| map(select(any(.kind == "source" and .ok == false)))[][]' $version/history.ndjson >gap.ndjson
	[ "$(grep -c '"begin"' gap.ndjson)" -ge 10 ]
	op-check <gap.ndjson >gap.verdicts
	jq -es 'map(select((.kind == "ok" or .kind == "violation") and (.invariant_name | test("source_down|metrics|cluster_stale") | not))) == []' gap.verdicts
	rm -f t.db
	op-check <$version/history.ndjson | op-ticket --db t.db ingest -q
	op-ticket --db t.db list --ndjson | jq -es --slurpfile gap <(jq -c 'select(.kind == "begin").at' gap.ndjson) \
		'map(select(.invariant_name != "source_down" and .resolved_at)) | all(.resolved_at as $at | $gap | index([$at]) | not)'
}

@test "runs with different chunks give the same verdicts" {
	local version=v8.5.3
	history $version none
	cp $version/history.verdicts first
	past --pd none --parallel 2 --prometheus "http://127.0.0.1:$(cat $version/port)" 2>/dev/null | op-check | cmp - first
}

@test "the backtest asks once, keeps the cycles, and shows what another threshold changes" {
	local backtest=$BATS_TEST_DIRNAME/../../examples/replay/backtest
	export PROMETHEUS_URL
	PROMETHEUS_URL=http://127.0.0.1:$(cat v8.5.7/port)
	rm -f kept.ndjson
	run faketime -f +62s "$backtest" --from "$(cat began)" --to "$(cat ended)" --step 5s --pd none --scrape-interval 1s \
		--keep kept.ndjson --set low_disk_space.threshold_percent=85
	[ "$status" = 1 ]
	grep -o '{.*}' <<<"$output" | jq -es 'length == 1 and .[0].change == "removed" and .[0].violation_key == "low_disk_space:3"'
	run "$backtest" --set low_disk_space.threshold_percent=75 <kept.ndjson
	[ "$status" = 0 ]
	[ "$output" = "" ]
	run "$backtest" --from 1h --keep kept.ndjson --skip low_disk_space
	[ "$status" = 64 ]
}
