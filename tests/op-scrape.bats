#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape as a user sees it: flags, sources, records.

load helper
load scrape

teardown() {
	stop_all
}

usage() { # FLAG...: refused with 64, one line that names the first of them
	run --separate-stderr op-scrape "$@"
	[ "$status" = 64 ] && [ "$output" = "" ] && [ "${#stderr_lines[@]}" = 1 ] && [[ "$stderr" == *"${1%%=*}"* ]]
}

@test "help goes to stdout, and names every flag" {
	run --separate-stderr op-scrape -h
	[ "$status" = 0 ]
	[ "$stderr" = "" ]
	for flag in -s --pd --prometheus --cluster --timeout --match --window --instance --instance-label --cacert --cert --key --token-file --basic-file --list; do
		[[ "$output" == *"$flag"* ]]
	done
	run --separate-stderr op-scrape -V
	[ "$status" = 0 ] && [[ "$output" == op-scrape* ]]
}

@test "a bad flag is reported, 64" {
	usage --nonsense
	usage --pd
	usage --pd file:///etc/passwd
	usage --pd ftp://host:21
	usage --pd 'http://host/?query'
	usage --pd http://host:65536
	usage --prometheus host:0
	usage --pd fe80::1%eth0
	usage --pd http://fe80::1%25eth0:2379
	usage --prometheus ::1:9090
	[[ $stderr = *': [::1]:9090 '* ]]
	usage --pd http://fe80::1/pd
	[[ $stderr = *': [fe80::1] '* ]]
	usage --pd ,,
	usage --prometheus 'http://a b'
	usage --prometheus gopher://x
	usage --timeout soon
	usage --timeout 0
	usage --timeout=-1s
	usage --match 'x="1"} or vector(1) #'
	usage --match 'x=1'
	usage --window soon
	usage --window 0
	usage --window 500ms
	usage --window 1500ms
	usage --window 2h
	usage --instance-label ''
	usage --instance-label 'pod)'
	usage --instance 1
	usage --instance x=y
	usage --instance 1=
	usage --cluster ''
	usage --key nothing --pd none
	run op-scrape --instance 1=a --instance 1=b
	[ "$status" = 64 ]
	run op-scrape operand
	[ "$status" = 64 ]
}

@test "a password in a URL is refused and not repeated" {
	run op-scrape --pd http://user:hush@localhost:2379
	[ "$status" = 64 ]
	[[ "$output" == *--pd* ]]
	[[ "$output" != *hush* ]]
	PROMETHEUS_URL=http://user:hush@localhost:9090 run op-scrape --pd none
	[ "$status" = 64 ]
	[[ "$output" == *PROMETHEUS_URL* ]]
	[[ "$output" != *hush* ]]
	run op-scrape --pd none --prometheus 'http://localhost:9090/?token=hush'
	[ "$status" = 64 ] && [[ "$output" == *localhost:9090* ]] && [[ "$output" != *hush* ]]
}

@test "an unknown subject is a bad configuration" {
	run op-scrape -s nowhere --pd none
	[ "$status" = 78 ]
	[[ "$output" == *nowhere* ]]
	run op-scrape -s ../tikv
	[ "$status" = 64 ]
}

@test "PD and Prometheus are joined into one cycle" {
	sim_start --stores 3
	prometheus_start
	wait_until 30 prom_has 'count(sum by (instance) (rate(process_cpu_seconds_total{job=~".*tikv.*"}[1m])) > 0) == 3'
	wait_until 30 prom_has 'count(process_resident_memory_bytes{job=~".*pd.*"}) == 3'
	scrape 0
	whole
	[ "$(cycle -r 'select(.kind == "begin") | .stream, .v, .subject, .cluster, .cluster_id' | tr '\n' ' ')" = \
		"observations 1 tikv default 7710777022083568585 " ]
	[ "$(cycle 'select(.kind == "source") | [.id, .ok, .kinds]' | tr '\n' ' ')" = \
		'["pd",true,["store","member","cluster"]] ["prometheus",true,[]] ' ]
	[ "$(cycle 'select(.kind == "store")' | wc -l)" = 3 ]
	holds store '.state == "Up" and .instance == .status_address and .engine == "tikv"
		and .qps > 0 and .latency_p99_ms > 0 and .cpu_percent > 0 and .memory_bytes > 0 and .raft_lag > 0
		and .disk_total_bytes == 536870912000 and .disk_used_bytes == .disk_total_bytes - .disk_available_bytes
		and .stale == false and (.labels.zone | startswith("z")) and (.id | type) == "string"
		and .disk_total_metric_bytes == .disk_total_bytes and .disk_total_differs == false'
	holds member '.health == true and (.instance | type) == "string" and .memory_bytes > 0'
	[ "$(cycle 'select(.kind == "member" and .leader)' | wc -l)" = 1 ]
	holds cluster '.max_replicas == 3 and .location_labels == ["zone","host"] and .initialized == true
		and .region_count > 0 and .miss_peer_region_count == 0'
}

@test "a closed port is a failed source in a whole cycle, and 69" {
	scrape 69 --pd http://127.0.0.1:1 --prometheus http://127.0.0.1:1
	whole
	[ "$(cycle -r 'select(.kind == "source") | "\(.id) \(.ok) \(.error)"')" = \
		"pd false connect: connection refused
prometheus false connect: connection refused" ]
	holds begin 'has("cluster_id") | not'
	none_of store
	none_of member
	none_of cluster
	# stderr has one line for each
	run -69 --separate-stderr op-scrape --pd http://127.0.0.1:1 --prometheus http://127.0.0.1:1
	[ "$stderr" = "op-scrape: pd: http://127.0.0.1:1: connect: connection refused
op-scrape: prometheus: http://127.0.0.1:1: connect: connection refused" ]
}

@test "none switches a source off" {
	sim_start
	scrape 0 --prometheus none
	[ "$(cycle -r 'select(.kind == "source") | .id')" = pd ]
	holds store 'has("instance") or has("qps") | not'
	scrape 0 --pd none --prometheus none
	[ "$(cycle -r .kind | tr '\n' ' ')" = "begin end " ]
}
