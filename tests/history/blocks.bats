#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# History from blocks that blocks.py makes. The samples are always the same, so blocks/ has the
# expected records of each situation, byte for byte. Differences are printed as a patch of it.

# shellcheck disable=SC2154 # stderr is of bats's run

load ../helper
load ../scrape

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	python3 "$BATS_TEST_DIRNAME/blocks.py" >openmetrics
	promtool tsdb create-blocks-from openmetrics openmetrics data >blocks
	TEST_DIR=$PWD # where stop_all finds its list
	export TEST_DIR
	: >prometheus.yml
	start prometheus --config.file=prometheus.yml --storage.tsdb.path=data --storage.tsdb.retention.time=50y \
		--web.listen-address=127.0.0.1:0 >prometheus.log 2>&1
	wait_until 20 grep -q 'Server is ready' prometheus.log
	PROMETHEUS_URL=http://$(sed -n 's/.*msg="Listening on" address=//p' prometheus.log)
	export PROMETHEUS_URL
}

teardown_file() {
	TEST_DIR=$BATS_FILE_TMPDIR
	stop_all
}

setup() { cd "$TEST_DIR" || return; }

# situation NAME [FLAG...]: the cycle of 10:06 of cluster NAME, without the columns of metrics.tsv
situation() {
	scrape 0 --pd none --cluster "$1" --match "tidb_cluster=\"$1\"" --from 2026-01-24T10:05:30Z --to 2026-01-24T10:06:00Z "${@:2}"
	jq -c --slurpfile columns <(op-scrape --list | jq -c '[.kind, .column] | select(.[1] != "disk_total_bytes")') \
		'.kind as $kind | del(.url) | reduce ($columns[] | select(.[0] == $kind)[1]) as $c (.; del(.[$c]))' cycle
}

@test "each situation gives the expected records, byte for byte" {
	local name bad=0
	for name in "$BATS_TEST_DIRNAME"/blocks/*.ndjson; do
		name=${name##*/}
		situation "${name%.ndjson}" >"$name"
		diff -u --label "a/tests/history/blocks/$name" --label "b/tests/history/blocks/$name" \
			"$BATS_TEST_DIRNAME/blocks/$name" "$name" || bad=1
	done
	[ "$bad" = 0 ]
}

@test "if history begins within the range, cycles begin there" {
	scrape 0 --pd none --match 'tidb_cluster="middle"' --from 2026-01-24T10:00:00Z --to 2026-01-24T10:10:00Z --step 1m
	jq -es 'map(select(.kind == "begin").at[11:16]) == ["10:06", "10:07", "10:08", "10:09", "10:10"]' cycle
	grep -qx 'op-scrape: 5 cycles; begins 2026-01-24T10:06:00Z (no history before)' said
	scrape 69 --pd none --match 'tidb_cluster="middle"' --from 2026-01-24T10:00:00Z --to 2026-01-24T10:05:00Z
	[ ! -s cycle ]
}

@test "clusters that share a Prometheus are not evaluated without --match, and this is reported" {
	scrape 0 --pd none --from 2026-01-24T10:05:30Z --to 2026-01-24T10:06:00Z
	jq -es 'map(select(.id == "prometheus")) | length == 1 and all(.incomplete == ["store", "member", "cluster"]
		and (.error | test("^[0-9]+ clusters in its history: --match chooses one$")))' cycle
	none_of store
	op-check <cycle >verdicts
	# only invariants that read just the source's record are evaluated
	jq -es 'map(select(.kind == "check" and .complete).invariant_name) == ["clock_skew", "query_failed", "source_down"]' verdicts
	jq -es 'map(select(.kind == "check")) | length > 50 and all(.violated == 0 or (.complete | not))' verdicts
	grep -qx 'op-scrape: 1 cycles; 1 not of exactly one cluster (--match chooses one)' said
}

# backtest FLAG...: runs the script that the README shows
backtest() {
	"$BATS_TEST_DIRNAME/../../examples/replay/backtest" "$@"
}

@test "the backtest asks Prometheus once, and shows removed, shorter and new tickets" {
	run -1 --separate-stderr backtest --from 2026-01-24T10:05:00Z --to 2026-01-24T12:30:00Z --pd none \
		--match 'tidb_cluster="latency"' --set high_latency.threshold_ms=150
	jq -es 'map({change, key: .violation_key}) | sort_by(.key) == [{change: "removed", key: "high_latency:1"},
		{change: "changed", key: "high_latency:2"}]' <<<"$output"
	jq -es 'map(select(.change == "changed")) | length > 0 and all(.b.first_seen_at > .a.first_seen_at and .b.resolved_at < .a.resolved_at)' <<<"$output"
	[[ $stderr == *'the cycles are kept in history-2026-01-24T10:05:00Z.ndjson'* ]]
	# from here on there is no server
	PROMETHEUS_URL=http://127.0.0.1:1
	run -0 backtest --set high_latency.threshold_ms=110 <history-2026-01-24T10:05:00Z.ndjson
	[ "$output" = "" ]
	run -1 backtest --set high_latency.threshold_ms=80 <history-2026-01-24T10:05:00Z.ndjson
	jq -es 'map({change, key: .violation_key}) == [{change: "added", key: "high_latency:3"}]' <<<"$output"
}

@test "a subject that consists of PromQL alone can be read from history as it is" {
	export OP_SUBJECTS=$BATS_TEST_DIRNAME/../../examples/subjects
	scrape 0 -s targets --from 2026-01-24T10:05:00Z --to 2026-01-24T10:08:00Z
	jq -es 'map(select(.kind == "source")) | length == 6 and all(.ok and .history and .kinds == ["target"])' cycle
	holds target '.up == 1'
	op-check <cycle | jq -es 'map(select(.kind == "check")) | length >= 6 and all(.complete)'
}
