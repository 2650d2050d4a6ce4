#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What an invariant can do, what happens when it fails, and what the process has
# given up.
# takes 15 s

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export OP_SUBJECTS=$BATS_TEST_TMPDIR/base
	mkdir -p base/mine/invariants
	cat >base/mine/schema.sql <<-'SQL'
		CREATE TABLE store (id TEXT, state TEXT, load REAL, size INTEGER, any ANY, labels TEXT);
	SQL
	printf -- '-- invariant: z_after\nSELECT id AS store_id, 0 AS violated, 0 AS message FROM store' \
		>base/mine/invariants/z_after.sql
}

query() { # SQL [HEADER]: the invariant x
	printf -- '-- invariant: x\n%s%s' "${2-}" "$1" >base/mine/invariants/x.sql
}

observe() { # RECORD...
	echo '{"kind":"begin","stream":"observations","v":1,"subject":"mine","at":"2026-01-01T00:00:00Z"}'
	[ $# = 0 ] || printf '%s\n' "$@"
	echo '{"kind":"end"}'
}

# fails TEXT: only x is incomplete, with that error; the check after it is evaluated
fails() {
	run -0 op-check < <(observe '{"kind":"store","id":"1","load":1}' '{"kind":"store","id":"2","load":2}')
	[ "$(jq -r 'select(.invariant_name=="x") | "\(.kind) \(.complete)"' <<<"$output")" = 'check false' ]
	[ "$(jq -c 'select(.invariant_name=="z_after") | .store_ids // .complete' <<<"$output")" = '["1","2"]
true' ]
	[[ $(jq -r 'select(.error) | .error' <<<"$output") == *"$1"* ]] || {
		echo "$output"
		return 1
	}
}

# gives JSON: the result of x over RECORD...
gives() {
	local want=$1
	shift
	run -0 op-check --only x < <(observe "$@")
	[ "$(jq -c 'select(.invariant_name=="x" and .kind!="check") | [.kind, .store_id // .store_ids, .message]' <<<"$output" | tr '\n' ' ')" = "$want" ] || {
		echo "$output"
		return 1
	}
}

@test "a repeated store_id makes the check incomplete" {
	query "SELECT 'a' AS store_id, 0 AS violated, '' AS message FROM store"
	fails 'store_id a is returned twice'
	query "SELECT NULL AS store_id, 0 AS violated, '' AS message FROM store"
	fails 'store_id null is returned twice'
	query "SELECT a.id AS store_id, 0 AS violated, '' AS message FROM store a, store b"
	fails 'store_id 1 is returned twice'
	query "SELECT CASE id WHEN 1 THEN 7 ELSE '7' END AS store_id, 0 AS violated, '' AS message FROM store"
	fails 'store_id 7 is returned twice'
}

@test "two observations with one id repeat it, too" {
	query "SELECT id AS store_id, 0 AS violated, '' AS message FROM store"
	run -0 op-check --only x < <(observe '{"kind":"store","id":"1"}' '{"kind":"store","id":"1"}')
	[[ $output == *'store_id 1 is returned twice'* ]]
}

@test "violated: a number or NULL" {
	query "SELECT id AS store_id, 'yes' AS violated, '' AS message FROM store"
	fails 'violated is neither a number nor NULL'
	query "SELECT id AS store_id, x'00' AS violated, '' AS message FROM store"
	fails 'violated is neither a number nor NULL'
	query "SELECT id AS store_id, load AS violated, id AS message FROM store"
	gives '["violation","1","1"] ["ok",["2"],null] ["unknown",["3"],null] ' \
		'{"kind":"store","id":"1","load":0.5}' '{"kind":"store","id":"2","load":-0.0}' '{"kind":"store","id":"3"}'
}

@test "store_id: text, numbers, null; no blob, no U+0000, not too long" {
	query "SELECT x'31' AS store_id, 0 AS violated, '' AS message"
	fails blob
	query "SELECT 'a' || char(0) || 'b' AS store_id, 0 AS violated, '' AS message"
	fails 'not UTF-8 text'
	query "SELECT CAST(x'ff' AS TEXT) AS store_id, 0 AS violated, '' AS message"
	fails 'not UTF-8 text'
	query "SELECT format('%01500d', 7) AS store_id, 0 AS violated, '' AS message"
	fails 'longer than 1024 bytes'
	query "SELECT column1 AS store_id, column2 AS violated, column3 AS message
		FROM (VALUES (7, 1, 'a'), (NULL, 1, 'b'), (0.5, 1, 'c'), ('x', 1, NULL), (10, 1, 7))"
	gives '["violation",null,"b"] ["violation","0.5","c"] ["violation","7","a"] ["violation","10","7"] ["violation","x","violated"] '
}

@test "columns after the message override the observation's fields" {
	query "SELECT id AS store_id, 1 AS violated, '' AS message, load * 2 AS load, 'é\"' AS \"a \"\"b\", NULL AS n,
		9007199254740993 AS big, 1e300 * 1e300 AS infinite FROM store"
	run -0 op-check --only x < <(observe '{"kind":"store","id":"1","load":2.5,"x":{"y":[1]}}')
	[ "$(grep -o '"metric_snapshot":.*' <<<"$output" | head -1)" = \
		'"metric_snapshot":{"kind":"store","id":"1","x":{"y":[1]},"load":5,"a \"b":"é\"","n":null,"big":9007199254740993,"infinite":null}}' ]
	query "SELECT id AS store_id, 1 AS violated, '' AS message, x'00' AS blob FROM store"
	fails 'a column is a blob'
	query "SELECT id AS store_id, 1 AS violated, char(0) AS message FROM store"
	fails 'U+0000'
}

@test "a column keeps its value, however like another's its name is to SQL" {
	local last
	for last in '7 AS A|"A":7' '7 AS "op reads"|"op reads":7' '7 AS "true", 8 AS column5|"true":7,"column5":8'; do
		query "SELECT id AS store_id, load > 1 AS violated, '' AS message, 1 AS a, 2 AS c0, ${last%|*}
			FROM (SELECT * FROM store)"
		run -0 op-check --only x < <(observe '{"kind":"store","id":"1","load":2.5}' '{"kind":"store","id":"2"}')
		[ "$(grep -o '"a":.*' <<<"$output")" = "\"a\":1,\"c0\":2,${last#*|}}}" ]
		[ "$(jq -c 'select(.kind == "unknown") | [.store_ids, .missing]' <<<"$output")" = '[["2"],["load"]]' ]
	done
}

@test "message and columns are evaluated for violations only" {
	query "SELECT id AS store_id, load > 9 AS violated, json(id || '{') AS message, 1 AS j FROM store"
	gives '["ok",["1"],null] ["unknown",["2"],null] ' '{"kind":"store","id":"1","load":1}' '{"kind":"store","id":"2"}'
	run -0 op-check --only x < <(observe '{"kind":"store","id":"1","load":10}')
	[[ $output == *'"complete":false,"error":"malformed JSON"'* ]]
}

@test "a query that fails while running makes only its own check incomplete" {
	query "SELECT id AS store_id, abs(-9223372036854775807 - id) AS violated, '' AS message FROM store"
	fails 'integer overflow'
	query "SELECT id AS store_id, json_extract('{', '\$') AS violated, '' AS message FROM store"
	fails 'malformed JSON'
	query "SELECT id AS store_id, 1 AS violated, format('%250000s', 'x') AS message,
		format('%250000s', 'x') AS a, format('%250000s', 'x') AS b FROM store"
	fails 'longer than 512 KiB'
	query "SELECT id AS store_id, 1 AS violated, replace(format('%200000s', 'x'), ' ', 'xx') AS message FROM store"
	fails 'string or blob too big'
}

@test "texts are bounded, so that one step cannot take forever" {
	query "SELECT id AS store_id, instr(replace(format('%200000s', 'x'), ' ', 'xxxxxx'), 'y') AS violated,
		'' AS message FROM store"
	fails 'string or blob too big'
}

@test "past the time limit the cycle fails: 75, nothing is written, op-check ends" {
	needs faketime
	query "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100000)
		SELECT id AS store_id, (SELECT sum(instr(h.t || c.x, n.t)) FROM c) AS violated, '' AS message
		FROM store, (SELECT replace(format('%120000s', ''), ' ', 'a') AS t) AS h,
		     (SELECT replace(format('%60000s', ''), ' ', 'a') || 'b' AS t) AS n"
	observe '{"kind":"store","id":"1","load":1}' >in
	run -75 --separate-stderr faketime -f "+0 x20" op-check < <(cat in in)
	[ -z "$output" ]
	[[ $stderr == 'op-check: x: '* ]]
	[ "${#stderr_lines[@]}" = 1 ]
}

@test "past the time limit within a row that never ends: the same" {
	needs faketime
	calls=$(printf "+ instr(h.t || %d, n.t)" {1..400})
	query "SELECT id AS store_id, 0 $calls AS violated, '' AS message
		FROM store, (SELECT replace(format('%120000s', ''), ' ', 'a') AS t) AS h,
		     (SELECT replace(format('%60000s', ''), ' ', 'a') || 'b' AS t) AS n"
	observe '{"kind":"store","id":"1","load":1}' >in
	for flags in '' '--explain x'; do
		# shellcheck disable=SC2086 # words
		run -75 --separate-stderr faketime -f "+0 x20" op-check $flags < <(cat in in)
		[ -z "$output" ]
		[ "$stderr" = 'op-check: x: it took longer than 30 s' ]
	done
}

@test "an endless query hits the limit of steps, which does not depend on the machine" {
	query "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2000)
		SELECT id AS store_id, (SELECT count(*) FROM c AS a, c AS b, c AS d) AS violated, '' AS message FROM store"
	fails 'ran past its limit of 100004000 steps'
}

@test "a query that exhausts memory makes only its own check incomplete" {
	query "WITH RECURSIVE c(x) AS (SELECT printf('%03000d', 1) UNION SELECT printf('%03000d', x + 1) FROM c)
		SELECT id AS store_id, (SELECT count(*) FROM c) AS violated, '' AS message FROM store"
	fails 'out of memory'
}

@test "no clock, no randomness, no files, no access to the connection" {
	for call in 'random()' 'randomblob(1)' "date('now')" "datetime('now')" "strftime('%s','now')" \
		CURRENT_TIME CURRENT_DATE CURRENT_TIMESTAMP "julianday('now')" "unixepoch('now')" \
		"load_extension('x')" "readfile('/etc/passwd')" 'sqlite_version()' 'last_insert_rowid()' \
		'changes()' 'op_details(1)' 'op_truth(1)' 'op_verdict(1,1)' "fts3_tokenizer('x')"; do
		query "SELECT id AS store_id, $call AS violated, '' AS message FROM store"
		run -78 op-check -s mine -n
	done
	for sql in 'SELECT count(*) FROM sqlite_master' 'SELECT count(*) FROM pragma_database_list'; do
		query "SELECT 1 AS store_id, ($sql) AS violated, '' AS message FROM store"
		run -78 op-check -s mine -n
	done
	for table in sqlite_master sqlite_schema pragma_database_list dbstat sqlite_stmt; do
		query "SELECT 1 AS store_id, 0 AS violated, '' AS message FROM $table"
		run -78 op-check -s mine -n
	done
}

@test "deterministic functions can be called" {
	query "SELECT '1' AS store_id, 1 AS violated,
		format('%d %s', length(upper('a')), coalesce(NULL, round(sqrt(2), 2))) || group_concat(j.value, '+')
		|| max(iif(1, 'x', 'y')) || json_extract('{\"a\":1}', '\$.a') || ('[3]' ->> 0) AS message
		FROM json_each('[1,2]') j"
	gives '["violation","1","1 1.411+2x13"] '
	query "SELECT id AS store_id, row_number() OVER (ORDER BY load DESC) = 1 AS violated, lag(id) OVER (ORDER BY id) AS message FROM store"
	gives '["violation","2","1"] ["ok",["1"],null] ' '{"kind":"store","id":"1","load":1}' '{"kind":"store","id":"2","load":2}'
}

@test "values in SQL: types, objects as text, big integers, texts that are not numbers" {
	query "SELECT id AS store_id, 1 AS violated, concat_all AS message FROM (SELECT id,
		typeof(state) || ' ' || typeof(load) || ' ' || typeof(size) || ' ' || typeof(any) || ' '
		|| coalesce(quote(state), '') || quote(load) || quote(size) || quote(any) || quote(labels) AS concat_all FROM store)"
	gives "[\"violation\",\"1\",\"text real integer text '7'7.09223372036854775807'x''{\\\"a\\\": 1}'\"] " \
		'{"kind":"store","id":"1","state":7,"load":7,"size":9223372036854775807,"any":"x","labels":{"a": 1}}'
	gives "[\"violation\",\"1\",\"null null null integer NULLNULLNULL1'true'\"] " \
		'{"kind":"store","id":"1","state":null,"load":"much","size":{},"any":true,"labels":true}'
	gives "[\"violation\",\"1\",\"text real integer real 'é\\\"'7.571.5'[1,2]'\"] " \
		'{"kind":"store","id":"1","state":"\u00e9\"","load":"7.5","size":7.0,"any":1.5,"labels":[1,2]}'
}

@test "joins on any column, under SQL's own rules for types and collations" {
	query "SELECT a.id AS store_id, count(b.id) = 2 AS violated, group_concat(b.id) AS message
		FROM store a LEFT JOIN store b ON b.labels = a.state GROUP BY a.id"
	gives '["violation","1","2,3"] ["ok",["2","3"],null] ' \
		'{"kind":"store","id":"1","state":"k"}' '{"kind":"store","id":"2","labels":"k"}' '{"kind":"store","id":"3","state":"K","labels":"k"}'
	query "SELECT a.id AS store_id, 1 AS violated, group_concat(b.id) AS message
		FROM store a JOIN store b ON b.size = a.load GROUP BY a.id"
	gives '["violation","1","2,3"] ' \
		'{"kind":"store","id":"1","load":7}' '{"kind":"store","id":"2","size":7}' '{"kind":"store","id":"3","size":7.0}'
	query "SELECT a.id AS store_id, 1 AS violated, group_concat(b.id) AS message
		FROM store a JOIN store b ON b.state = a.size GROUP BY a.id"
	gives '["violation","1","1,2"] ' '{"kind":"store","id":"1","size":7,"state":"7"}' '{"kind":"store","id":"2","state":"07"}' '{"kind":"store","id":"3","state":"x7"}'
	query "SELECT a.id AS store_id, 1 AS violated, group_concat(b.id) AS message
		FROM store a JOIN store b ON b.state = a.state COLLATE NOCASE GROUP BY a.id"
	gives '["violation","1","1,2"] ["violation","2","1,2"] ' '{"kind":"store","id":"1","state":"x"}' '{"kind":"store","id":"2","state":"X"}'
}

@test "IN compares under the affinity of the IN, not of one value" {
	query "SELECT id AS store_id, 1 AS violated, state AS message FROM store WHERE state IN (SELECT load FROM store)"
	gives '["violation","2","07"] ' '{"kind":"store","id":"1","load":7}' '{"kind":"store","id":"2","state":"07"}'
	query "SELECT id AS store_id, 1 AS violated, '' AS message FROM store WHERE any IN (7, '7')"
	gives '["violation","1",""] ["violation","2",""] ' '{"kind":"store","id":"1","any":7}' \
		'{"kind":"store","id":"2","any":"7"}' '{"kind":"store","id":"3","any":"x"}'
}

@test "rows are numbered from 1, as in a table" {
	query "SELECT rowid AS store_id, 0 AS violated, '' AS message FROM store"
	gives '["ok",["1","2"],null] ' '{"kind":"store","id":"x"}' '{"kind":"store","id":"y"}'
}

@test "NUMERIC converts texts while it compares them" {
	query "SELECT id AS store_id, 1 AS violated, '' AS message FROM store WHERE any = ' 7.0'"
	gives '["violation","1",""] ' '{"kind":"store","id":"1","any":"7"}' '{"kind":"store","id":"2","any":"x"}'
}

@test "an INTEGER column holds all that SQLite converts to integers" {
	query "SELECT id AS store_id, 1 AS violated, group_concat(typeof(size) || ' ' || size) AS message FROM store"
	gives '["violation","1","integer 1000000000000000000,real 1.0e+19,real 1.5"] ' '{"kind":"store","id":"1","size":1e18}' \
		'{"kind":"store","size":1e19}' '{"kind":"store","size":1.5}'
}

# many N SUBJECT ID [FIELDS]: a cycle of N stores with the same fields
many() {
	echo '{"kind":"begin","stream":"observations","v":1,"subject":"'"$2"'","at":"2026-01-01T00:00:00Z"}'
	seq "$1" | sed "s/.*/{\"kind\":\"store\",\"id\":$3${4-}}/"
	echo '{"kind":"end"}'
}

@test "ids that are numbers are found without a scan" {
	mkdir -p base/numbers/invariants
	echo 'CREATE TABLE store (id INTEGER)' >base/numbers/schema.sql
	printf -- '-- invariant: x\nSELECT id AS store_id, 1 AS violated, 0 AS message FROM store' >base/numbers/invariants/x.sql
	many 100000 numbers '&' >in
	run -0 timeout 120 op-check <in
	[ "$(grep -c '"metric_snapshot":{"kind"' <<<"$output")" = 100000 ]
}

@test "rows that IS NOT filters early count as steps" {
	query "SELECT NULL AS store_id, count(*) > 0 AS violated, 0 AS message FROM store a, store b WHERE b.state IS NOT 'Up'"
	many 15000 mine '"&"' ',"state":"Up"' >in
	run -0 op-check --only x <in
	[[ $output == *'ran past its limit of 130000000 steps'* ]]
}

@test "patterns and texts may be parameters in any position" {
	query "SELECT id AS store_id, 1 AS violated, '' AS message FROM store
		WHERE state LIKE \$pattern AND state GLOB 'U*' AND state IS NOT \$text AND 'default' LIKE \$cluster" \
		$'-- param: pattern = u%\n-- param: text = Us\n'
	gives '["violation","1",""] ' '{"kind":"store","id":"1","state":"Up"}' '{"kind":"store","id":"2","state":"Down"}' \
		'{"kind":"store","id":"3","state":"Us"}'
}

@test "IS NOT means the same whether it filters early or late" {
	query "SELECT c.id AS store_id, 1 AS violated, quote(s.state) AS message
		FROM store c LEFT JOIN store s ON s.id = c.labels WHERE s.state IS NOT 'Gone'"
	gives '["violation","1","'"'Up'"'"] ["violation","3","NULL"] ' '{"kind":"store","id":"1","labels":"1","state":"Up"}' \
		'{"kind":"store","id":"2","labels":"4"}' '{"kind":"store","id":"3"}' '{"kind":"store","id":"4","labels":"4","state":"Gone"}'
	query "SELECT id AS store_id, 1 AS violated, '' AS message FROM store WHERE state IS NOT 'Gone' AND load IS NOT 7"
	gives '["violation","1",""] ["violation","2",""] ' '{"kind":"store","id":"1","state":"gone"}' \
		'{"kind":"store","id":"2","load":1}' '{"kind":"store","id":"3","state":"Gone"}' '{"kind":"store","id":"4","load":7}'
}

@test "-V shows the lockdown" {
	run -0 op-check -V
	[[ ${lines[0]} == 'op-check '* ]]
	[[ ${lines[1]} == 'SQLite 3.'* ]]
	[[ $output == *ock* ]]
}
