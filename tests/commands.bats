#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Runs the commands shown in the READMEs and in the comments of the recipes as they
# are; only addresses and folders are replaced by those of the test. (man.bats runs
# the EXAMPLES of the manuals.)
# takes 95 s
# shellcheck disable=SC1090,SC2016,SC2030,SC2031 # sh runs them, not bats; a test is a subshell

load helper

root=$BATS_TEST_DIRNAME/..
work=$BATS_TEST_TMPDIR/work
today=$(date -u +%F)

teardown() { stop_all; }

setup() {
	mkdir "$work" "$work/archive" "$work/envs"
	cp -r "$root/examples" "$root/share" "$work"
	cd "$work" || return
	export OP_DB=$TEST_DIR/tickets.db TZ=UTC SENDMAIL=/bin/true
	# timeout(1) sends CONT after TERM; the leak checker, which stops itself, then waits forever
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
}

# blocks_of README: writes each indented block to a file block-NN
blocks_of() {
	awk '
		/^    / { if (!inside) file = sprintf("block-%02d", ++count); inside = 1; print substr($0, 5) >file; next }
		/^$/ { next }
		{ if (inside) close(file); inside = 0 }' "$1"
	[ -e block-01 ]
}

# here: replaces addresses, folders and lengths by those of the test; 1 is an answer of backtest and -e
here() {
	sed -E -e "s#http://pd-[0-9]:2379(,http://pd-[0-9]:2379)*#$PD_ENDPOINT#g" \
		-e "s#http://(prometheus|localhost):9090#$PROMETHEUS_URL#g" \
		-e "s#https?://(hooks.example/op|localhost:9093)|URL\$#$url#g" \
		-e 's#--from 7d#--from 1h#; s#history-7d#history-1h#' \
		-e "s#/var/lib/op/archive#$work/archive#g; s#/var/lib/[a-z_]+/|/srv/op/#$work/#g; s#/etc/op/clusters#$work/envs#g" \
		-e 's#^(examples/|\./)?(replay/)?backtest .*#& || [ $? = 1 ]#; s# -e$#& || [ $? = 1 ]#' \
		-e "s#2026-01-24(\.ndjson)#$today\1#g" -e 's#/\*\.gz#/day.gz#; s# &$##'
}

# run_here FILE: runs it as a person would; commands that run until they are
# stopped are stopped, and must exit 0
run_here() {
	local status=0 seconds=300
	if grep -q op-loop "$1"; then
		seconds=5
	fi
	timeout --preserve-status -k 20 $seconds sh -ec 'trap : TERM; . "./$1"' sh "$1" >"$1.out" 2>"$1.err" </dev/null || status=$?
	# a pipe has the status of its last command
	if [ "$status" != 0 ] || grep -E '^usage:|unknown flag|not found|No such file' "$1.err"; then
		echo "$1: status $status"
		cat "$1" "$1.out" "$1.err"
		return 1
	fi
}

# a cluster whose store 2 is down, with a ticket of it; and a receiver
cluster_start() {
	sim_start
	sim down 2
	mkdir receiver
	start python3 "$BATS_TEST_DIRNAME/receiver.py" "$PWD/receiver"
	wait_until 10 test -e receiver/url
	url=$(cat receiver/url)
	op-scrape | op-check | op-ticket ingest 2>/dev/null
}

# a server of the past, which the live cluster does not have
past_start() {
	op-scrape --list >list.json
	start python3 "$BATS_TEST_DIRNAME/history/server.py" --list list.json >past.url
	wait_until 10 test -s past.url
	past=$(cat past.url)
}

@test "the commands of README.md run" {
	cluster_start
	past_start
	local block PROMETHEUS_LIVE=$PROMETHEUS_URL
	blocks_of "$root/README.md"
	for block in block-??; do
		grep -qE '^sudo|make demo' "$block" && continue # installs packages
		if grep -q '^\$ ' "$block"; then
			sed -n 's/^\$ //p' "$block" >"$block.sh"
		else
			cp "$block" "$block.sh"
		fi
		PROMETHEUS_URL=$PROMETHEUS_LIVE OP_DB=$TEST_DIR/tickets.db
		if grep -q -e --from "$block"; then
			PROMETHEUS_URL=$past OP_DB=$TEST_DIR/past.db
		fi
		export PROMETHEUS_URL
		if grep -q last_at "$block"; then # the rest of an import
			sed 's/"7d"/"20m"/' "$block.sh" | here >"$block.new" # without any cycle yet
			OP_DB=$TEST_DIR/new.db run_here "$block.new"
			grep -q 'Check complete' "$block.new.err"
			export OP_DB=$TEST_DIR/rest.db
			op-scrape --from 1h --to 20m --step 5m 2>/dev/null | op-check | op-ticket ingest 2>/dev/null
		fi
		here <"$block.sh" >"$block.run"
		[ -x "$B/op-report" ] || ! grep -q op-report "$block" || continue
		run_here "$block.run"
		echo "$block" >>ran
	done
	[ "$(wc -l <ran)" -ge 10 ]
}

# runs all blocks of examples/FOLDER's README there
readme_of() { # FOLDER
	local block
	cd "examples/$1" || return
	blocks_of README.md
	for block in block-??; do
		here <"$block" >"$block.run"
		if grep -q '^export ' "$block"; then
			. "./$block.run" # for the others
		else
			run_here "$block.run"
		fi
		echo "$block" >>ran
	done
}

@test "the commands of examples/README.md run" {
	cluster_start
	past_start
	op-scrape >"archive/$today.ndjson"
	cp archive/*.ndjson examples
	local live=$PROMETHEUS_URL block
	cd examples
	blocks_of README.md
	for block in block-??; do
		PROMETHEUS_URL=$live
		if grep -q -e --from "$block"; then
			PROMETHEUS_URL=$past
		fi
		export PROMETHEUS_URL
		if grep -q ' &$' "$block"; then # one after the other
			here <"$block" | split -l 1 - "$block."
			for line in "$block".??; do run_here "$line"; done
		else
			here <"$block" >"$block.run"
			run_here "$block.run"
		fi
		echo "$block" >>ran
	done
	[ "$(wc -l <ran)" -ge 5 ]
}

@test "the commands of examples/subjects/README.md run" {
	cluster_start
	prometheus_start
	wait_until 60 prom_has 'up == 1'
	readme_of subjects
	[ "$(wc -l <ran)" -ge 5 ]
}

@test "the environment of examples/supervision/README.md is one that sh reads" {
	cd examples/supervision
	blocks_of README.md
	sh -euc 'set -a; . ./block-01; env' | grep -x OP_CLUSTER=prod
}

@test "the commands atop the recipes run" {
	cluster_start
	past_start
	op-scrape >"archive/$today.ndjson"
	gzip -c archive/*.ndjson >archive/day.gz
	printf 'PD_ENDPOINT=%s\nPROMETHEUS_URL=none\nOP_CLUSTER=test\n' "$PD_ENDPOINT" >envs/test.env
	local recipe live=$PROMETHEUS_URL line
	for recipe in alertmanager/push notify/webhook clusters/clusters diagnose/diagnoser node-exporter/op-metrics \
		replay/record replay/backtest report/live-page; do
		cd "$work/examples/${recipe%/*}"
		sed -n '/^[^#]/q; s/^#   //p' "${recipe##*/}" | sed -e ':a' -e '/\\$/N; s/\\\n//; ta' | here >commands
		[ -s commands ]
		rm -f line.*
		split -l 1 commands line.
		for line in line.??; do
			PROMETHEUS_URL=$live
			if grep -q -e --from "$line"; then
				PROMETHEUS_URL=$past
			fi
			export PROMETHEUS_URL
			[ -x "$B/op-report" ] || ! grep -q live-page "$line" || continue
			sed -i 's#^webhook #echo {} | ./webhook #' "$line"
			run_here "$line"
		done
	done
}
