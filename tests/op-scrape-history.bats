#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape --from against a server with configurable answers and faults.
# takes 55 s
# shellcheck disable=SC2016 # the dollars are jq's

load helper
load scrape

setup() {
	cd "$TEST_DIR" || return
	op-scrape --list >list.json
	export PD_ENDPOINT=none
}

teardown() { stop_all; }

# serve [OPTION...]: the server; its log is log, the most requests at once in peak
serve() {
	start python3 "$BATS_TEST_DIRNAME/history/server.py" --list list.json --log log --peak peak "$@" >url
	wait_until 10 test -s url
	PROMETHEUS_URL=$(cat url)
	export PROMETHEUS_URL
}

# day STATUS [FLAG...]: ten minutes of a past day, 20 cycles, unless the flags override that
day() {
	local status=$1
	shift
	scrape "$status" --from 2026-01-24T10:00:00Z --to 2026-01-24T10:10:00Z "$@"
}

# how often a query with this text was asked
asked() {
	grep -c -F "$1" log
}

sources() { # CONDITION: of all source records
	jq -es "map(select(.kind == \"source\")) | length > 0 and all(.[]; $1)" cycle >/dev/null || {
		jq -c 'select(.kind == "source")' cycle
		return 1
	}
}

@test "cycles lie at multiples of the step after --from up to --to, whole and in order" {
	serve
	day 0
	jq -es 'map(select(.kind == "begin").at) | length == 20 and . == sort and .[0] == "2026-01-24T10:00:30.000Z"
		and .[-1] == "2026-01-24T10:10:00.000Z"' cycle
	sources '.ok and .history and .step_s == 30 and .scrape_interval_s == 15 and .kinds == ["store", "member", "cluster"]
		and (has("elapsed_ms") or has("skew_ms") | not)'
	holds store '.state == "Up" and .instance != null and .qps > 1 and (has("physically_destroyed") | not)'
	holds member '.id == "42" and .leader'
	grep -qx 'op-scrape: 20 cycles' said
	op-check <cycle | op-ticket --db t.db ingest -q
	scrape 0 --from 2026-01-24T10:00:07Z --to 2026-01-24T10:02:00Z --step 1m
	jq -es 'map(select(.kind == "begin").at[11:19]) == ["10:01:00", "10:02:00"]' cycle
	[ "$(cut -d' ' -f1 peak)" -le 4 ] && [ "$(cut -d' ' -f2 peak)" -le 4 ]
}

@test "a query that is too much for the server is split" {
	serve --fault '{"query": "tikv_raftstore_slow_score", "above": 3, "status": 422,
		"body": "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query processing would load too many samples into memory\"}"}'
	day 0
	holds store '.slow_score == 1'
	sources 'has("missing") | not'
}

@test "a query that is too much even for one step is missing only there" {
	serve --fault '{"query": "qps", "status": 422, "body": "{}"}' \
		--fault '{"query": "tikv_thread_cpu_seconds_total{name=~\"apply", "status": 503, "body": "{\"error\":\"query timed out in expression evaluation\"}"}'
	day 0
	sources '.ok and .missing == ["apply_cpu_percent"] and (.errors["store.apply_cpu_percent"] | contains("timed out"))'
	holds store '.qps and .apply_cpu_percent == null'
}

@test "a query that the server rejects is asked once" {
	serve --fault '{"query": "tikv_engine_write_stall", "status": 400, "body": "{\"error\":\"bad_data: parse error\"}"}'
	day 0 --to 2026-01-24T12:00:00Z
	[ "$(asked tikv_engine_write_stall)" = 1 ]
	sources '.missing == ["write_stall_growth_ms"] and (.errors | tostring | contains("parse error"))'
}

@test "a busy server is asked again when it wants to be" {
	serve --fault '{"query": "tikv_server_info", "status": 429, "times": 2, "headers": {"Retry-After": "0"}}' \
		--fault '{"query": "pd_cluster_health_status", "status": 503, "times": 1}'
	day 0
	sources 'has("missing") or has("incomplete") | not'
	holds store '.version == "8.5.3"'
}

@test "a query without an answer is missing, and the rest is written" {
	serve --fault '{"query": "tikv_engine_write_stall", "status": 503, "headers": {"Retry-After": "0"}}' \
		--fault '{"query": "pd_cluster_health_status", "status": 500}'
	day 0
	sources '.missing == ["write_stall_growth_ms", "member_health"] and .incomplete == ["member"]'
	none_of member
	holds store '.state == "Up"'
}

@test "a failed query of PD's metrics is named, and is not taken for an observation" {
	local query column error
	while IFS='|' read -r query column error; do
		serve --fault "$(jq -nc --arg query "$query" '{query: $query, status: 500, body: "{\"error\":\"boom\"}"}')"
		day 0 --to 2026-01-24T10:01:00Z
		jq -es --arg column "$column" --arg error "$error" 'map(select(.kind == "source")) | length == 2 and all((.error // "") == $error
			and if .ok then (.missing | index([$column])) and .errors["history." + $column] == "HTTP 500: boom" else true end)' cycle
		[ -z "$error" ] || [[ $column == store_capacity || $column == member_* ]] || grep -qx 'op-scrape: 2 cycles; 2 of which a query failed' said
		stop "$STARTED"
	done <<-'EOT'
		time() - max(timestamp|sample_age_s|how old its samples are is not known: HTTP 500: boom
		max by (type) (pd_cluster_metadata{} + 1)|cluster_metadata|cluster_metadata: HTTP 500: boom
		max by (instance) (service_member_role|pd_leader|pd_leader: HTTP 500: boom
		type="store_capacity"|store_capacity|store_capacity: HTTP 500: boom
		pd_cluster_health_status|member_health|member_health: HTTP 500: boom
		etcd_server_id|member_id|member_id: HTTP 500: boom
		type="store_available"|store_available|
		max by (type) (sum by (type, instance, job) (pd_cluster_status|cluster_status|
	EOT
}

# the first chunk has 20 steps, the next one more
dies_after_one() {
	serve --fault '{"query": "pd_cluster_health_status", "after": 1, "die": true}'
	day 69 --to 2026-01-24T14:00:00Z --timeout "$1" &&
		jq -es 'map(select(.kind == "begin" or .kind == "end").kind) | length == 40 and .[-1] == "end"' cycle
}

@test "a server that dies ends it with 69, and the message names where to go on" {
	local from
	ample dies_after_one
	grep -q 'cycles up to 2026-01-24T10:10:00Z are written' said
	op-check <cycle | op-ticket --db t.db ingest -q
	from=$(sed -n 's/.*go on with //p' said)
	serve
	# shellcheck disable=SC2086 # flags
	scrape 0 $from --to 2026-01-24T10:15:00Z
	jq -es 'map(select(.kind == "begin").at)[0] == "2026-01-24T10:10:30.000Z"' cycle
	op-check <cycle | op-ticket --db t.db ingest -q
}

@test "killed on the way, it goes on after the last cycle that was ingested" {
	serve --gap "$(date -u -d 2026-01-24T10:03:00Z +%s),$(date -u -d 2026-01-24T11:01:00Z +%s)"
	day 0 --to 2026-01-24T11:10:00Z
	op-check <cycle | op-ticket --db whole.db ingest -q
	stop "$STARTED"
	serve --gap "$(date -u -d 2026-01-24T10:03:00Z +%s),$(date -u -d 2026-01-24T11:01:00Z +%s)" \
		--fault '{"query": "pd_cluster_health_status", "after": 1, "wait": 600}'
	start op-scrape --timeout 1h --from 2026-01-24T10:00:00Z --to 2026-01-24T11:10:00Z >part
	wait_until 20 sh -c '[ "$(grep -c end part)" -ge 20 ]'
	kill -KILL "$STARTED"
	wait_until 5 gone "$STARTED"
	op-check <part | op-ticket --db t.db ingest -q
	serve --gap "$(date -u -d 2026-01-24T10:03:00Z +%s),$(date -u -d 2026-01-24T11:01:00Z +%s)"
	scrape 0 --from "$(op-ticket --db t.db status --json | jq -r '.[0].last_at // "7d"')" --to 2026-01-24T11:10:00Z
	op-check <cycle | op-ticket --db t.db ingest -q
	op-ticket --db t.db list --ndjson | grep -q source_down
	diff <(op-ticket --db whole.db list --ndjson | jq -c '{id, violation_key, first_seen_at, resolved_at, occurrence_count}') \
		<(op-ticket --db t.db list --ndjson | jq -c '{id, violation_key, first_seen_at, resolved_at, occurrence_count}')
}

@test "progress: in place on a terminal, else a line a minute" {
	needs faketime
	serve --fault '{"query": "pd_cluster_health_status", "wait": 0.4}'
	# shellcheck disable=SC2094 # script's own output is the terminal
	script -qec "op-scrape --from 2026-01-24T10:00:00Z --to 2026-01-24T14:00:00Z >cycle" /dev/null >said </dev/null
	grep -qP '\r2026-01-24T1\d:\d\d(:\d\d)?Z  +\d+%  [0-9.]+ cycles/s  \w+ left\x1b\[K' said
	grep -q '480 cycles' said
	# with a clock 600 times as fast
	faketime -f '+0 x600' op-scrape --timeout 1h --from 2026-01-24T10:00:00Z --to 2026-01-24T14:00:00Z >cycle 2>said
	grep -qE '^op-scrape: 2026-01-24T1[0-9]:[0-9:]+Z  +[0-9]+%  [0-9.]+ cycles/s  [0-9a-z]+ left$' said
	[ "$(grep -c $'\r' said)" = 0 ]
	[ "$(tail -n 1 said)" = 'op-scrape: 480 cycles' ]
	[ "$(grep -c '"begin"' cycle)" = 480 ]
}

@test "a full disk is 74" {
	serve
	run -74 --separate-stderr sh -c 'op-scrape --from 2026-01-24T10:00:00Z --to 2026-01-24T10:10:00Z >/dev/full'
}

@test "a server that is down, or has no samples of that time: 69, and nothing is written" {
	PROMETHEUS_URL=http://127.0.0.1:1 day 69
	[ ! -s cycle ]
	grep -q 'nothing is written, begin again with --from 2026-01-24T10:00:00Z' said
	serve --begins 1800000000
	day 69
	[ ! -s cycle ]
	grep -q 'no samples of that time' said
	PD_ENDPOINT=http://127.0.0.1:1 day 69
	grep -q 'add --pd none' said
}

@test "steps before the first sample give no cycles" {
	serve --begins "$(date -u -d 2026-01-24T10:05:00Z +%s)"
	day 0
	jq -es 'map(select(.kind == "begin").at)[0] == "2026-01-24T10:05:00.000Z"' cycle
	grep -q '11 cycles; begins 2026-01-24T10:05:00Z (no history before)' said
}

@test "when Prometheus did not scrape, its source failed" {
	serve --gap "$(date -u -d 2026-01-24T10:03:00Z +%s),$(date -u -d 2026-01-24T10:06:00Z +%s)"
	day 0
	jq -es '[.[] | if .kind == "begin" then (.at[11:16]) else select(.kind == "source").ok end] |
		[_nwise(2)] | all(.[1] == (.[0] < "10:03" or .[0] >= "10:06"))' cycle
	jq -es 'map(select(.kind == "source" and .ok == false)) | length == 6 and
		all(.error | test("its newest sample is [0-9]+s old: it did not scrape then"))' cycle
	grep -q '20 cycles; 6 in which Prometheus did not scrape' said
}

# told QUERY LABELS...: a fault: the query has a series for each of these in the first two steps
told() {
	jq -nc --arg query "$1" '{query: $query, raw: ("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
		+ ($ARGS.positional | map("{\"metric\":" + . + ",\"values\":[[%FIRST%,\"1\"],[%NEXT%,\"1\"]]}") | join(",")) + "]}}")}' --args "${@:2}"
}

@test "two clusters, two PD leaders or none: nothing of PD is known, and this is reported" {
	serve --fault "$(told pd_cluster_metadata '{"type":"cluster1"}' '{"type":"cluster2"}')"
	day 0 --to 2026-01-24T10:01:00Z
	sources '.ok and .incomplete == ["store", "member", "cluster"] and (.error | startswith("2 clusters"))'
	jq -es 'map(select(.kind == "begin")) | length > 0 and all(has("cluster_id") | not)' cycle
	none_of store
	op-check <cycle | jq -es 'map(select(.kind == "check" and .invariant_name == "store_down")) | length == 2 and all(.complete == false)'
	stop "$STARTED"
	serve --fault "$(told 'max by (instance) (service_member_role' '{"instance":"a"}' '{"instance":"b"}')"
	day 0 --to 2026-01-24T10:01:00Z
	sources '.ok and .incomplete == ["store", "member", "cluster"] and (.error | startswith("2 PD leaders"))'
	stop "$STARTED"
	serve --fault "$(told 'max by (instance) (service_member_role')"
	day 0 --to 2026-01-24T10:01:00Z
	sources '.ok and .incomplete == ["store", "member", "cluster"] and (.error | startswith("0 PD leaders"))'
	grep -q '2 cycles; 2 without a PD leader' said
}

@test "PD of another cluster than the history is refused before the first cycle" {
	sim_start
	serve --fault "$(told pd_cluster_metadata '{"type":"cluster1"}')"
	day 69 --to 2026-01-24T10:01:00Z
	[ ! -s cycle ]
	grep -q 'its history is of cluster 1, and PD is of' said
}

@test "today's facts from PD are used only for stores with the same address, and are named" {
	sim_start --stores 4
	serve
	day 0 --to 2026-01-24T10:01:00Z
	sources '.assumed == ["status_address", "engine", "labels", "location_labels", "client_urls", "placement_rules",
		"voters", "voter_location_labels"]'
	jq -es 'map(select(.kind == "store")) | length > 0 and all(.status_address and .engine == "tikv" and .labels)' cycle
	jq -es 'map(select(.kind == "cluster")) | length > 0 and all(.location_labels and .placement_rules)' cycle
}

# bad ANSWER: only this column is missing
bad() {
	stop "$STARTED"
	serve --fault "$(jq -nc --arg raw "$1" '{query: "tikv_engine_write_stall", raw: $raw}')"
	day 0 --to 2026-01-24T10:02:00Z
	sources '.ok and .missing == ["write_stall_growth_ms"]'
}

@test "an answer to another query makes its column missing" {
	local good='{"status":"success","data":{"resultType":"matrix","result":[' end=']}}'
	serve
	bad "$good"'{"metric":{"instance":"a"},"values":[[1,"2"]]}'"$end"                        # not on the grid
	bad "$good"'{"metric":{"instance":"a"},"values":[[%NEXT%,"2"],[%FIRST%,"2"]]}'"$end"     # out of order
	bad "$good"'{"metric":{"instance":"a"},"values":[[%FIRST%,"2"],[%FIRST%,"2"]]}'"$end"    # twice
	bad "$good"'{"metric":{"instance":"a"},"histograms":[[%FIRST%,{"count":"2"}]]}'"$end"    # a native histogram
	bad '{"status":"success","data":{"resultType":"vector","result":[]}}'                    # not a range
	bad "$good"'{"metric":{"instance":"a"},"values":[[%FIRST%,"2"'                           # cut off
	bad '{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}'   # partial
	bad 'null'
}

@test "a body that ends early, with its connection, makes its column missing" {
	serve --fault '{"query": "tikv_engine_write_stall", "cut": 200}'
	day 0 --to 2026-01-24T10:02:00Z
	sources '.ok and .missing == ["write_stall_growth_ms"]'
	holds store '.qps'
}

@test "NaN is not a value, and does not lose other series" {
	serve --fault '{"query": "tikv_engine_write_stall", "raw": "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"instance\":\"127.0.1.1:20180\"},\"values\":[[%FIRST%,\"NaN\"],[%NEXT%,\"7\"]]}]}}"}'
	day 0 --to 2026-01-24T10:01:00Z
	jq -es 'map(select(.id == "1").write_stall_growth_ms) == [null, 7]' cycle
	sources 'has("missing") | not'
}

@test "an answer over the ceiling is split, and missing if one step is too large" {
	serve --fault '{"query": "tikv_engine_write_stall", "bytes": 9000000, "above": 2}' \
		--fault '{"query": "tikv_raftstore_slow_score", "bytes": 9000000}'
	day 0 --to 2026-01-24T10:05:00Z
	holds store '.write_stall_growth_ms and .slow_score == null'
	sources '.ok'
}

@test "another size of chunks and another --from give the same cycles" {
	serve
	day 0 --to 2026-01-24T11:00:00Z
	cp cycle whole
	stop "$STARTED"
	serve --fault '{"query": "", "above": 7, "status": 422, "body": "too many samples"}'
	day 0 --to 2026-01-24T11:00:00Z
	diff <(jq -c 'del(.url)' whole) <(jq -c 'del(.url)' cycle)
}

@test "a subject of PromQL alone works without changes" {
	serve
	export OP_SUBJECTS=$BATS_TEST_DIRNAME/../examples/subjects
	op-scrape -s targets --list >list.json
	stop "$STARTED"
	serve
	day 0 -s targets
	sources '.ok and .kinds == ["target"] and .history'
	jq -es 'map(select(.kind == "begin")) | length == 20 and all(.subject == "targets")' cycle
}

@test "flags that make no sense together are refused" {
	while read -r flags; do
		# shellcheck disable=SC2086 # flags
		scrape 64 $flags
		[ "$(wc -l <said)" = 1 ]
	done <<-'EOT'
		--to 1h
		--step 30s
		--scrape-interval 15s
		--from 1h --to 2h
		--from 30s
		--from yesteryear
		--from 1h --step 500ms
		--from 1h --step 2h
		--from 1h --step 1.5s
		--from 1h --prometheus none
		--from 1h --pd metrics
		--pd metrics --prometheus none
		--from 1h --scrape-interval 0
	EOT
}

@test "--pd metrics: a live cycle without PD; kinds that metrics do not cover are incomplete" {
	sim_start
	prometheus_start
	# all members and stores have been scraped, and this PD leader has led for long enough
	wait_until 60 sh -c 'op-scrape --pd metrics >first && jq -es "map(select(.kind == \"store\" and .state == \"Up\" and .instance)) | length == 3" first'
	scrape 0 --pd metrics
	sources '(has("history") | not) and .kinds == ["store", "member", "cluster"] and has("elapsed_ms")'
	holds member '(has("health") or has("client_urls") | not)'
	jq -es 'map(select(.kind == "member" and .leader)) | length == 1' cycle
	op-check <cycle | jq -es 'map(select(.kind == "check" and (.complete | not))) == []'
	scrape 69 --pd metrics --prometheus http://127.0.0.1:1
	sources '.ok == false and all(paths(numbers); . == ["elapsed_ms"])' # nothing else was measured
}
