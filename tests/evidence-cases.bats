#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Cases in which silence was once taken for health, from the sources to the tickets.

load helper
load scrape

setup() {
	export OP_DB=$TEST_DIR/tickets.db
	TAPES=0
}

teardown() {
	stop_all
}

# observed TIME RECORD...: a cycle of the cluster prod in which both sources answer
observed() {
	printf '{"kind":"begin","stream":"observations","v":1,"subject":"tikv","cluster":"prod","at":"%s"}\n' "$1"
	shift
	printf '%s\n' '{"kind":"source","id":"pd","ok":true,"kinds":["store","member","cluster"]}' \
		'{"kind":"source","id":"prometheus","ok":true,"kinds":[]}' "$@" '{"kind":"end"}'
}

# verdicts TIME CLUSTER-ID RECORD...: a cycle of verdicts of store_down
verdicts() {
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"prod","cluster_id":"%s","at":"%s"}\n' "$2" "$1"
	shift 2
	printf '%s\n' "$@" '{"kind":"check","invariant_name":"store_down","complete":true}' '{"kind":"end"}'
}

down='{"kind":"violation","invariant_name":"store_down","store_id":"2","severity":"critical","message":"Store 2 is Down"}'
up='{"kind":"ok","invariant_name":"store_down","store_ids":["2"]}'

# ingest STATUS: of op-ticket, with the cycles of stdin
ingest() {
	local want=$1 status=0
	op-ticket ingest >"$TEST_DIR/ingested" 2>&1 || status=$?
	[ "$status" = "$want" ] || {
		cat "$TEST_DIR/ingested"
		return 1
	}
}

# checked: turns the observations of stdin into tickets
checked() {
	op-check --set high_latency.grace=0 --set raft_append_slow.grace=0 --set async_write_slow.grace=0 | ingest 0
}

# resolution KEY: of its ticket; "open" if it has none yet
resolution() {
	op-ticket list --ndjson | jq -r --arg key "$1" 'select(.violation_key == $key) | .resolution // "open"'
}

# with_pd STORES [PATH BODY]...: a PD that lists these stores (an array of changes to the first one of the tape)
with_pd() {
	local stores=$1 file=$TEST_DIR/pd.$((++TAPES)).tape
	shift
	while [ $# -gt 0 ]; do
		jq -cn --arg path "/pd/api/v1$1" --arg body "$2" '{path: $path, body: $body}'
		shift 2
	done >"$file"
	jq -c --argjson changes "$stores" '
		if .path | startswith("/pd/api/v1/stores?") then
			(.body | if type == "string" then fromjson else . end) as $all
			| $all.stores[0] as $one
			| .body = {count: ($changes | length), stores: [$changes[] as $change
				| $one | .store.last_heartbeat = (now * 1e9) | . * $change]}
		else . end' "$BATS_TEST_DIRNAME/tapes/healthy.tape" >>"$file"
	replay "$file"
	export PD_ENDPOINT=$REPLAY
}

# with_prometheus COLUMN=VECTOR... [+KEYS]: one with only these columns; KEYS are added to its answers
with_prometheus() {
	local column keys='{}' file=$TEST_DIR/prometheus.$((++TAPES)).tape
	for column; do
		[ "${column:0:1}" != + ] || keys=${column:1}
	done
	for column; do
		[ "${column:0:1}" != + ] || continue
		op-scrape --list | jq -c --arg column "${column%%=*}" --argjson result "${column#*=}" --argjson keys "$keys" '
			select("\(.kind).\(.column)" == $column) | {path: "/api/v1/query", query: .promql,
			body: ({status: "success", data: {resultType: "vector",
				result: ($result | map(.value = [now, .value]))}} + $keys)}'
	done >"$file"
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' >>"$file"
	replay "$file"
	export PROMETHEUS_URL=$REPLAY
}

@test "a disk that hangs does not resolve tickets about slowness" {
	local store='"id":"2","engine":"tikv","state":"Up","stale":false,"leader_count":95,"region_count":300,"slow_score":1,"last_heartbeat_age_s":3'
	observed 2026-01-01T00:00:00Z \
		"{\"kind\":\"store\",$store,\"qps\":1000,\"latency_p99_ms\":900,\"raft_append_p99_s\":3,\"raft_append_per_s\":40,\"async_write_p99_s\":4,\"async_write_per_s\":40}" | checked
	for minute in 01 02 05 12 25; do
		observed "2026-01-01T00:$minute:00Z" \
			"{\"kind\":\"store\",$store,\"qps\":0,\"qps_max_15m\":900,\"raft_append_per_s\":0,\"async_write_per_s\":0}" | checked
	done
	for name in high_latency raft_append_slow async_write_slow; do
		[ "$(resolution "$name:2")" = open ]
	done
	run -0 bash -c "op-ticket list --ndjson | jq -r 'select(.invariant_name == \"high_latency\") | .verdict + \" \" + .reason'"
	[ "$output" = "unknown idle" ]
	observed 2026-01-01T00:30:00Z \
		"{\"kind\":\"store\",$store,\"qps\":1000,\"latency_p99_ms\":9,\"raft_append_p99_s\":0.1,\"raft_append_per_s\":40,\"async_write_p99_s\":0.1,\"async_write_per_s\":40}" | checked
	for name in high_latency raft_append_slow async_write_slow; do
		[ "$(resolution "$name:2")" = cleared ]
	done
}

@test "an answer that is marked partial makes its column missing" {
	local whole='[{"metric":{"store_id":"1"},"value":"40"},{"metric":{"store_id":"2"},"value":"6"}]'
	with_pd '[{"store":{"id":1}},{"store":{"id":2,"address":"b:20160","status_address":"b:20180"}}]'
	with_prometheus "store.unreachable_per_s=$whole"
	scrape 0
	of 2 '.unreachable_per_s == 6'
	for keys in '{"isPartial":true}' '{"warnings":["receive series from 10.1.1.7:10901: code = Unavailable"]}'; do
		with_prometheus "store.unreachable_per_s=$whole" "+$keys"
		scrape 0
		of 2 'has("unreachable_per_s") | not'
		of prometheus '.missing == ["unreachable_per_s"]'
	done
}

@test "a scrape interval of a minute leaves rates empty: this is reported, and --window fixes it" {
	local store='"kind":"store","id":"1","engine":"tikv","state":"Up","instance":"a:20180","memory_bytes":1' age
	# its grace is long enough, except for the first samples of a process
	for age in '' ',"process_age_s":150' ',"process_age_s":90000'; do
		observed 2026-01-01T00:00:00Z "{$store$age}" | op-check >"$TEST_DIR/verdicts"
		run -0 jq -r 'select(.kind == "violation" and .invariant_name == "metrics_blind") | "\(.store_id) \(.grace_s)"' "$TEST_DIR/verdicts"
		[ "$output" = '1 300' ]
	done
	observed 2026-01-01T00:00:00Z "{$store,\"process_age_s\":60}" | op-check >"$TEST_DIR/verdicts"
	run -0 jq -r 'select(.invariant_name == "metrics_blind" and .kind != "check").kind' "$TEST_DIR/verdicts"
	[ "$output" = unknown ]
	run -0 jq -r 'select(.kind == "unknown" and .invariant_name == "high_cpu").missing[]' "$TEST_DIR/verdicts"
	[[ $output == *cpu_percent* ]]
	run -0 bash -c "op-scrape --window 4m --list | jq -r 'select(.kind == \"store\" and .column == \"cpu_percent\").promql'"
	[[ $output == *"[4m]"* && $output != *"[1m]"* ]]
}

@test "loops of fifteen minutes, and loops that drift, open tickets after a grace" {
	local i
	for i in 0 1 2; do
		printf '{"kind":"begin","stream":"observations","v":1,"subject":"tikv","cluster":"prod","at":"%s"}\n' \
			"$(date -u -d "2026-01-01T00:00:00Z + $((i * 15)) minutes" +%FT%TZ)"
		printf '%s\n' '{"kind":"source","id":"pd","ok":false,"kinds":["store","member","cluster"],"error":"refused"}' '{"kind":"end"}'
	done | op-check | ingest 0
	[ "$(resolution source_down:pd)" = open ]

	rm "$OP_DB"
	for i in 0 1 2; do # 600.2 s
		verdicts "$(date -u -d "@$((1767225600 + i * 600)).$((i * 2))00" +%FT%T.%3NZ)" 1 "${down%\}},\"grace_s\":60}"
	done | ingest 0
	[ "$(resolution store_down:2)" = open ]
}

@test "a cluster that returns with another id opens a ticket, and can be adopted" {
	verdicts 2026-01-01T00:00:00Z 1 "$down" | ingest 0
	verdicts 2026-01-01T00:01:00Z 2 "$up" | ingest 65
	grep -q 'op-ticket adopt' "$TEST_DIR/ingested"
	[ "$(resolution store_down:2)" = open ]
	[ "$(resolution cluster_id_changed)" = open ]
	op-ticket adopt --cluster prod 2
	[ "$(resolution store_down:2)" = gone ]
	verdicts 2026-01-01T00:02:00Z 2 "$up" | ingest 0
	[ "$(resolution cluster_id_changed)" = cleared ]
	# a removed cluster does not fail status forever
	run op-ticket status --max-age 90s
	[ "$status" = 1 ]
	op-ticket forget --cluster prod --yes
	run op-ticket status --json
	[[ $output != *'"prod"'* ]]
}

@test "placement rules decide how many stores may be down; if they cannot be read, it is unknown" {
	local rule='[{"group_id":"pd","id":"default","start_key":"","end_key":"","role":"voter","count":5}]' stores
	stores=$(jq -cn '[range(1; 6) | {store: {id: ., address: "s\(.):20160", status_address: "s\(.):20180",
		labels: [], state_name: (if . > 3 then "Down" else "Up" end)},
		status: {capacity: "1TiB", available: "800GiB"}}]')
	at_risk() {
		scrape 0 --prometheus none
		op-check --only replicas_at_risk <"$TEST_DIR/cycle" | jq -r 'select(.invariant_name and .kind != "check").kind'
	}
	with_pd "$stores" /config/replicate '{"max-replicas":3,"enable-placement-rules":"true"}' /config/rules "$rule"
	[ "$(at_risk)" = ok ] # 3 of 5 are left
	with_pd "$stores" /config/replicate '{"max-replicas":5,"enable-placement-rules":"true"}' /config/rules "${rule/5/3}"
	[ "$(at_risk)" = violation ]
	with_pd "$stores" /config/replicate '{"max-replicas":3,"enable-placement-rules":"true"}' /config/rules no
	[ "$(at_risk)" = unknown ]
	with_pd "$stores" /config/replicate '{"max-replicas":3,"enable-placement-rules":"false"}' /config/rules no
	[ "$(at_risk)" = violation ]
}

@test "a feed that sees a new database is not silent" {
	local feed=$BATS_TEST_DIRNAME/../examples/notify/feed minute
	for minute in 00 01 02; do
		verdicts "2026-01-01T00:$minute:00Z" 1 "$down" | ingest 0
		verdicts "2026-01-01T00:$minute:30Z" 1 "$up" | ingest 0
	done
	"$feed" -n 100 "$TEST_DIR/cursor" cat >/dev/null
	rm "$OP_DB"
	verdicts 2026-01-01T01:00:00Z 1 "$down" | ingest 0
	run "$feed" -n 100 "$TEST_DIR/cursor" cat
	# events are handed over or an error is reported: never 0 and nothing
	[ "$status" != 0 ] || [[ $output == *created* ]]
	[ -n "$output" ]
}

@test "instances of pods map by the label that names the pods" {
	with_pd '[{"store":{"id":1,"address":"sim-tikv-0.peer:20160","status_address":"sim-tikv-0.peer:20180"}},
		{"store":{"id":2,"address":"sim-tikv-1.peer:20160","status_address":"sim-tikv-1.peer:20180"}}]'
	local vector='[{"metric":{"pod":"sim-tikv-0"},"value":"1"},{"metric":{"pod":"sim-tikv-1"},"value":"2"}]' list
	run -0 op-scrape --instance-label pod --list
	list=$output
	run ! grep -q 'by (instance\|on (instance' <<<"$list"
	op-scrape() { command op-scrape --instance-label pod "$@"; }
	# PD's targets are not pods: their columns are missing, and the label that they lack is named
	with_prometheus "store.memory_bytes=$vector" "store.scraped=$vector" \
		'member.memory_bytes=[{"metric":{"instance":"pd-0:2379"},"value":"1"}]'
	scrape 0
	unset -f op-scrape
	of prometheus '.missing == ["memory_bytes"] and .errors == {"member.memory_bytes": "a series without the label pod"}'
	of 1 '.instance == "sim-tikv-0" and .memory_bytes == 1'
	of 2 '.instance == "sim-tikv-1" and .memory_bytes == 2'
}

@test "weight 0 and disks of two sizes are not an imbalance; capacity 0B with a recent heartbeat is not stale" {
	local stores
	stores=$(jq -cn '[range(1; 4) | {store: {id: ., address: "s\(.):20160", status_address: "s\(.):20180"},
		status: {leader_count: (if . == 3 then 0 else 3000 end), leader_score: (if . == 3 then 0 else 3000 end),
		leader_weight: (if . == 3 then 0 else 1 end), region_count: (if . == 1 then 12000 else 3000 end), region_score: 500}}]')
	with_pd "$stores"
	scrape 0 --prometheus none
	run -0 op-check --only leader_imbalance --only region_imbalance <"$TEST_DIR/cycle"
	echo "$output"
	[[ $output != *'"kind":"violation"'* && $output != *'"kind":"unknown"'* ]]
	# an imbalance by PD's own scores is found
	jq -c 'if .id == "1" then .region_score = 5000 else . end' "$TEST_DIR/cycle" >"$TEST_DIR/uneven"
	run -0 op-check --only region_imbalance <"$TEST_DIR/uneven"
	[[ $output == *'"kind":"violation"'* ]]
	with_pd '[{"store":{"id":1}},{"store":{"id":2},"status":{"capacity":"0B","available":"0B"}}]'
	scrape 0 --prometheus none
	of 2 '.stale == false and (has("disk_total_bytes") | not)'
}

@test "of two stores at one address, the living one gets the instance" {
	local vector='[{"metric":{"instance":"a:20180"},"value":"7"}]' other
	with_prometheus "store.memory_bytes=$vector" "store.scraped=${vector/7/1}"
	# $1, $2: fields of the two stores besides their addresses
	two() {
		with_pd "$(jq -cn "[{id: 1} + $1, {id: 2} + $2 | {store: ({address: \"a:20160\", status_address: \"a:20180\"} + .)}]")"
		scrape 0
	}
	for other in '{state_name: "Down"}' '{state_name: "Offline", last_heartbeat: ((now - 90) * 1e9)}'; do
		two '{}' "$other"
		of 1 '.instance == "a:20180" and .memory_bytes == 7'
		of 2 '.instance == null and (has("memory_bytes") | not)'
	done
	# a removed store lives as long as it reports
	two '{state_name: "Down"}' '{state_name: "Offline", last_heartbeat: ((now + 300) * 1e9)}'
	of 2 '.instance == "a:20180"'
	# two living stores, or none: nothing is guessed
	two '{}' '{}'
	of 1 '.instance == null'
	two '{state_name: "Down"}' '{state_name: "Disconnected"}'
	of 1 '.instance == null'
	# a dead store alone keeps its instance
	two '{state_name: "Down"}' '{status_address: "b:20180"}'
	of 1 '.instance == "a:20180"'
}
