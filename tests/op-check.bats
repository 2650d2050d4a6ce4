#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-check: cycles in, verdicts out. Files, sandbox and limits have files of their own.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export OP_SUBJECTS=$BATS_TEST_TMPDIR/subjects
	mkdir -p subjects/mine/invariants
	cat >subjects/mine/schema.sql <<-'SQL'
		CREATE TABLE store (id TEXT, state TEXT, load REAL, size INTEGER, labels TEXT);
		CREATE TABLE member (id TEXT, health INTEGER);
		CREATE TABLE source (id TEXT, ok INTEGER);
	SQL
	cat >subjects/mine/invariants/busy.sql <<-'SQL'
		-- invariant: busy
		-- severity: critical
		-- grace: 1m
		-- flap: 2 in 90s
		-- param: limit = 10
		SELECT id AS store_id, load > $limit AS violated,
		       format('%s has %.1f', id, load) AS message, $limit AS limit_now
		FROM store WHERE state IS NOT 'Gone'
	SQL
	cat >subjects/mine/invariants/healthy.sql <<-'SQL'
		-- invariant: healthy
		SELECT id AS store_id, NOT health AS violated, 'member ' || id AS message FROM member;
	SQL
}

# cycle [LINE...]: a whole cycle around the lines
cycle() {
	printf '{"kind":"begin","stream":"observations","v":1,"subject":"mine","cluster":"c","at":"%s"}\n' \
		"${AT:-2026-01-24T23:08:17.123Z}"
	[ $# = 0 ] || printf '%s\n' "$@"
	printf '{"kind":"end","records":%d}\n' $#
}

store() { printf '{"kind":"store","id":"%s"%s}\n' "$1" "${2:+,$2}"; }

# verdicts: the output without begin and end, as short lines
verdicts() {
	jq -r 'select(.kind != "begin" and .kind != "end") |
		"\(.invariant_name) \(.kind) \(.store_id // .store_ids // .error // .complete | tostring)"'
}

@test "the three verdicts, in the order of ids, numbers before texts" {
	run -0 op-check --only busy < <(cycle "$(store 10 '"load":5')" "$(store x '"load":11')" \
		"$(store 9 '"load":12')" "$(store 2)" "$(store 1 '"load":10')" "$(store b)")
	[ "$(verdicts <<<"$output")" = 'busy violation 9
busy violation x
busy ok ["1","10"]
busy unknown ["2","b"]
busy check true' ]
	[ "$(jq -s '.[-1].records' <<<"$output")" = 5 ]
}

@test "a violation has all that a ticket needs" {
	run -0 op-check --only busy < <(cycle "$(store 7 '"load":12.25,"labels":{"a":["\u0001",1.50]},"x":null')")
	# jq formats both, because its releases print 1.50 differently
	[ "$(jq -c 'select(.kind=="violation")' <<<"$output")" = "$(jq -c . <<<'{"kind":"violation","invariant_name":"busy","store_id":"7","severity":"critical","message":"7 has 12.3","grace_s":60,"flap_count":2,"flap_window_s":90,"metric_snapshot":{"kind":"store","id":"7","load":12.25,"labels":{"a":["\u0001",1.50]},"x":null,"limit_now":10}}')" ]
}

# shaded: an invariant with a severity and a reason of its own for each row
shaded() {
	cat >subjects/mine/invariants/shaded.sql <<-'SQL'
		-- invariant: shaded
		-- severity: warning
		SELECT id AS store_id, load > 10 AS violated, 'm' AS message, state AS severity,
		       labels AS reason, size
		FROM store
	SQL
}

@test "a column severity: its word, or NULL for the header's; --set is its ceiling" {
	shaded
	cycle "$(store 1 '"load":11,"state":"critical"')" "$(store 2 '"load":11')" \
		"$(store 3 '"load":11,"state":"info"')" "$(store 4 '"load":1,"state":"none"')" >in
	for set in '' warning info critical; do
		run -0 op-check --only shaded ${set:+--set shaded.severity=$set} <in
		jq -r 'select(.kind == "violation") | .severity' <<<"$output" | tr '\n' ' '
	done >got
	[ "$(cat got)" = 'critical warning info warning warning info info info info critical critical info ' ]
	echo 'shaded.severity=info' >subjects/mine/params
	run -0 op-check --only shaded <in
	[ "$(jq -r 'select(.kind == "violation") | .severity' <<<"$output" | sort -u)" = info ]
	[ "$(jq -c 'select(.kind == "violation") | .metric_snapshot' <<<"$output" | head -1)" = \
		'{"kind":"store","id":"1","load":11,"state":"critical","size":null}' ]
}

@test "an invalid severity makes the check incomplete" {
	shaded
	for word in '"bad"' '""' '"Critical"'; do
		run -0 op-check --only shaded < <(cycle "$(store 1 "\"load\":11,\"state\":$word")" "$(store 2 '"load":1')")
		[ "$(verdicts <<<"$output")" = 'shaded check severity is not info, warning or critical' ]
	done
}

@test "unknown records carry the reason; ids with the same reason share a record" {
	shaded
	run -0 op-check --only shaded < <(cycle "$(store 1 '"labels":"idle"')" "$(store 2)" \
		"$(store 3 '"labels":"idle","load":1')" "$(store 4 '"labels":"idle"')" "$(store b '"labels":"\u0001"')" "$(store 5)")
	[ "$(jq -c 'select(.kind == "unknown") | [.store_ids, .reason]' <<<"$output")" = \
		'[["1","4"],"idle"]
[["2","5"],null]
[["b"],"\u0001"]' ]
	[ "$(jq -c 'select(.kind == "unknown" and .store_ids == ["2","5"]) | has("reason")' <<<"$output")" = false ]
	# unknown ids, and the whole cluster
	sed -i "s/SELECT id/SELECT iif(id = '2', NULL, id || '!')/" subjects/mine/invariants/shaded.sql
	run -0 op-check --only shaded < <(cycle "$(store 3 '"labels":"b"')" "$(store 1 '"labels":"b"')" "$(store 2 '"labels":"a"')")
	[ "$(jq -c 'select(.kind == "unknown") | [.store_ids, .reason]' <<<"$output")" = \
		'[[null],"a"]
[["1!","3!"],"b"]' ]
}

@test "too many reasons make the check incomplete" {
	shaded
	many() {
		cycle | head -1
		seq "$1" | awk '{ printf "{\"kind\":\"store\",\"id\":\"%d\",\"labels\":\"r%d\"}\n", $1, $1 }'
		echo '{"kind":"end"}'
	}
	many 32768 | op-check --only shaded >out
	[ "$(jq -c 'select(.kind == "unknown" and .store_ids == [.reason[1:]]) | 1' out | wc -l)" = 32768 ]
	run -0 op-check --only shaded < <(many 32769)
	[[ $(verdicts <<<"$output") == 'shaded check more than '*' reasons' ]]
}

@test "begin and end of the verdicts: subject, cluster, cluster_id and at are passed on" {
	run -0 op-check < <(cycle | sed 's/"cluster"/"cluster_id":"77","cluster"/')
	[ "${lines[0]}" = '{"kind":"begin","stream":"verdicts","v":1,"subject":"mine","cluster":"c","cluster_id":"77","at":"2026-01-24T23:08:17.123Z"}' ]
	[ "${lines[-1]}" = '{"kind":"end","records":2}' ]
}

@test "a failed source makes its own kinds incomplete, and no others" {
	run -0 op-check < <(cycle '{"kind":"source","id":"pd","ok":false,"kinds":["store"]}' \
		"$(store 1 '"load":99')" '{"kind":"member","id":"m","health":true}')
	[ "$(verdicts <<<"$output")" = 'busy check source pd failed
healthy ok ["m"]
healthy check true' ]
}

@test "a kind is incomplete if its source lists it so, or if no source and no record names it" {
	run -0 op-check < <(cycle \
		'{"kind":"source","id":"pd","ok":true,"kinds":["store"],"incomplete":["store"]}' "$(store 1 '"load":1')")
	[ "$(verdicts <<<"$output")" = 'busy check source pd gave kind store incomplete
healthy check no observation of kind member' ]
}

@test "a kind that its source names is complete without a record" {
	run -0 op-check --only busy < <(cycle '{"kind":"source","id":"pd","ok":true,"kinds":["store"]}')
	[ "$(verdicts <<<"$output")" = 'busy check true' ]
}

@test "a torn cycle is discarded and reported, and the next one taken" {
	run -65 --separate-stderr op-check --only busy < <(cycle "$(store 1 '"load":1,')"; cycle "$(store 2 '"load":1')")
	[ "$(verdicts <<<"$output")" = 'busy ok ["2"]
busy check true' ]
	[[ $stderr == 'op-check: line 2: the cycle is torn: '* ]]
}

@test "cut at any byte: 65 and no verdict at all" {
	cycle "$(store 1 '"load":11')" >whole
	for n in $(seq 0 "$(($(wc -c <whole) - 1))"); do
		head -c "$n" whole >part
		run --separate-stderr op-check -s mine <part
		[ "$status" = 65 ]
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
}

@test "a cycle of another subject is discarded: 65" {
	run -65 --separate-stderr op-check --only busy < <(cycle "$(store 1)"; cycle "$(store 1)" | sed s/mine/yours/)
	[ "$(grep -c begin <<<"$output")" = 1 ]
	[[ $stderr == *'line 4: a cycle of subject yours'* ]]
}

@test "-s: its subject is loaded before a line is read; a begin without a subject belongs to it" {
	run -78 op-check -s nobody </dev/null
	run -0 op-check -s mine --only busy < <(cycle "$(store 1 '"load":1')" | sed 's/"subject":"mine",//')
	[[ ${lines[0]} == *'"subject":"mine"'* ]]
	[ "$(verdicts <<<"$output")" = 'busy ok ["1"]
busy check true' ]
	run -65 --separate-stderr op-check -s mine < <(cycle "$(store 1)" | sed s/mine/tikv/)
	[ -z "$output" ]
}

@test "-e: 1 with a violation, 0 without" {
	run -1 op-check -e < <(cycle "$(store 1 '"load":11')")
	run -0 op-check -e < <(cycle "$(store 1 '"load":1')")
}

@test "cycles are independent" {
	one() { cycle "$(store 1 '"load":11')" "$(store 2)"; }
	two() { cycle "$(store 2 '"load":3')"; }
	{ one; two; one; } | op-check >together
	{ one | op-check; two | op-check; one | op-check; } >apart
	cmp together apart
}

@test "the same input gives the same bytes" {
	for i in $(seq 500); do store "$((i * 7919 % 1000))x" "\"load\":$((i % 20))"; done >stores
	mapfile -t lines <stores
	cycle "${lines[@]}" >in
	op-check <in >a
	op-check <in >b
	cmp a b
}

@test "lists hold at most 1,000 ids and 64 KiB" {
	{ cycle | head -1; for i in $(seq 2500); do store "$i" '"load":1'; done; echo '{"kind":"end"}'; } >in
	run -0 op-check --only busy <in
	[ "$(jq -c 'select(.kind=="ok") | .store_ids | length' <<<"$output" | tr '\n' ' ')" = '1000 1000 500 ' ]
	[ "$(jq -s -c '[.[] | select(.kind=="ok") | .store_ids[] | tonumber] == [range(1; 2501)]' <<<"$output")" = true ]
	long=$(printf 'x%.0s' $(seq 900))
	{ cycle | head -1; for i in $(seq 200); do store "$long$i" '"load":1'; done; echo '{"kind":"end"}'; } >in
	op-check --only busy <in >out
	[ "$(awk '{ if (length($0) > 65536) n++ } END { print n + 0 }' out)" = 0 ]
	[ "$(jq -s -c '[.[] | select(.kind=="ok") | .store_ids[]] | length' out)" = 200 ]
}

@test "help: on stdout, 0; bad flags: 64 and one line that names the flag" {
	run -0 --separate-stderr op-check -h
	[[ $output == usage:* ]]
	[ -z "$stderr" ]
	for flag in --nope -x --set=a --only=nothing --set=busy.nope=1 --set=busy.limit=many; do
		run -64 --separate-stderr op-check -s mine "$flag" -n
		[ "${#stderr_lines[@]}" = 1 ]
		[ -z "$output" ]
	done
}

@test "no input: 65 and a message" {
	run -65 op-check </dev/null
	[ "$output" = 'op-check: the input holds no cycle' ]
}

@test "no input and wrong flags: the flags are reported first" {
	run -64 op-check --set nope.limit=1 </dev/null
	[[ $output == *'no invariant nope'* ]]
	run -64 op-check --only nope </dev/null
	run -65 op-check --set busy.limit=1 <<<'torn'
}

@test "a full disk: 74" {
	[ -e /dev/full ] || skip "no /dev/full"
	cycle "$(store 1)" >in
	# shellcheck disable=SC2016 # sh expands it
	run -74 sh -c '"$1" <in >/dev/full' sh op-check
	[[ $output == 'op-check: cannot write the output: '* ]]
}

@test "the verdicts are those of SQLite on real tables, for every invariant of the TiKV subject" {
	unset OP_SUBJECTS
	run python3 "$BATS_TEST_DIRNAME/oracle.py" op-check "$BATS_TEST_DIRNAME/../share/subjects/tikv" 1 12
	[ "$status" = 0 ] || { echo "$output"; return 1; }
	[[ $output == *' 0 differ' ]]
}

# reads SQL ROWS...: the ids and missing columns of an invariant with that SELECT
reads() {
	printf -- '-- invariant: reads\n%s' "$1" >subjects/mine/invariants/reads.sql
	shift
	run -0 op-check --only reads < <(cycle "$@")
	jq -rc 'select(.kind == "unknown") | "\(.store_ids) \(.missing // [] | join(","))"' <<<"$output"
}

# shellcheck disable=SC2016 # quotes of SQL
@test "an unknown verdict names the columns that were NULL among those that it reads" {
	local rows=("$(store 1 '"load":10')" "$(store 2 '"size":10')" "$(store 3)")
	# of the row: not those of the WHERE, of the message, or of other columns
	[ "$(reads "SELECT id AS store_id, load > 9 AND size > 9 AS violated, state AS message, labels AS l
		FROM store WHERE labels IS NOT 'x'" "${rows[@]}")" = '["1"] size
["2"] load
["3"] load,size' ]
	# however it is written
	[ "$(reads 'SELECT s."id" store_id, CASE WHEN s.[load] IS NULL THEN NULL ELSE abs(`size`) < 0 END violated,
		1 message FROM store AS s -- load' "${rows[@]}")" = '["1"] size
["2"] load
["3"] load,size' ]
	[ "$(reads "SELECT id AS store_id, CAST(load AS INTEGER) > 'size' COLLATE NOCASE AS violated, 1 AS message
		FROM store" "${rows[@]}")" = '["2","3"] load' ]
	# nothing that was NULL: no list
	reads 'SELECT id AS store_id, nullif(id, id) > 1 AS violated, 1 AS message FROM store' "${rows[@]}"
	[ "$(jq -c 'select(.kind == "unknown") | has("missing")' <<<"$output")" = false ]
	# a join
	[ "$(reads 'SELECT s.id AS store_id, s.load > 9 OR m.health AS violated, 1 AS message
		FROM store s LEFT JOIN member m ON m.id = s.id' "$(store 1 '"load":1')" '{"kind":"member","id":"m"}')" = '["1"] health' ]
	# no matter how many queries there are
	[ "$(reads 'SELECT id AS store_id, load > 9 AS violated, 1 AS message FROM store
		UNION ALL SELECT id, health, 2 FROM member ORDER BY 1' "$(store 1)" '{"kind":"member","id":"m"}')" = '["1"] load
["m"] health' ]
}

@test "a column of a subquery stands for its inputs; one of an aggregate, for itself" {
	local rows=("$(store 1 '"load":1')" "$(store 2)")
	[ "$(reads 'SELECT id AS store_id, busy AS violated, 1 AS message
		FROM (SELECT id, load > 9 AS busy FROM store)' "${rows[@]}")" = '["2"] load' ]
	[ "$(reads 'WITH a AS (SELECT id, load * 2 AS twice FROM store), b AS (SELECT *, twice > 9 AS much FROM a AS x)
		SELECT b.id AS store_id, b.much AS violated, 1 AS message FROM b' "${rows[@]}")" = '["2"] load' ]
	[ "$(reads 'SELECT NULL AS store_id, most > 9 AND n > 1 AS violated, 1 AS message
		FROM (SELECT max(size) AS most, count(*) AS n FROM store)' "${rows[@]}")" = '[null] most' ]
	[ "$(reads 'WITH m AS (SELECT avg(size) AS mean FROM store)
		SELECT id AS store_id, load > mean AS violated, 1 AS message FROM store, m' "${rows[@]}")" = '["1"] mean
["2"] load,mean' ]
	[ "$(reads 'SELECT NULL AS store_id, max(size) > 9 AS violated, 1 AS message FROM store' "${rows[@]}")" = '[null] size' ]
	# a column that the query uses twice, and a SELECT * around it: still the same verdicts
	[ "$(reads 'WITH v AS (SELECT id AS store_id, load > 9 AS violated, 1 AS message FROM store) SELECT * FROM v' \
		"${rows[@]}" | cut -d' ' -f1)" = '["2"]' ]
	[ "$(reads 'SELECT DISTINCT id AS store_id, load > 9 AS violated, 1 AS message FROM store' "${rows[@]}")" = '["2"] ' ]
}

@test "--require: 1 unless the invariant is known to hold in every cycle" {
	local good bad unknown incomplete none
	good=$(cycle "$(store 1 '"load":1')" "$(store 2 '"load":1')" '{"kind":"member","id":"m","health":1}')
	bad=$(cycle "$(store 1 '"load":99')" "$(store 2 '"load":1')" '{"kind":"member","id":"m","health":1}')
	unknown=$(cycle "$(store 1)" "$(store 2 '"load":1')" '{"kind":"member","id":"m","health":1}')
	incomplete=$(cycle '{"kind":"source","id":"pd","ok":false,"kinds":["store"]}' '{"kind":"member","id":"m","health":1}')
	none=$(cycle '{"kind":"source","id":"pd","ok":true,"kinds":["store"]}' '{"kind":"member","id":"m","health":1}')
	run -0 --separate-stderr op-check --require busy <<<"$good"
	[ -z "$stderr" ]
	run -0 op-check --require all --require busy <<<"$good"$'\n'"$good"
	for cycle in "$bad" "$unknown" "$incomplete" "$none"; do
		run -1 --separate-stderr op-check --require busy <<<"$cycle"
		[[ $stderr == 'op-check: required busy: '* ]]
		run -1 op-check --require busy <<<"$good"$'\n'"$cycle"
		run -1 op-check --require busy <<<"$cycle"$'\n'"$good"
		run -1 op-check --require all <<<"$cycle"
		# other invariants do not matter
		run -0 op-check --require healthy <<<"$cycle"
	done
	run -1 op-check -s mine --require busy </dev/null
	run -1 op-check --require busy <<<torn
	run -64 --separate-stderr op-check --require buzy <<<"$good"
	[[ $stderr == *'did you mean busy?'* ]]
	for choice in '--skip busy' '--only healthy'; do
		# shellcheck disable=SC2086 # words
		run -64 op-check $choice --require busy <<<"$good"
		[ "$output" = 'op-check: --require busy: busy is left out by --only or --skip' ]
		# shellcheck disable=SC2086 # words
		run -64 op-check $choice --explain busy:1 <<<"$good"
		[ "$output" = 'op-check: --explain busy:1: busy is left out by --only or --skip' ]
	done
}

@test "--explain: what a verdict read, and why; for an incomplete check the error of its source" {
	run -0 op-check --explain busy < <(cycle "$(store 1 '"load":99')" "$(store 2)" "$(store 3 '"load":1')")
	[[ $output == *'SELECT id AS store_id'* ]]
	[[ $output == *'parameter limit = 10'* ]]
	[[ $output == *'violated 1'*'message: 1 has 99.0'*'load = 99.0'*'unknown 2'*'missing: load'*'load = NULL'*'ok 3'* ]]
	[[ $output != *'"kind"'* ]]
	run -0 op-check --explain busy:2 < <(cycle "$(store 1 '"load":99')" "$(store 2)")
	[[ $output == *'unknown 2'* && $output != *'violated 1'* ]]
	run -0 op-check --explain busy:9 < <(cycle "$(store 1 '"load":99')")
	[[ $output == *'no row for 9'* ]]
	run -0 op-check --explain busy < <(cycle '{"kind":"source","id":"pd","ok":false,"kinds":["store"],"error":"connect: refused"}')
	[[ $output == *'not evaluated: '*'source pd failed: connect: refused'* ]]
	run -0 op-check --explain busy < <(cycle "$(store 1)"; cycle "$(store 1)")
	[ "$(grep -c '^unknown 1' <<<"$output")" = 2 ]
	run -64 --separate-stderr op-check --explain buzy < <(cycle "$(store 1)")
	[[ $stderr == *'did you mean busy?'* ]]
}

# shellcheck disable=SC2016 # the link is expanded by op-check
@test "doc and link travel in each violation; the link is expanded and encoded" {
	cat >subjects/mine/invariants/linked.sql <<-'SQL'
		-- invariant: linked
		-- doc:  Look at it
		-- link: https://h/d/x?store=$store_id&c=$cluster&from=$at_ms#a
		SELECT iif(id = 'all', NULL, id) AS store_id, 1 AS violated, id AS message FROM store
	SQL
	run -0 op-check --only linked < <(cycle "$(store 'a b/ü$at_ms')" "$(store all)")
	[ "$(jq -r 'select(.kind == "violation") | "\(.doc) \(.link)"' <<<"$output" | sort)" = \
'Look at it https://h/d/x?store=&c=c&from=1769296097123#a
Look at it https://h/d/x?store=a%20b%2F%C3%BC%24at_ms&c=c&from=1769296097123#a' ]
	run -0 op-check --only busy < <(cycle "$(store 1 '"load":99')")
	[ "$(jq -c 'select(.kind == "violation") | has("doc") or has("link")' <<<"$output")" = false ]
}
