#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Two clusters in one Prometheus, one with the metrics of PD 8.5.3 and one with those of PD 7.1, which
# has no service_member_role: by roles alone, only the first one would have a leader.
# shellcheck disable=SC2016 # the dollars are jq's

load ../helper
load ../scrape

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	local version
	for version in v8.5.3 v7.1.6; do
		mkdir "$version"
		TEST_DIR=$PWD/$version
		sim_start --stores 3 --pd-version "$version" --name "$version" --cluster-id "${version//[!0-9]/}" --scrape-interval 1s
		echo "$PD_ENDPOINT" >"$version/pd"
		[ "$version" = v8.5.3 ] || sim kill 2
	done
	{
		cat v8.5.3/prometheus.yml
		sed '1,/^scrape_configs/d; s/job_name: /&old-/' v7.1.6/prometheus.yml
	} >prometheus.yml
	TEST_DIR=$PWD
	prometheus_start "$PWD/prometheus.yml"
	# long enough for a store to count as silent, and for the leader to have led
	wait_until 90 sh -c 'op-scrape --pd metrics --match "tidb_cluster=\"v7.1.6\"" 2>/dev/null |
		jq -es "map(select(.kind == \"store\" and .state).id) == [\"1\", \"2\", \"3\"]
			and any(.id == \"2\" and .state == \"Disconnected\")"'
}

teardown_file() {
	for TEST_DIR in "$BATS_FILE_TMPDIR"{,/v8.5.3,/v7.1.6}; do
		stop_all
	done
}

setup() { cd "$TEST_DIR" || return; }

# past FLAG...: the last moments of both clusters
past() {
	local status=0
	faketime -f +65s op-scrape --from 70s --to 66s --step 1s --scrape-interval 1s "$@" >"$TEST_DIR/cycle" 2>"$TEST_DIR/said" || status=$?
	return $status
}

@test "without --match nothing is evaluated, and this is reported" {
	local mode
	for mode in live past; do
		if [ $mode = live ]; then
			scrape 69 --pd metrics
		else
			past --pd none
			grep -q 'not of exactly one cluster (--match chooses one)' said
		fi
		jq -es 'map(select(.kind == "begin")) | length > 0 and all(has("cluster_id") | not)' cycle
		jq -es 'map(select(.id == "prometheus")) | length > 0 and all(.incomplete == ["store", "member", "cluster"]
			and (.error | startswith("2 clusters in its history: --match chooses one")))' cycle
		none_of store
		op-check <cycle >verdicts
		jq -es 'map(select(.kind == "check" and .complete)) | length > 0 and all(.invariant_name | IN("source_down", "query_failed", "clock_skew"))' verdicts
	done
}

# shows NAME ID CONDITION: is it true of all stores in the last moments? On a busy machine a scrape may fail
shows() {
	past --pd none --match "tidb_cluster=\"$1\"" &&
		jq -es --arg id "$2" 'map(select(.kind == "begin")) | length > 0 and all(.cluster_id == $id)' cycle &&
		holds store "$3"
}

@test "with --match, each cluster is evaluated correctly, the older one too" {
	wait_until 10 shows v8.5.3 853 '.state == "Up" and .instance != null'
	wait_until 10 shows v7.1.6 716 '.state == if .id == "2" then "Disconnected" else "Up" end'
	jq -es 'map(select(.kind == "member" and .leader)) | length > 0' cycle
	op-check <cycle | jq -es 'any(.kind == "violation" and .invariant_name == "store_down" and .store_id == "2")'
}

@test "PD of one cluster with the history of the other is refused" {
	run -69 --separate-stderr past --pd "$(cat "$BATS_FILE_TMPDIR/v8.5.3/pd")" --match 'tidb_cluster="v7.1.6"'
	[ ! -s cycle ]
	grep -q 'its history is of cluster 716, and PD is of 853' said
	together() {
		past --pd "$(cat "$BATS_FILE_TMPDIR/v7.1.6/pd")" --match 'tidb_cluster="v7.1.6"' &&
			jq -es 'map(select(.kind == "store")) | length > 0 and all(.status_address and .engine == "tikv")' cycle
	}
	wait_until 10 together
}
