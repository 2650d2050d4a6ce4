#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The subjects in examples/subjects: from their source to a ticket and back.

load helper

setup() {
	examples=$(cd "$BATS_TEST_DIRNAME/../examples/subjects" && pwd)
	export OP_SUBJECTS=$examples OP_DB=$TEST_DIR/tickets.db
	cd "$TEST_DIR" || return
}

teardown() {
	stop_all
}

# a fake df: PERCENT full, exit STATUS
df_says() {
	mkdir -p bin
	cat >bin/df <<-EOF
		#!/bin/sh
		echo 'Filesystem         1024-blocks      Used Available Capacity Mounted on'
		echo '/dev/sda1                 1000       $(($1 * 10))  $((1000 - $1 * 10))       $1% /'
		echo '/dev/mapper/a b           1000         1       999       1% /mnt/with  two blanks'
		echo 'proc                         0         0         0       0% /proc'
		${2:+echo 'df: /secret: Permission denied' >&2; exit $2}
	EOF
	chmod +x bin/df
	export PATH=$TEST_DIR/bin:$PATH
}

@test "filesystem: this machine's, as they are" {
	df -P 2>/dev/null | grep -q ' /$' || skip "/ is no mount point here"
	"$examples/filesystems" >cycle
	jq -es '.[0].kind == "begin" and .[0].cluster == "'"$(uname -n)"'" and .[-1].records == length - 2
		and any(.[]; .kind == "filesystem" and .id == "/" and .total_bytes > 0)' cycle
	op-check <cycle >verdicts
	jq -es 'any(.[]; .kind == "check" and .invariant_name == "filesystem_full" and .complete and .evaluated > 0)' verdicts
}

@test "filesystem: filling up opens a ticket, cleaning up resolves it, a failing df resolves nothing" {
	look() { "$examples/filesystems" here | op-check --set filesystem_full.grace=0 | op-ticket ingest 2>>said; }
	df_says 95
	look
	[ "$(op-ticket list | jq -r '"\(.violation_key) \(.status) \(.message)"')" = "filesystem_full:/ open / is 95.0% full, 0.0 GiB are left" ]
	df_says 10 1
	look
	[ "$(op-ticket list --open | jq -r .violation_key)" = filesystem_full:/ ]
	"$examples/filesystems" here | jq -es 'any(.[]; .kind == "source" and .ok == false and .error == "df: /secret: Permission denied")'
	df_says 10
	"$examples/filesystems" here | jq -es 'any(.[]; .id == "/mnt/with  two blanks" and .device == "/dev/mapper/a b" and .free_bytes == 999 * 1024)'
	look
	[ "$(op-ticket list | jq -r '"\(.violation_key) \(.resolution)"')" = "filesystem_full:/ cleared" ]
}

@test "targets: a Prometheus that scrapes itself, and one that is down" {
	cat >prometheus.yml <<-EOF
		global: {scrape_interval: 1s}
		scrape_configs:
		- {job_name: gone, static_configs: [{targets: ['127.0.0.1:1']}]}
		- {job_name: web, static_configs: [{targets: ['localhost:9', 'localhost:9']}]}
	EOF
	prometheus_start "$TEST_DIR/prometheus.yml"
	wait_until 20 prom_has 'up{job="gone"}'
	op-scrape -s targets >cycle
	jq -es 'any(.[]; .kind == "target" and .id == "127.0.0.1:1" and .up == 0)
		and any(.[]; .kind == "source" and .id == "prometheus" and .kinds == ["target"])
		and all(.[]; .id != "pd")' cycle
	op-check --set target_down.grace=0 <cycle | op-ticket ingest 2>>said
	op-ticket list | jq -es 'any(.[]; .violation_key == "target_down:127.0.0.1:1" and .severity == "critical")'
}

@test "the cases and the PromQL of both subjects" {
	op-check test --all "$examples/filesystem"
	op-check test --all "$examples/targets"
	[ "$(op-scrape -s targets --list --match 'job="x"' | jq -r 'select(.column == "up") | .promql')" = 'min by (instance) (up{job="x"})' ]
}
