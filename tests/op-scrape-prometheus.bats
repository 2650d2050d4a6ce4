#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape and Prometheus: values, failures, mapping of instances, subjects without PD.
# takes 50 s
# shellcheck disable=SC2016 # the dollars are jq's and PromQL's

load helper
load scrape

setup() {
	unset PD_ENDPOINT PROMETHEUS_URL
	export OP_SHARE=$TEST_DIR/share
	mkdir -p "$OP_SHARE/subjects/tikv"
	metrics <<-'EOF'
		store	qps	q_qps{$match}
		store	latency_p99_ms	q_latency{a="b",$match}
		store	disk_total_bytes	q_capacity
		member	memory_bytes	q_member
		cluster	gc_task_count	q_cluster
	EOF
}

teardown() {
	stop_all
}

metrics() {
	sed 's/^[[:blank:]]*//' >"$OP_SHARE/subjects/${1:-tikv}/metrics.tsv"
}

# answer QUERY BODY [STATUS]: a line for a tape; queries that contain QUERY get BODY
answer() {
	printf '{"path":"/api/v1/query","query":%s,"status":%s,"body":%s}\n' "$(quoted "$1")" "${3:-200}" "$2"
}

# vector LABEL=VALUE:NUMBER...: the body of a vector; LABEL "" is no label
vector() {
	local series value comma=
	printf '{"status":"success","data":{"resultType":"vector","result":['
	for series; do
		value=${series#*=}
		printf '%s{"metric":{' "$comma"
		[ -z "${series%%=*}" ] || printf '%s:%s' "$(quoted "${series%%=*}")" "$(quoted "${value%:*}")"
		printf '},"value":[%s,"%s"]}' "$EPOCHREALTIME" "${value##*:}"
		comma=,
	done
	printf ']}}'
}

# prometheus [LINE...]: serves these lines, and an empty vector to all other queries; may be called again
prometheus() {
	{
		[ $# = 0 ] || printf '%s\n' "$@"
		answer '' "$(vector)"
	} | tape prometheus
	[ -n "${PROMETHEUS_URL-}" ] || {
		replay --log "$TEST_DIR/prometheus.log" "$TEST_DIR/prometheus.tape"
		export PROMETHEUS_URL=$REPLAY
	}
}

# pd [FILTER]: the healthy cluster, patched
pd() {
	patched healthy "${1:-.}" | tape pd
	[ -n "${PD_ENDPOINT-}" ] || {
		replay "$TEST_DIR/pd.tape"
		export PD_ENDPOINT=$REPLAY
	}
}

@test "values are joined with their stores, members and cluster" {
	pd
	prometheus "$(answer q_qps "$(vector instance=127.0.1.1:20180:5 instance=127.0.1.2:20180:0 store=3:7.25 store_id=4:1e+06 instance=elsewhere:1:9)")" \
		"$(answer q_member "$(vector instance=127.0.0.1:12389:123)")" "$(answer q_cluster "$(vector instance=x:4)")"
	scrape 0
	of 1 '.qps == 5 and .instance == "127.0.1.1:20180" and (has("latency_p99_ms") | not)'
	of 2 '.qps == 0'
	of 3 '.qps == 7.25 and .instance == null and has("instance")'
	of 4 '.qps == 1000000'
	of 5 'has("qps") | not'
	of 14318340322766640597 '.memory_bytes == 123 and .instance == "127.0.0.1:12389"'
	of 1073040932951649287 '.instance == null and has("instance") and (has("memory_bytes") | not)'
	holds cluster '.gc_task_count == 4 and (has("id") | not)'
	of prometheus '.ok and .kinds == [] and .unmapped == ["3", "4", "5", "6"] and .unmatched == ["elsewhere:1"]
		and (has("missing") or has("incomplete") or has("error") | not)'
}

@test "values that are not finite are absent" {
	pd
	prometheus "$(answer q_latency "$(vector instance=127.0.1.1:20180:NaN instance=127.0.1.2:20180:+Inf instance=127.0.1.3:20180:-Inf instance=127.0.1.4:20180:-0)")"
	scrape 0
	for id in 1 2 3; do of $id 'has("latency_p99_ms") | not'; done
	of 4 '.latency_p99_ms == 0'
	run ! grep -q -- '-0[,}]' "$TEST_DIR/cycle"
	of prometheus '.ok and (has("missing") | not)'
}

only_latency_fails() {
	scrape 0 --timeout "$1" && of 1 '.qps == 5 and (has("latency_p99_ms") | not)' &&
		of prometheus '.ok and .missing == ["latency_p99_ms"] and (.errors | has("store.latency_p99_ms"))'
}

@test "a column that fails is named, and the others are kept" {
	good=$(answer q_qps "$(vector instance=127.0.1.1:20180:5)")
	pd
	for bad in "$(answer q_latency '{"status":"error","errorType":"bad_data","error":"parse error: oops"}' 400)" \
		"$(answer q_latency '{"status":"error","errorType":"execution","error":"many-to-many"}' 422)" \
		"$(answer q_latency '{"status":"error","errorType":"timeout","error":"query timed out"}' 503)" \
		"$(answer q_latency '"<html>"' 502)" \
		"$(answer q_latency '{"status":"success","data":{"resultType":"matrix","result":[]}}')" \
		"$(answer q_latency '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}')" \
		"$(answer q_latency '{"status":"success","data":{"resultType":"string","result":[1,"2"]}}')" \
		"$(answer q_latency '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"instance":"127.0.1.1:20180"},"value":[1,"x"]}]}}')" \
		"$(answer q_latency '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"instance":"127.0.1.1:20180"},"histogram":[1,{}]}]}}')" \
		"$(answer q_latency '{"status":"success","data":{"resultType":"vector","result":null}}')" \
		"$(answer q_latency "$(vector '=:1')")" \
		"$(answer q_latency "$(vector '=:1' instance=127.0.1.1:20180:2)")" \
		"$(answer q_latency "$(vector instance=127.0.1.1:20180:1 instance=127.0.1.1:20180:2)")" \
		"$(answer q_latency '[]')"; do
		prometheus "$good" "$bad"
		ample only_latency_fails # 502 and 503 are asked again for as long as they may
	done
}

@test "Prometheus' own error messages are passed on" {
	pd
	prometheus "$(answer q_qps '{"status":"error","errorType":"bad_data","error":"parse error: oops"}' 400)"
	scrape 0
	of prometheus '.errors["store.qps"] == "HTTP 400: parse error: oops"'
}

@test "the kind cluster takes one series" {
	pd
	prometheus "$(answer q_cluster "$(vector instance=a:1 instance=b:2)")"
	scrape 0
	of prometheus '.missing == ["gc_task_count"]'
	holds cluster 'has("gc_task_count") | not'
}

@test "if every query fails, the source has failed" {
	pd
	prometheus "$(answer '' '{"status":"error","errorType":"unavailable","error":"not ready"}' 503)"
	scrape 69
	of prometheus '.ok == false and .error == "HTTP 503: not ready" and .kinds == []'
	[ "$(cycle 'select(.kind == "store")' | wc -l)" = 6 ]
	holds store 'has("instance") | not'
}

@test "a partial answer makes its column missing; annotations of PromQL do not" {
	pd
	local whole
	whole=$(vector instance=127.0.1.1:20180:5)
	prometheus "$(answer q_qps "$(jq -c '.warnings = ["PromQL info: metric might not be a counter", "PromQL warning: x\u001b[31m"]' <<<"$whole")")" \
		"$(answer q_latency "$(jq -c '.warnings = ["a store did not answer"]' <<<"$whole")")" \
		"$(answer q_capacity "$(jq -c '.isPartial = true' <<<"$whole")")"
	scrape 0
	of prometheus '.ok and (.missing | sort) == ["disk_total_bytes", "latency_p99_ms"]'
	of prometheus '(.warnings | sort) == ["PromQL info: metric might not be a counter", "PromQL warning: x\u001b[31m", "a store did not answer"]'
	of prometheus '.errors["store.latency_p99_ms"] | contains("a store did not answer")'
	of 1 '.qps == 5 and (has("latency_p99_ms") | not)'
	run ! grep -q $'\x1b' "$TEST_DIR/cycle"
}

# fresh AGE INTERVAL: a Prometheus with that age of its newest sample, and that scrape interval
fresh() {
	local series=()
	[ -z "$1" ] || series+=("id=age:$1")
	[ -z "$2" ] || series+=("id=interval:$2")
	prometheus "$(answer 'timestamp(up' "$(vector "${series[@]}")")" "$(answer q_qps "$(vector instance=127.0.1.1:20180:5)")"
	status=0
	op-scrape >"$TEST_DIR/cycle" 2>"$TEST_DIR/said" || status=$?
}

@test "a Prometheus that does not scrape has failed, and its answers are dropped" {
	pd
	for case in '14 1' '16 5.45' '170 60' '14 ' ' 15'; do
		fresh "${case% *}" "${case#* }"
		[ "$status" = 0 ]
		of prometheus '.ok and .missing == null'
		of 1 '.qps == 5'
	done
	for case in '16 1' '46 15' '181 300' '181 ' '1e300 15'; do
		fresh "${case% *}" "${case#* }"
		[ "$status" = 69 ]
		of prometheus '.ok == false and (.error | test("^its newest sample is [0-9]+s old: it does not scrape$"))'
		of 1 'has("qps") or has("instance") | not'
		grep -q 'newest sample' "$TEST_DIR/said"
	done
	# a failed query about freshness proves nothing, but is reported
	prometheus "$(answer 'timestamp(up' '{"status":"error","error":"no timestamp"}' 400)" "$(answer q_qps "$(vector instance=127.0.1.1:20180:5)")"
	scrape 0
	of prometheus '.ok and (.warnings[0] | contains("no timestamp"))'
}

@test "a sample far from its answer's Date is absent, and its column is named" {
	pd
	prometheus "$(answer q_qps "$(vector instance=127.0.1.1:20180:5 instance=127.0.1.2:20180:6 | jq -c '.data.result[0].value[0] -= 400')")" \
		"$(answer q_latency "$(vector instance=127.0.1.1:20180:5 | jq -c '.data.result[0].value[0] += 400')")" \
		"$(answer q_member "$(vector instance=127.0.0.1:12379:5 | jq -c '.data.result[0].value[0] -= 300')")" \
		"$(answer q_cluster "$(vector '=:5' | jq -c '.other = 1 | .data.result[0].value[0] -= 86400')")"
	scrape 0
	of prometheus '.missing == ["qps", "latency_p99_ms", "gc_task_count"] and (.errors["store.qps"] | test("^a sample is [34][0-9][0-9] s away"))'
	of 1 'has("qps") or has("latency_p99_ms") | not'
	of 2 '.qps == 6'
	of 1073040932951649287 '.memory_bytes == 5'
	holds cluster 'has("gc_task_count") | not'
	# without a Date there is no comparison
	replay --clock none "$TEST_DIR/prometheus.tape"
	PROMETHEUS_URL=$REPLAY scrape 0
	of 1 '.qps == 5'
}

@test "an answer that a cache has kept for too long does not count" {
	pd
	aged() { jq -c --arg age "$1" '.headers = {Age: $age}'; }
	prometheus "$(answer q_qps "$(vector instance=127.0.1.1:20180:5)" | aged 331)" "$(answer q_latency "$(vector instance=127.0.1.1:20180:5)" | aged 300)" \
		"$(answer q_member "$(vector)" | aged soon)"
	scrape 0
	of prometheus '.missing == ["qps"] and .errors["store.qps"] == "a cache answered: the answer is 331 s old"'
	of 1 '.latency_p99_ms == 5 and (has("qps") | not)'
	aged 900 <"$BATS_TEST_DIRNAME/tapes/healthy.tape" | tape old
	replay "$TEST_DIR/old.tape"
	scrape 69 --pd "$REPLAY"
	of pd '.ok == false and (.error | contains("a cache answered"))'
	none_of store
}

@test "--match replaces \$match" {
	pd
	prometheus
	scrape 0
	grep -qF 'query=q_qps%7B%7D ' "$TEST_DIR/prometheus.log"
	grep -qF 'query=q_latency%7Ba%3D%22b%22%2C%7D ' "$TEST_DIR/prometheus.log"
	scrape 0 --match 'c="d e",f=~"g.*"'
	grep -qF 'query=q_qps%7Bc%3D%22d%20e%22%2Cf%3D~%22g.%2A%22%7D ' "$TEST_DIR/prometheus.log"
	OP_MATCH='x="y",' scrape 0
	grep -qF 'query=q_qps%7Bx%3D%22y%22%7D ' "$TEST_DIR/prometheus.log"
	[ "$(op-scrape --list --match 'x="y"' | jq -r 'select(.column == "qps") | .promql')" = 'q_qps{x="y"}' ]
}

@test "--window replaces \$window, in PromQL's form" {
	local window
	metrics <<<$'store\tqps\trate(q[$window] offset $window_s)'
	listed() { op-scrape --list "$@" | jq -r .promql; }
	[ "$(listed)" = 'rate(q[1m] offset 60)' ]
	while read -r window want seconds; do
		[ "$(listed --window "$window")" = "rate(q[$want] offset $seconds)" ]
	done <<-'EOF'
		5m 5m 300
		90s 90s 90
		120 2m 120
		1.5m 90s 90
		1h 60m 3600
	EOF
	[ "$(OP_WINDOW=2m listed)" = 'rate(q[2m] offset 120)' ]
	[ "$(OP_WINDOW=2m listed --window 5m)" = 'rate(q[5m] offset 300)' ]
	run --separate-stderr env OP_WINDOW=never op-scrape --list
	[ "$status" = 64 ]
	[[ "$stderr" == *OP_WINDOW* ]]
	prometheus
	scrape 0 --pd none --window 5m
	grep -qF 'query=rate%28q%5B5m%5D%20offset%20300%29 ' "$TEST_DIR/prometheus.log"
}

@test "--instance-label names stores and members by another label" {
	metrics <<-'EOF'
		store	qps	sum by ($instance) (q_qps)
		store	raft_lag	q_lag
		member	memory_bytes	q_member
	EOF
	pd '.stores[0].store |= (.address = "sim-tikv-0.sim-tikv-peer.ns.svc:20160" | .status_address = "sim-tikv-0.sim-tikv-peer.ns.svc:20180")'
	prometheus "$(answer 'sum by (pod)' "$(vector pod=sim-tikv-0:7)")" \
		"$(answer q_lag "$(vector pod=sim-tikv-0:3 | jq -c '.data.result[0].metric.instance = "10.244.1.5:20180"')")" \
		"$(answer q_member "$(vector pod=127.0.0.1:5)")"
	scrape 0 --instance-label pod
	of 1 '.instance == "sim-tikv-0" and .qps == 7 and .raft_lag == 3'
	of prometheus '.unmatched == null and .missing == null'
	[ "$(op-scrape --list | jq -r 'select(.column == "qps") | .promql')" = 'sum by (instance) (q_qps)' ]
}

@test "a query for each column, whatever the number of stores" {
	pd '.stores = [.stores[0] as $s | range(1; 201) | . as $i | $s | .store.id = $i | .store.status_address = "h\($i):1"]'
	prometheus
	scrape 0
	# one more query is about freshness
	[ "$(grep -c 'api/v1/query' "$TEST_DIR/prometheus.log")" = 6 ]
	[ "$(grep -c 'deny_partial_response=1&partial_response=false&' "$TEST_DIR/prometheus.log")" = 6 ]
}

# mapped PD-FILTER INSTANCES WANT: the ids and instances of all stores
mapped() {
	local instance series=()
	pd "$1"
	for instance in $2; do series+=("instance=$instance:1"); done
	prometheus "$(answer q_qps "$(vector "${series[@]}")")"
	shift 2
	scrape 0 "${@:2}"
	got=$(cycle -r 'select(.kind == "store" and has("instance")) | "\(.id)=\(.instance)"' | tr "\n" " ")
	[ "$got" = "$1 " ] || { echo "got $got"; cat "$TEST_DIR/cycle"; return 1; }
}

# the rules themselves are a table in tests/unit/scrape/instance_match.c
@test "instances: status addresses, pod names, hosts, overrides" {
	two='.stores |= (.[0:2] | (.[0].store |= (.address = "tikv-0.peer.ns.svc:20160" | .status_address = "tikv-0.peer.ns.svc:20180"))
		| (.[1].store |= (.address = "tikv-1.peer.ns.svc:20160" | .status_address = "0.0.0.0:20180")))'
	mapped "$two" 'tikv-0.peer.ns.svc:20180 tikv-1.peer.ns.svc:20180' '1=tikv-0.peer.ns.svc:20180 2=tikv-1.peer.ns.svc:20180'
	mapped "$two" 'tikv-0 tikv-1' '1=tikv-0 2=tikv-1'
	mapped "$two" 'a b' '1=b 2=null' --instance 1=b
	mapped "$two" 'tikv-0 tikv-1' '1=tikv-1 2=null' --instance 1=tikv-1
}

@test "instances: nothing is guessed" {
	same='.stores |= (.[0:2] | (.[0].store |= (.address = "h:20160" | .status_address = "h:20180"))
		| (.[1].store |= (.address = "h:20161" | .status_address = "h:20181")))'
	mapped "$same" 'h:1 h:2' '1=null 2=null'
	mapped "$same" 'h:20180 h:2' '1=h:20180 2=null'
	v6='.stores |= (.[0:1] | .[0].store |= (.address = "[fd00::1]:20160" | .status_address = "[::]:20180"))'
	mapped "$v6" '[fd00:0::1]:20180 [fd00::11]:20180' '1=[fd00:0::1]:20180'
	ip='.stores |= (.[0:1] | .[0].store |= (.address = "10.0.0.1:20160" | del(.status_address)))'
	mapped "$ip" '10.0.0.11:20180 10 10a0.0.1:20180' '1=null'
}

@test "instances: a living one is preferred to one that Prometheus knows only from the past" {
	metrics <<-'EOF'
		store	qps	q_qps
		store	scraped	q_scraped
		store	source_count	q_sources
		member	memory_bytes	q_member
		member	scraped	q_alive
	EOF
	pd '.stores |= (.[0].store |= (.address = "a:1" | .status_address = "a:2") | .[1].store |= (.address = "b:1" | .status_address = "b:2")
		| .[2].store |= (.address = "c:1" | .status_address = "c:2" | .physically_destroyed = true)
		| .[3].store |= (.address = "d.:1" | .status_address = "d.:2") | .[4].store |= (.address = "e:1" | .status_address = "e:2") | .[:5])'
	prometheus "$(answer q_scraped "$(vector instance=a:1:1 instance=a:2:0 instance=b:2:0 instance=c:2:0 instance=z:2:0 instance=d:2:1 instance=e:2:1)")" \
		"$(answer q_sources "$(vector instance=a:1:1 instance=e:2:2)")" \
		"$(answer q_qps "$(vector instance=a:1:7 instance=d:2:8 instance=e:2:9 instance=y:2:1)")" \
		"$(answer q_alive "$(vector instance=127.0.0.1:12379:0)")"
	scrape 0
	# the only living one on its host, though the other has its status address
	of 1 '.instance == "a:1" and .qps == 7 and .scraped == 1'
	of 2 '.instance == "b:2" and .scraped == 0 and (has("qps") | not)'
	of 3 'has("instance") or has("qps") | not'
	of 4 '.instance == "d:2" and .qps == 8'
	of 5 '.instance == null and (has("qps") | not)'
	of prometheus '.unmatched == ["y:2"] and .ambiguous == ["e:2"] and .unmapped == ["5"]'
	holds member '.instance == null or .scraped == 0'
}

@test "instances: tombstones are not matched, TiFlash only by its status address" {
	filter='.stores |= (.[0:2] | .[0].store.state_name = "Tombstone" | map(.store |= (.address = "h:1" | .status_address = "h:2")))'
	mapped "$filter" 'h:2' '2=h:2'
	filter='.stores |= (.[0:1] | .[0].store |= (.address = "h:1" | .status_address = "h:2" | .labels = [{key: "engine", value: "tiflash"}]))'
	mapped "$filter" 'h:3' '1=null'
	mapped "$filter" 'h:2' '1=h:2'
}

@test "capacities on which PD and Prometheus differ are reported" {
	pd
	prometheus "$(answer q_capacity "$(vector instance=127.0.1.1:20180:536870912000 instance=127.0.1.2:20180:537100000000 instance=127.0.1.3:20180:538000000000)")"
	scrape 0
	of 1 '.disk_total_bytes == 536870912000 and .disk_total_metric_bytes == 536870912000 and .disk_total_differs == false'
	of 2 '.disk_total_bytes == 536870912000 and .disk_total_differs == false'
	of 3 '.disk_total_bytes == 536870912000 and .disk_total_metric_bytes == 538000000000 and .disk_total_differs'
	of 4 'has("disk_total_differs") or has("disk_total_metric_bytes") | not'
}

@test "an instance of two processes belongs to no store" {
	pd
	prometheus "$(answer q_capacity "$(vector instance=127.0.1.1:20180:536870912000 instance=127.0.1.1:20180:1 instance=127.0.1.2:20180:536870912000)")" \
		"$(answer q_qps "$(vector instance=127.0.1.1:20180:5 instance=127.0.1.2:20180:6)")"
	scrape 0
	of 1 '.instance == null and (has("qps") or has("disk_total_metric_bytes") | not)'
	of 2 '.qps == 6 and .instance == "127.0.1.2:20180" and .disk_total_differs == false'
	of prometheus '.ambiguous == ["127.0.1.1:20180"] and (.unmapped | index("1")) and (has("unmatched") | not)'
}

@test "skew of Prometheus" {
	pd
	answer '' "$(vector)" | tape prometheus
	replay --clock 60 "$TEST_DIR/prometheus.tape"
	scrape 0 --prometheus "$REPLAY"
	of prometheus '.skew_ms > 50000 and .skew_ms < 70000'
	of pd '.skew_ms > -1000 and .skew_ms < 1000'
}

@test "a subject without PD: records are named by id, else by instance, and PD is not asked" {
	mkdir -p "$OP_SHARE/subjects/web"
	metrics web <<-'EOF'
		# what is up
		server	up	q_up

		server	errors	q_errors
		site	hits	q_hits
	EOF
	pd
	prometheus "$(answer q_up "$(vector instance=b:1:1 instance=a:1:0)")" "$(answer q_hits "$(vector id=shop:7 =:9)")" \
		"$(answer q_errors '{"status":"error","error":"no"}' 422)"
	scrape 0 -s web
	[ "$(cycle -c 'select(.kind == "server")' | tr '\n' ' ')" = '{"kind":"server","id":"a:1","up":0} {"kind":"server","id":"b:1","up":1} ' ]
	[ "$(cycle -c 'select(.kind == "site")' | tr '\n' ' ')" = '{"kind":"site","hits":9} {"kind":"site","id":"shop","hits":7} ' ]
	[ "$(cycle -r 'select(.kind == "source") | .id')" = prometheus ]
	of prometheus '.kinds == ["server", "site"] and .missing == ["errors"] and (has("incomplete") | not)'
	holds begin '.subject == "web"'
	prometheus "$(answer q_up '{"status":"error","error":"no"}' 422)"
	scrape 69 -s web
	of prometheus '.ok and .incomplete == ["server"] and .missing == ["up"]'
	scrape 69 -s web --prometheus http://127.0.0.1:1
	of prometheus '.ok == false and .kinds == ["server", "site"]'
}

@test "two series of one record: the value is absent, and its column is named for every kind" {
	mkdir -p "$OP_SHARE/subjects/web"
	metrics web <<-'EOF'
		server	up	q_up
		server	load	q_load
	EOF
	pd
	prometheus "$(answer q_up "$(vector instance=a:1:1 instance=b:1:1)")" \
		"$(answer q_load "$(vector instance=a:1:5 instance=a:1:6 instance=b:1:7)")" \
		"$(answer q_cluster "$(vector '=:1' '=:2')")" "$(answer q_qps "$(vector instance=127.0.1.1:20180:1 instance=127.0.1.1:20180:2 instance=127.0.1.2:20180:3)")"
	scrape 0 -s web
	of a:1 '.up == 1 and (has("load") | not)'
	of b:1 '.load == 7'
	of prometheus '.missing == ["load"] and (.errors["server.load"] | length > 0)'
	scrape 0
	holds cluster 'has("gc_task_count") | not'
	of 1 'has("qps") | not'
	of 2 '.qps == 3'
	of prometheus '(.missing | sort) == ["gc_task_count", "qps"]'
}

@test "metrics.tsv: overlays merge by kind and column, bad lines are named" {
	mkdir -p "$TEST_DIR/over/tikv"
	printf 'store\tqps\tmine\nstore\textra\tnew\n' >"$TEST_DIR/over/tikv/metrics.tsv"
	OP_SUBJECTS=$TEST_DIR/over run op-scrape --list
	[ "$(jq -r '"\(.kind).\(.column)=\(.promql)"' <<<"$output" | tr '\n' ' ')" = \
		'store.qps=mine store.latency_p99_ms=q_latency{a="b",} store.disk_total_bytes=q_capacity member.memory_bytes=q_member cluster.gc_task_count=q_cluster store.extra=new ' ]
	for line in 'store' 'store\tqps' 'store\tqps\t ' 'Store\tx\ty' 'store\t1x\ty' 'store\tid\ty' 'end\tx\ty' 'store\taddress\ty' \
		'store\ta\tb\nstore\ta\tc' 'store\ta\tb\x01' 'store\ta\t\xff'; do
		printf '# one\n\n%b\n' "$line" >"$TEST_DIR/over/tikv/metrics.tsv"
		OP_SUBJECTS=$TEST_DIR/over run op-scrape --pd http://127.0.0.1:1
		[ "$status" = 78 ]
		[[ "$output" == *"over/tikv/metrics.tsv:"[34]": "* ]]
		[ "${#lines[@]}" = 1 ]
	done
}

@test "--list: NDJSON in a pipe, columns for people on a terminal" {
	run op-scrape --list
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 5 ]
	jq -e '.kind == "store" and .column == "qps" and .promql == "q_qps{}" and (.file | endswith("metrics.tsv:1"))' <<<"${lines[0]}"
	run script -qec "op-scrape --list" /dev/null
	[[ "${lines[1]}" == "store    latency_p99_ms   q_latency"* ]]
}

@test "--parallel: a server that accepts only a few at once loses nothing" {
	seq 56 | sed 's/.*/store\tc&\tq_c&{}/' >"$OP_SHARE/subjects/tikv/metrics.tsv"
	pd
	answer '' "$(vector instance=127.0.1.1:20180:5)" | tape few
	for limit in 1 8; do
		replay --limit "$limit" --delay 0.01 "$TEST_DIR/few.tape"
		scrape 0 --prometheus "$REPLAY" --timeout 60s
		of prometheus '.ok and .missing == null'
		of 1 '.c1 == 5 and .c56 == 5'
	done
	# within the server's limit nothing is refused
	replay --limit 3 --delay 0.01 --log "$TEST_DIR/three.log" "$TEST_DIR/few.tape"
	scrape 0 --prometheus "$REPLAY" --timeout 60s --parallel 3
	[ "$(wc -l <"$TEST_DIR/three.log")" = 57 ]
	for bad in 0 129 -1 x 1.5 ''; do
		run op-scrape --parallel "$bad"
		[ "$status" = 64 ]
	done
}

@test "--parallel 1: a query that must wait lets the next one go first" {
	seq 12 | sed 's/.*/store\tc&\tq_c&{}/' >"$OP_SHARE/subjects/tikv/metrics.tsv"
	pd
	answer '' "$(vector instance=127.0.1.1:20180:5)" | tape few
	in_turn() {
		rm -f "$TEST_DIR/turns.log"
		replay --refuse-first "$1" --log "$TEST_DIR/turns.log" "$TEST_DIR/few.tape"
		scrape 0 --prometheus "$REPLAY" --timeout 120s --parallel 1
		# all were asked before the first was retried
		[ "$(head -n 13 "$TEST_DIR/turns.log" | sort -u | wc -l)" = 13 ]
	}
	in_turn 3 || in_turn 8 || in_turn 30
	of prometheus '.ok and .missing == null'
	of 1 '.c1 == 5 and .c12 == 5'
}

@test "a busy server is asked again as long as --timeout allows, and its last error is reported" {
	pd
	for status in 429 502 503 504; do
		prometheus "$(answer q_qps '"busy"' "$status")" "$(answer q_latency "$(vector instance=127.0.1.1:20180:5)")"
		asked_again() {
			: >"$TEST_DIR/prometheus.log"
			scrape 0 --timeout "$1" &&
				of prometheus '.ok and .missing == ["qps"] and (.errors["store.qps"] | startswith("HTTP '"$status"'"))' &&
				of 1 '.latency_p99_ms == 5' && [ "$(grep -c q_qps "$TEST_DIR/prometheus.log")" -ge 2 ]
		}
		ample asked_again
		[ "$(grep -c q_latency "$TEST_DIR/prometheus.log")" = 1 ]
		rm "$TEST_DIR/prometheus.log"
	done
	# Retry-After past the end, and other statuses, are not waited for
	prometheus "$(answer q_qps '"busy"' 503 | jq -c '.headers = {"Retry-After": "3600"}')" "$(answer q_latency '"bad"' 500)"
	scrape 0 --timeout 20s
	[ "$(grep -c q_qps "$TEST_DIR/prometheus.log")" = 1 ]
	[ "$(grep -c q_latency "$TEST_DIR/prometheus.log")" = 1 ]
	of prometheus '.elapsed_ms < 20000 and .missing == ["qps", "latency_p99_ms"]'
}

@test "an answer that is not JSON is reported as what it is" {
	while IFS='|' read -r body type says; do
		jq -cn --arg body "$(printf %b "$body")" --arg type "$type" '{path: "/api/v1/query", type: $type, body: $body}' | tape odd
		replay "$TEST_DIR/odd.tape"
		scrape 69 --pd none --prometheus "$REPLAY"
		of prometheus ".error | contains(\"$says\")"
	done <<-'EOF'
		\xef\xbb\xbf{}|application/json|byte order mark
		<!doctype html><html>Sign in</html>|text/html|a page of HTML
		\n\t\r\n <html>Sign in</html>|text/html|(text/html): a page of HTML
		\xef\xbb\xbf<html>Sign in</html>|text/html|(text/html): a page of HTML
		\r\n<html>Sign in</html>|application/json|(application/json): a page of HTML
		<script>location="/login"</script>|application/json|a page of HTML, of a login perhaps
		<p>Sign in|text/plain|a page of HTML
		\n<?xml version="1.0"?><Error/>|application/json|(application/json): XML
	EOF
	jq -cn '{path: "/api/v1/query", body: "{\u0000}\u0000"}' | tape odd
	replay "$TEST_DIR/odd.tape"
	scrape 69 --pd none --prometheus "$REPLAY"
	of prometheus '.error | contains("it is UTF-16")'
	# an error's body
	jq -cn '{path: "/api/v1/query", status: 403, type: "application/json", body: "\r\n<html>Sign in</html>"}' | tape odd
	replay "$TEST_DIR/odd.tape"
	scrape 69 --pd none --prometheus "$REPLAY"
	of prometheus '.error | endswith("HTTP 403, with a page of HTML")'
	jq -cn '{path: "/api/v1/query", headers: {"Content-Encoding": "gzip"}, body: "x"}' | tape odd
	replay "$TEST_DIR/odd.tape"
	scrape 69 --pd none --prometheus "$REPLAY"
	of prometheus '.error | contains("compressed")'
}
