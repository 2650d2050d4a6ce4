#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape and PD: recorded answers, other versions and states, several endpoints.
# takes 25 s
# shellcheck disable=SC2016 # the dollars are jq's

load helper
load scrape

setup() {
	export PROMETHEUS_URL=none
}

teardown() {
	stop_all
}

@test "a healthy cluster, as recorded" {
	replay healthy
	scrape 0 --pd "$REPLAY"
	whole
	[ "$(cycle -r 'select(.kind == "store") | .id' | tr '\n' ' ')" = "1 2 3 4 5 6 " ]
	holds store '.state == "Up" and .engine == "tikv" and .version == "8.5.3" and .disk_total_bytes == 536870912000
		and .disk_used_bytes == .disk_total_bytes - .disk_available_bytes and .leader_count == 10 and .region_count == 30
		and .slow_score == 1 and .stale == false and (has("instance") | not)'
	of 1 '.address == "127.0.1.1:20160" and .status_address == "127.0.1.1:20180" and .labels == {"zone": "z1", "host": "h1"}
		and .disk_available_bytes == 486297672090 and .data_bytes == 16825534382 and .uptime_s == 40.255
		and .last_heartbeat_age_s > 10000'
	of 14318340322766640597 '.kind == "member" and .name == "pd2" and .health and .leader and .etcd_leader and .version == "8.5.3"'
	of 1073040932951649287 '.name == "pd1" and .health and (.leader | not) and .client_urls == ["http://127.0.0.1:12379"]'
	holds begin '.cluster_id == "7710777022083568585"'
	holds cluster '.region_count == 60 and .empty_region_count == 0 and .max_replicas == 3 and .initialized and .version == "8.5.3"
		and (has("location_labels") | not)'
	of pd '.ok and (.missing | index("location_labels")) and (has("incomplete") | not)'
}

@test "a store that has just been lost, as recorded" {
	replay disconnected healthy
	scrape 0 --pd "$REPLAY"
	of 4 '.state == "Disconnected" and .disk_total_bytes == 536870912000 and .leader_count == 0 and .stale == false'
	of 2 '.slow_score == 90 and .disk_available_bytes == 30000346563'
}

@test "just after a leader change there are no disk fields" {
	replay leader-change healthy
	scrape 0 --pd "$REPLAY"
	holds store '.state == "Disconnected" and .stale and (has("disk_total_bytes") or has("disk_available_bytes")
		or has("disk_used_bytes") or has("data_bytes") or has("slow_score") | not)'
	of 1073040932951649287 '.leader'
}

@test "a cluster that is not bootstrapped has members and no list of stores" {
	replay not-bootstrapped
	scrape 69 --pd "$REPLAY"
	whole
	none_of store
	of pd '.ok and .incomplete == ["store"] and (.error | startswith("/stores: HTTP 500: [PD:cluster:ErrNotBootstrapped]"))'
	holds member '.health'
	holds cluster '.initialized == false and (has("region_count") | not)'
}

@test "one member's claim that the cluster is not bootstrapped proves nothing: the next is asked" {
	replay not-bootstrapped
	first=$REPLAY
	replay healthy
	scrape 0 --pd "$first,$REPLAY"
	of pd '.ok and .url == "'"$REPLAY"'" and (.tried[0].error | contains("ErrNotBootstrapped"))'
	[ "$(cycle 'select(.kind == "store")' | wc -l)" -gt 0 ]
	replay not-bootstrapped
	scrape 69 --pd "$first,$REPLAY"
	of pd '.url == "'"$REPLAY"'" and .incomplete == ["store"]'
}

@test "every state name, and TiFlash apart" {
	patched healthy '.stores |= (.[0].store.state_name = "Down" | .[1].store += {state: 1, state_name: "Offline", node_state: 2}
		| .[2].store += {state: 2, state_name: "Tombstone", node_state: 3}
		| .[2].status |= (.capacity = "0B" | .available = "0B" | .used_size = "0B" | del(.slow_score))
		| .[3].store.state_name = "Disconnected"
		| .[4].store.labels += [{key: "engine", value: "tiflash"}]
		| .[5].store.labels = [{key: "engine", value: "tiflash_compute"}])' | tape states
	replay "$TEST_DIR/states.tape"
	scrape 0 --pd "$REPLAY"
	[ "$(cycle -r 'select(.kind == "store") | .state' | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = \
		" 1 Disconnected; 1 Down; 1 Offline; 1 Tombstone; 2 Up;" ]
	[ "$(cycle -r 'select(.engine == "tiflash")' | wc -l)" = 2 ]
	cycle -es 'map(select(.state == "Tombstone")) | length == 1 and (.[0] | has("disk_total_bytes") or .stale == true | not)'
}

@test "tombstones are requested" {
	replay --log "$TEST_DIR/log" healthy
	scrape 0 --pd "$REPLAY"
	grep -q '^/pd/api/v1/stores?.*state=2' "$TEST_DIR/log"
}

@test "a handful of requests, whatever the number of stores, and never /regions" {
	patched healthy '.stores = [.stores[0] as $s | range(1; 501) | . as $i | $s | .store.id = $i]' | tape many
	replay --log "$TEST_DIR/log" "$TEST_DIR/many.tape"
	scrape 0 --pd "$REPLAY"
	[ "$(cycle 'select(.kind == "store")' | wc -l)" = 500 ]
	[ "$(wc -l <"$TEST_DIR/log")" -le 10 ]
	run grep -E 'v1/regions|v1/store/' "$TEST_DIR/log"
	[ "$status" = 1 ]
}

@test "ids of 64 bits, heartbeats beyond 2^53, sizes up to EiB" {
	# sed, because jq would round the numbers
	patched healthy '.stores |= (.[0].store.id = 111 | .[0].store.last_heartbeat = 222
		| .[0].status |= (.capacity = "1.5EiB" | .available = "1023PiB" | .used_size = "1024GiB"))' |
		sed 's/\\"id\\":111,/\\"id\\":18446744073709551615,/; s/\\"last_heartbeat\\":222,/\\"last_heartbeat\\":1795305236255557085,/' | tape big
	replay "$TEST_DIR/big.tape"
	scrape 0 --pd "$REPLAY"
	of 18446744073709551615 '((.last_heartbeat_age_s * 1000 | round) % 1000) == 745 and .data_bytes == 1099511627776
		and .disk_available_bytes == 1151795604700004352'
	grep -q '"disk_total_bytes":1729382256910270464,' "$TEST_DIR/cycle"
}

@test "an old PD: fields that it does not send are absent" {
	patched healthy '.stores |= map(.store |= del(.node_state, .state_name, .labels, .status_address, .last_heartbeat)
		| .status |= {capacity, available, leader_count, region_count})' |
		jq -c 'select(.path | test("stores|members"))' | tape old
	replay "$TEST_DIR/old.tape"
	scrape 0 --pd "$REPLAY"
	holds store 'has("state") or has("slow_score") or has("uptime_s") or has("data_bytes") or has("last_heartbeat_age_s")
		or has("labels") or has("status_address") | not'
	holds store '.disk_total_bytes > 0'
	holds member 'has("health") | not'
	of pd '.ok and (.missing | index("health") and index("max_replicas") and index("region_count"))'
}

@test "fields of an unexpected type are absent, new fields are skipped" {
	patched healthy '.stores |= map(.store |= (.labels = "x" | .version = 8 | .new = {a: [1]}) | .status |= (.capacity = 5
		| .slow_score = "1" | .leader_count = -1 | .uptime = [] | .region_count = 1.5))' | tape odd
	replay "$TEST_DIR/odd.tape"
	scrape 0 --pd "$REPLAY"
	holds store 'has("labels") or has("version") or has("disk_total_bytes") or has("disk_used_bytes") or has("slow_score")
		or has("leader_count") or has("uptime_s") or has("region_count") or has("stale") | not'
	holds store 'has("disk_available_bytes") and .state == "Up"'
}

@test "errors of PD: a JSON string, an object, plain text" {
	for case in '"[PD:core:x]store gone"|[PD:core:x]store gone' '{"code":"input","msg":"bad","data":{}}|bad' \
		'[PD:apiutil:ErrRedirect]redirect failed\n|[PD:apiutil:ErrRedirect]redirect failed'; do
		jq -cn --arg body "${case%|*}" '{path: "/pd/api/v1/stores", status: 500, body: $body}' | tape error
		replay "$TEST_DIR/error.tape" healthy
		scrape 69 --pd "$REPLAY"
		want="/stores: HTTP 500: ${case#*|}"
		[ "$(cycle -r 'select(.kind == "source") | .error' | cut -c1-${#want})" = "$want" ]
		of pd '.ok == false'
		none_of store
		stop "$STARTED"
	done
}

@test "members that PD does not list leave that kind incomplete" {
	jq -cn '{path: "/pd/api/v1/members", status: 429, body: "rate limit exceeded"}' | tape limit
	replay "$TEST_DIR/limit.tape" healthy
	scrape 69 --pd "$REPLAY"
	of pd '.ok and .incomplete == ["member"] and .error == "/members: HTTP 429: rate limit exceeded"'
	[ "$(cycle 'select(.kind == "store")' | wc -l)" = 6 ]
	none_of member
	holds begin 'has("cluster_id") | not'
}

@test "the next endpoint is asked if one is refused, leaderless or silent" {
	jq -cn '{path: "/pd/api/v1/stores", status: 503, type: "text/plain", body: "[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader"}' | tape leaderless
	replay "$TEST_DIR/leaderless.tape" healthy
	leaderless=$REPLAY
	replay --hang /pd healthy
	silent=$REPLAY
	replay healthy
	in_time() { scrape 0 --pd "http://127.0.0.1:1,$leaderless,$silent,$REPLAY" --timeout "$1"; }
	ample in_time
	[ "$(cycle 'select(.kind == "store")' | wc -l)" = 6 ]
	of pd '.ok and .url == "'"$REPLAY"'" and (.tried | length) == 3
		and .tried[0].error == "connect: connection refused" and (.tried[1].error | startswith("/stores: HTTP 503: [PD:apiutil"))
		and (.tried[2].error | startswith("timed out after"))'
}

@test "a source has failed when all endpoints have, and names each" {
	replay --hang /pd healthy
	scrape 69 --timeout 1s --pd "$REPLAY,http://127.0.0.1:1/,localhost:1"
	of pd '.ok == false and (.tried | map(.url)) == ["'"$REPLAY"'", "http://127.0.0.1:1", "http://localhost:1"]
		and (.error | startswith("none of 3 endpoints answered"))'
}

@test "an endpoint that has listed the stores may use all of the time for the rest" {
	replay --hang /pd/api/v1/health healthy
	first=$REPLAY
	replay --log "$TEST_DIR/log" healthy
	without_health() { scrape 0 --pd "$first,$REPLAY" --timeout "$1" && limit=$1; }
	ample without_health
	limit=${limit%s}
	case $limit in *m) limit=${limit%m} ;; *) limit=${limit}000 ;; esac
	of pd '.ok and .url == "'"$first"'" and (.missing | index("health")) and (.error | startswith("/health: timed out"))
		and .elapsed_ms >= '$((limit * 9 / 10))
	[ ! -e "$TEST_DIR/log" ]
	holds member 'has("health") | not'
}

@test "skew follows from the Date header" {
	for case in 0:-1:1 120:115000:125000 -3600:-3605000:-3595000; do
		IFS=: read -r clock low high <<<"$case"
		replay --clock "$clock" healthy
		scrape 0 --pd "$REPLAY"
		of pd ".skew_ms >= $low and .skew_ms <= $high"
		stop "$STARTED"
	done
	replay --clock none healthy
	scrape 0 --pd "$REPLAY"
	of pd 'has("skew_ms") | not'
	holds store 'has("last_heartbeat_age_s") | not'
}

@test "the age of a heartbeat is measured by PD's clock" {
	now=$(date +%s)
	patched healthy ".stores |= map(.store.last_heartbeat = ($now - 7) * 1000000000)" | tape now
	replay "$TEST_DIR/now.tape"
	scrape 0 --pd "$REPLAY"
	holds store '.last_heartbeat_age_s >= 6 and .last_heartbeat_age_s < 120'
	replay --clock 1000 "$TEST_DIR/now.tape"
	scrape 0 --pd "$REPLAY"
	holds store '.last_heartbeat_age_s >= 1005 and .last_heartbeat_age_s < 1120'
	replay --clock -1000 "$TEST_DIR/now.tape"
	scrape 0 --pd "$REPLAY"
	holds store '.last_heartbeat_age_s == 0'
}

@test "the simulated cluster: a new leader, a frozen member, no quorum, a rate limit, removed stores" {
	sim_start --stores 3 --tiflash 1 --election 1s --heartbeat 1h --disconnected-after 10m
	scrape 0
	holds store '.state == "Up" and (.stale | not)'
	of 14318340322766640597 '.leader'
	sim leader 1
	wait_until 10 moved
	holds store 'has("stale") and (has("disk_total_bytes") | not)'
	of 14318340322766640597 '.leader == false'
	sim pd 2 freeze
	scrape 0
	of 14318340322766640597 '.health == false'
	sim pd 2 start
	sim quorum lost
	scrape 69 --timeout 4s
	of pd '.ok == false and (.error | test("redirect")) and (.tried | length) == 3'
	none_of member
	sim quorum back
	wait_until 10 op-scrape
	sim limit 1
	op-scrape >"$TEST_DIR/cycle" || true
	whole
	holds source '(.ok == false or has("incomplete") or has("missing")) and (.error | test("HTTP 429"))'
	sim limit 0
	sim heartbeat all
	sim offline 2
	sim tombstone 3
	sim down 1
	scrape 0
	of 1 '.state == "Down"'
	of 2 '.state == "Offline"'
	of 3 '.state == "Tombstone"'
	of 4 '.state == "Up" and .engine == "tiflash"'
}

moved() {
	op-scrape >"$TEST_DIR/cycle" && of 1073040932951649287 .leader
}

# answers TAPE PATH BODY...: the tape with other bodies for these paths; to stdout
answers() {
	local tape=$BATS_TEST_DIRNAME/tapes/$1.tape
	shift
	while [ $# -gt 1 ]; do
		jq -cn --arg path "$1" --arg body "$2" '{path: $path, body: $body}'
		shift 2
	done
	cat "$tape"
}

stores_with() { # FILTER: the healthy answer, with FILTER applied to all of it; to stdout
	jq -r "select(.path | startswith(\"/pd/api/v1/stores\")) | .body | fromjson | $1 | tojson" "$BATS_TEST_DIRNAME/tapes/healthy.tape" |
		head -n 1
}

@test "a list of stores whose count differs, and an empty list, are incomplete" {
	for filter in '.count = 7' '.stores |= .[1:]' '.stores = [] | .count = 0' '.count = 0'; do
		answers healthy /pd/api/v1/stores "$(stores_with "$filter")" | tape short
		replay "$TEST_DIR/short.tape"
		scrape 69 --pd "$REPLAY"
		of pd '.ok and .incomplete == ["store"] and (.error | startswith("/stores: it "))'
		[[ "$(cat "$TEST_DIR/said")" == *"/stores: it "* ]]
		holds member '.health != null'
	done
	answers healthy /pd/api/v1/stores "$(stores_with 'del(.count)')" | tape uncounted
	replay "$TEST_DIR/uncounted.tape"
	scrape 0 --pd "$REPLAY"
	of pd '.incomplete == null'
}

@test "answers of two clusters make all kinds incomplete, and the cycle has no cluster_id" {
	answers healthy /pd/api/v1/cluster '{"id":5,"max_peer_count":3}' | tape mixed
	replay "$TEST_DIR/mixed.tape"
	scrape 69 --pd "$REPLAY"
	of pd '.ok and .incomplete == ["store", "member", "cluster"] and (.error | contains("two clusters"))'
	cycle -es '.[0].kind == "begin" and (.[0] | has("cluster_id") | not)' >/dev/null
	# an answer without a cluster id contradicts nothing
	answers healthy /pd/api/v1/cluster '{"max_peer_count":3}' | tape silent
	replay "$TEST_DIR/silent.tape"
	scrape 0 --pd "$REPLAY"
	cycle -es '.[0].cluster_id == "7710777022083568585"' >/dev/null
}

@test "weights, scores, node states, destroyed stores" {
	patched healthy '.stores |= (.[0].status |= (.leader_weight = 0 | .leader_score = 0.5 | .region_score = 1e3 | del(.region_weight))
		| .[0].store |= (.node_state = 0) | .[1].store |= del(.node_state) | .[2].store.node_state = 2
		| .[3].store |= (.node_state = 3 | .physically_destroyed = true) | .[4].store.node_state = 9
		| .[5].store.physically_destroyed = "x")' | tape fields
	replay "$TEST_DIR/fields.tape"
	scrape 0 --pd "$REPLAY"
	of 1 '.leader_weight == 0 and .leader_score == 0.5 and .region_score == 1000 and (has("region_weight") | not)'
	of 1 '.node_state == "Preparing" and .physically_destroyed == false'
	of 2 '.node_state == "Preparing" and .leader_weight == 1 and .region_weight == 1'
	of 3 '.node_state == "Removing"'
	of 4 '.node_state == "Removed" and .physically_destroyed == true'
	of 5 'has("node_state") | not'
	of 6 '.physically_destroyed == false and .node_state == "Serving"'
	# a PD that never writes node_state does not know it
	patched healthy '.stores |= map(.store |= del(.node_state))' | tape old
	replay "$TEST_DIR/old.tape"
	scrape 0 --pd "$REPLAY"
	holds store 'has("node_state") | not'
}

@test "a store without a capacity is stale only if PD has not heard of it lately" {
	local now
	now=$(date +%s)
	patched healthy ".stores |= (map(.status |= (.capacity = \"0B\" | .available = \"0B\"))
		| .[0].store.last_heartbeat = ($now - 5) * 1000000000 | .[1].store.last_heartbeat = ($now - 90) * 1000000000
		| .[2].store |= del(.last_heartbeat))" | tape none
	replay "$TEST_DIR/none.tape"
	scrape 0 --pd "$REPLAY"
	holds store 'has("disk_total_bytes") or has("disk_used_bytes") | not'
	of 1 '.stale == false'
	of 2 '.stale == true'
	of 3 '.stale == true'
}

# rules REPLICATE RULES [STATUS]: a PD with these answers
rules() {
	{
		jq -cn --arg body "$1" '{path: "/pd/api/v1/config/replicate", body: $body}'
		jq -cn --arg body "$2" --argjson status "${3:-200}" '{path: "/pd/api/v1/config/rules", body: $body, status: $status}'
		cat "$BATS_TEST_DIRNAME/tapes/healthy.tape"
	} | tape rules
	replay "$TEST_DIR/rules.tape"
	scrape 0 --pd "$REPLAY"
	of pd '.ok and .incomplete == null'
}

@test "placement rules: the voters of the strictest range, if they are in force" {
	local five='[{"group_id":"pd","id":"default","start_key":"","end_key":"","role":"voter","count":5,"location_labels":["zone"]}]'
	rules '{"max-replicas":3,"enable-placement-rules":"true"}' "$five"
	holds cluster '.placement_rules and .voters == 5 and .voter_location_labels == ["zone"] and .max_replicas == 3'
	rules '{"max-replicas":3,"enable-placement-rules":false}' "$five"
	holds cluster '.placement_rules == false and (has("voters") or has("voter_location_labels") | not)'
	rules '{"max-replicas":3}' "$five"
	holds cluster '.placement_rules and .voters == 5'
	# max-replicas decides only if it is false explicitly: no rules are not an answer
	local status
	for status in 404 412 503; do
		rules '{"max-replicas":3}' '"placement rules feature is disabled"' "$status"
		holds cluster '.placement_rules and (has("voters") | not)'
		of pd '.missing | index("voters") and index("voter_location_labels")'
	done
	rules '{"max-replicas":3,"enable-placement-rules":"false"}' 'no' 412
	holds cluster '.placement_rules == false and (has("voters") | not)'
	of pd '.missing == null or (.missing | index("voters") | not)'
	rules '{"enable-placement-rules":"true"}' '[]'
	holds cluster '.placement_rules and (has("voters") | not)'
	rules '{"enable-placement-rules":true}' '[{"role":"voter"}]'
	holds cluster '.placement_rules and (has("voters") | not)'
}
