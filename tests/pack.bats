#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The TiKV subject: its files agree with each other, its SQL with its cases, its
# PromQL with a real Prometheus.

load helper

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
	run -0 sqlite3 -bail :memory: ".read $TIKV/schema.sql" ".tables"
	[[ $output == *store* && $output == *member* && $output == *cluster* && $output == *source* ]]
}

@test "the columns of metrics.tsv are in schema.sql, and an invariant reads each" {
	run -0 pack columns "$TIKV"
}

@test "every invariant has cases that are violated, ok and unknown" {
	run -0 pack cases "$TIKV"
}

@test "ALERTS.md tells of all 49 official alerts and of every invariant, with severity and grace" {
	run -0 pack alerts "$TIKV"
}

@test "the files are good" {
	[ -x "$B/op-check" ] || skip "no op-check yet"
	run -0 op-check -s tikv -n
}

@test "every case holds" {
	[ -x "$B/op-check" ] || skip "no op-check yet"
	run -0 op-check test "$TIKV"
}

@test "a blanked field makes no row disappear" {
	[ -x "$B/op-check" ] || skip "no op-check yet"
	run -0 pack blank "$TIKV"
}

@test "promtool takes all PromQL, with matchers and without" {
	pack rules "$TIKV" >"$BATS_TEST_TMPDIR/rules.yml"
	run -0 promtool check rules "$BATS_TEST_TMPDIR/rules.yml"
}

@test "first counts, former leaders, restarts, idle histograms: the PromQL gives what it must" {
	pack promql "$TIKV" >"$BATS_TEST_TMPDIR/promql.yml"
	run -0 promtool test rules "$BATS_TEST_TMPDIR/promql.yml"
}

@test "in a real Prometheus every column gives one series for each store, member or cluster" {
	sim_start --stores 3 --tiflash 1
	prometheus_start
	# what this is known from lies a day back
	wait_until 60 pack series "$TIKV" "$PROMETHEUS_URL" write_compaction_count
}
