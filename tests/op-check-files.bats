#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-check's files: headers, SQL, schema, params, overlays, --list, -n.

load helper

header='-- invariant: x
-- severity: info
'
good='SELECT id AS store_id, load > 1 AS violated, id AS message FROM store'

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export OP_SUBJECTS=$BATS_TEST_TMPDIR/over:$BATS_TEST_TMPDIR/base
	mkdir -p base/mine/invariants over/mine
	cat >base/mine/schema.sql <<-'SQL'
		CREATE TABLE store (id TEXT, state TEXT, load REAL, size INTEGER);
		CREATE TABLE member (id TEXT, health INTEGER);
	SQL
}

invariant() { # [NAME]: stdin is the file
	cat >"base/mine/invariants/${1:-x}.sql"
}

# refused LINE TEXT...: the file x.sql is refused there, once, with that text; below it the line is
# shown and the place marked
refused() {
	local at=$1
	shift
	local words="$*"
	run -78 --separate-stderr op-check -s mine -n
	[ -z "$output" ]
	[ "$(grep -c ^op-check: <<<"$stderr")" = 1 ]
	local start="op-check: $BATS_TEST_TMPDIR/base/mine/invariants/x.sql:"
	# shellcheck disable=SC2053 # $at may be a pattern
	[[ ${stderr_lines[0]} == "$start"$at:[1-9]*': '*"$words"* ]] || {
		echo "$stderr"
		return 1
	}
}

observe() { # RECORD...
	echo '{"kind":"begin","stream":"observations","v":1,"subject":"mine","at":"2026-01-01T00:00:00Z"}'
	[ $# = 0 ] || printf '%s\n' "$@"
	echo '{"kind":"end"}'
}

@test "good files: -n counts them, 0" {
	invariant <<<"$header$good;"
	run -0 op-check -s mine -n
	[ "$output" = '1 invariants are good' ]
}

@test "SQL errors are reported with their line" {
	invariant <<<"${header}SELECT id AS store_id,
		load > 1 AS violated,
		nope AS message FROM store"
	refused 5 'no such column: nope'
	invariant <<<"${header}SELECT id AS store_id, load > 1 AS violated, id AS message
		FROM nostore"
	refused 4 'no such table: nostore'
	invariant <<<"${header}SELECT id AS store_id, load > 1 AS violated, id AS message
		FROM stor"
	refused 4 'no such table: stor'
	invariant <<<"${header}SELECT id AS store_id, load > 1 AS violated, id AS message
		FROM store WHERE (
"
	refused 4 'incomplete input'
	invariant <<<"${header}SELECT id AS store_id,
		nosuch(1) AS violated, id AS message FROM store"
	refused 4 'no such function: nosuch'
	invariant <<<"${header}SELECT id AS store_id,
		1) AS violated"
	refused 4 syntax error
}

@test "one statement, and it is a SELECT" {
	invariant <<<"$header$good;
SELECT 1"
	refused 4 more than one statement
	for sql in 'DELETE FROM store' 'PRAGMA user_version' "ATTACH 'x' AS y" 'CREATE TABLE y(x)' ''; do
		invariant <<<"$header$sql"
		refused '[34]' ''
	done
	invariant <<<"$header$good /* without an end"
	run -0 op-check -s mine -n
	invariant <<<"$header$good -- a comment to the end /* and no more;"
	run -0 op-check -s mine -n
}

@test "the three columns are required, and no name may repeat" {
	for name in store_id violated message; do
		invariant <<<"$header${good/$name/other}"
		refused 3 "no column $name"
	done
	invariant <<<"$header${good/FROM/, 1 AS a, 2 AS a FROM}"
	refused 3 two columns are named a
}

@test "parameters: those that are not declared are refused with their position" {
	invariant <<<"${header}-- param: a = 1
SELECT id AS store_id, load > \$a AS violated,
	\$b AS message FROM store"
	refused 5 "not declared: \$b"
	invariant <<<"${header}SELECT id AS store_id, load > ? AS violated, id AS message FROM store"
	refused 3 'not declared'
	for param in 'a' 'a =' '= 1' 'A = 1' 'at = 1' 'cluster = 1' 'grace = 1'; do
		invariant <<<"$header-- param: $param
$good"
		refused 3 param
	done
	invariant <<<"$header-- param: a = 1
-- param: a = 2
${good/1/\$a}"
	refused 4 twice
}

@test "\$at and \$cluster are always there" {
	invariant <<<"${header}SELECT 's' AS store_id, 1 AS violated, \$at || ' ' || \$cluster AS message"
	run -0 op-check < <(observe)
	[[ $output == *'"message":"1767225600.0 default"'* ]]
}

@test "header: its keys, its values" {
	invariant <<<"$header-- sevrity: info
$good"
	refused 3 'unknown header key "sevrity"'
	invariant <<<"$header-- severity: info
$good"
	refused 3 severity is given twice
	for line in 'severity: fatal' 'grace: soon' 'grace: -1' 'flap: 3' 'flap: x in 5m' 'flap: 3 in x'; do
		invariant <<<"-- invariant: x
-- $line
$good"
		refused 2 "${line%%:*}"
	done
	invariant <<<"-- invariant: y
$good"
	refused 1 "not the file's name"
	invariant <<<"$good"
	refused 1 invariant: x
}

@test "two invariants of one name are refused" {
	invariant <<<"$header$good"
	invariant y <<<"$header$good"
	run -78 op-check -s mine -n
	[[ $output == *"y.sql:1:15: invariant \"x\" is not the file's name, y"* ]]
}

@test "-n reports every bad file" {
	invariant a <<<"-- invariant: a
SELECT nope"
	invariant b <<<"-- invariant: c
$good"
	invariant <<<"$header$good"
	invariant z <<<"-- invariant: z
SELECT 1"
	run -78 op-check -s mine -n
	[ "$(grep -oE '/[a-z]\.sql:[0-9]+:[0-9]+: ' <<<"$output" | tr -d '\n')" = \
		'/b.sql:1:15: /a.sql:2:8: /z.sql:2:1: /z.sql:2:1: /z.sql:2:1: ' ]
	# without excerpts if they are not checked but used
	run -78 op-check -s mine --list
	[ "$(grep -vc ^op-check: <<<"$output")" = 0 ]
}

@test "a bad file name, and bytes that are not text" {
	invariant Bad-Name <<<"$header$good"
	run -78 op-check -s mine -n
	rm base/mine/invariants/*
	printf '%s-- \xff\n' "$header" | invariant
	refused 3 UTF-8
}

@test "a byte order mark is skipped and UTF-16 is reported in each kind of file" {
	local file files=(schema.sql params metrics.tsv invariants/x.sql)
	invariant <<<"${header}-- param: p = 1
SELECT id AS store_id, load > \$p AS violated, id AS message FROM store"
	echo 'x.p=5' >base/mine/params
	printf 'store\tqps\tup\n' >base/mine/metrics.tsv
	for file in "${files[@]}"; do
		sed -i $'1s/^/\xef\xbb\xbf/' "base/mine/$file"
	done
	run -0 op-check -s mine -n
	op-check <<<"$(observe '{"kind":"store","id":"1","load":3}')" | grep -q '"kind":"ok"'
	run -0 op-scrape -s mine --list
	[ "$(jq -r .column <<<"$output")" = qps ]
	for file in "${files[@]}"; do
		cp "base/mine/$file" kept
		iconv -f UTF-8 -t UTF-16 <kept >"base/mine/$file"
		case $file in
		metrics.tsv) run -78 op-scrape -s mine --list ;;
		*) run -78 op-check -s mine -n ;;
		esac
		[[ $output == *"mine/$file:1:1: the file is UTF-16 or UTF-32, not UTF-8"* ]]
		cp kept "base/mine/$file"
	done
}

@test "nothing is evaluated unless all files are good" {
	invariant a <<<"-- invariant: a
$good"
	invariant <<<"${header}nonsense"
	run -78 --separate-stderr op-check < <(observe '{"kind":"store","id":"1"}')
	[ -z "$output" ]
}

@test "a bad schema.sql is refused with its line" {
	invariant <<<"$header$good"
	printf 'CREATE TABLE a(id);\n\nDROP TABLE a;\n' >base/mine/schema.sql
	run -78 op-check -s mine -n
	[[ $output == *"/schema.sql:3:1: "* ]]
	printf -- '-- a\nCREATE TABLE a(id' >base/mine/schema.sql
	run -78 op-check -s mine -n
	[[ $output == *"/schema.sql:2:"[1-9]*": "* ]]
}

@test "a missing subject: 78 and the folders searched; a bad name: 64" {
	run -78 op-check -s nobody -n
	[[ $output == *"$BATS_TEST_TMPDIR/base"* ]]
	run -64 op-check -s ../mine -n
}

@test "--set: any number for a number, a text for a text, grace, flap and severity" {
	invariant <<<"${header}-- param: a = 1
-- param: b = 'Up'
SELECT id AS store_id, load > \$a AS violated, \$b || typeof(\$a) AS message FROM store"
	run -0 op-check --set x.a=0.5 --set x.b=7 --set x.severity=critical --set x.grace=1.5s \
		--set 'x.flap=0 in 1m' < <(observe '{"kind":"store","id":"1","load":0.7}')
	[ "$(jq -c 'select(.kind=="violation") | [.message, .severity, .grace_s, .flap_count, .flap_window_s]' <<<"$output")" = \
		'["7real","critical",1.5,0,60]' ]
	for set in x.a=many x.c=1 y.a=1 x.a a=1 x.severity=fatal x.grace=soon x.flap=3; do
		run -64 --separate-stderr op-check -s mine --set "$set" -n
		[[ $stderr == *"--set $set: "* ]]
	done
}

@test "params: custom thresholds in a file; those of earlier folders override" {
	invariant <<<"${header}-- param: a = 1
SELECT id AS store_id, load > \$a AS violated, \$a AS message FROM store"
	printf '# mine\n\n x.a = 2\nx.grace=1m\n' >base/mine/params
	mkdir -p over/mine
	echo 'x.a=3' >over/mine/params
	run -0 op-check --list -s mine
	[ "$(jq -c '[.params.a, .grace_s]' <<<"$output")" = '[3,60]' ]
	run -0 op-check --list -s mine --set x.a=4
	[ "$(jq -c '.params.a' <<<"$output")" = 4 ]
	printf 'x.a=1\nx.b=1\n' >over/mine/params
	run -78 op-check -s mine -n
	[[ $output == *"/over/mine/params:2: "* ]]
}

@test "overlays: a file of the same name replaces, a new one adds, schemas merge" {
	invariant <<<"$header$good"
	invariant y <<<"-- invariant: y
$good"
	mkdir -p over/mine/invariants
	echo 'CREATE TABLE store (extra REAL); CREATE TABLE disk (id TEXT, full REAL);' >over/mine/schema.sql
	printf -- '-- invariant: x\n-- severity: critical\n%s' "$good" >over/mine/invariants/x.sql
	printf -- '-- invariant: z\n%s' 'SELECT d.id AS store_id, full > extra AS violated, size AS message
		FROM disk d, store s' >over/mine/invariants/z.sql
	run -0 op-check --list -s mine
	[ "$(jq -rc '[.name, .severity, .kinds[], (.file | contains("over"))] | join(" ")' <<<"$output")" = \
		'x critical store true
y warning store false
z warning store disk true' ]
}

@test "--only and --skip" {
	for i in a b c; do invariant $i <<<"-- invariant: $i
$good"; done
	names() { op-check -s mine --list "$@" | jq -r .name | tr '\n' ' '; }
	[ "$(names --only b --only a)" = 'a b ' ]
	[ "$(names --skip b)" = 'a c ' ]
	[ "$(names --only b --skip b)" = '' ]
	run -64 op-check -s mine --skip d -n
	invariant d <<<broken
	run -78 op-check -s mine -n
	run -0 op-check -s mine -n --skip d
	run -0 op-check -s mine -n --only a
}

@test "--list: a line of JSON each, a table on a terminal" {
	invariant <<<"$header-- grace: 90s
-- flap: 2 in 10m
-- param: a = 1.5
-- param: b = 'text'
-- about: one thing
-- doc: first
--      and second
-- link: https://h/\$store_id
${good/load > 1/load > \$a AND state = \$b}"
	run -0 op-check --list -s mine
	# shellcheck disable=SC2016 # the link is not expanded here
	[ "$(jq -c 'del(.file)' <<<"$output")" = '{"kind":"invariant","name":"x","severity":"info","grace_s":90,"flap_count":2,"flap_window_s":600,"params":{"a":1.5,"b":"text"},"kinds":["store"],"about":"one thing","doc":"first and second","link":"https://h/$store_id"}' ]
	command -v script >/dev/null || skip 'no script(1)'
	run -0 env TERM=dumb COLUMNS=200 script -qec "op-check --list -s mine" /dev/null </dev/null
	[[ $output == *INVARIANT*SEVERITY*GRACE*PARAMETERS*ABOUT* ]]
	[[ $output == *1m30s*a=1.5*'one thing'* ]]
}

@test "every file of the TiKV subject is good and passes its cases" {
	unset OP_SUBJECTS
	run -0 op-check -n
	run -0 op-check test --all "$BATS_TEST_DIRNAME/../share/subjects/tikv"
}

# shellcheck disable=SC2016 # names of parameters
@test "-n: every error of every file in one run, with its line and a likely word" {
	invariant a <<<"-- invariant: a
-- sevrity: info
-- param: unused = 1
-- param: limit = 10
SELECT id AS store_id, lod > \$limit AS violated, id AS message FROM store"
	invariant b <<<"-- invariant: b
-- severity = info
SELECT id AS store_id, load > \$limit AS violated, \"busy\" AS message FROM stores
-- grace: 1m"
	invariant c <<<"-- invariant: c
-- param: limit = 10
SELECT id AS store_id, load > \$limt AS violated, id AS message FROM store"
	invariant d <<<"-- invariant: d
SELECT id AS store_id, load > 1 AS violated, \"busy\" AS message FROM store"
	invariant e <<<"-- invariant: e
SELECT id AS store_id, load > 1 AS violted, id AS message FROM store"
	run -78 --separate-stderr op-check -s mine -n
	[ -z "$output" ]
	for error in 'a.sql:2:4: unknown header key "sevrity" (did you mean severity?)' \
		'a.sql:5:24: no such column: lod (did you mean load?)' \
		'b.sql:2:4: severity is followed by =, not by :' \
		'b.sql:4:4: grace: a header line must come before the SELECT' \
		'(did you mean store?)' \
		'c.sql:3:31: a parameter that is not declared: $limt (did you mean limit?)' \
		'c.sql:2:11: parameter limit is not used' \
		'd.sql:2:46: no such column: ' \
		'e.sql:2:1: the query has no column violated (did you mean it by violted?)'; do
		[[ $stderr == *"$error"* ]] || { echo "missing: $error"; echo "$stderr"; return 1; }
	done
	# the line and the mark below it
	[[ $stderr == *'    5 | SELECT id AS store_id, lod > $limit AS violated'*$'\n''      |                        ^~~'$'\n'* ]]
}

@test "oddities are warnings in a run and errors with -n" {
	invariant <<<"$header-- sevrity: info
$good"
	echo >base/mine/invariants/y.sq
	echo >base/mine/invariants/README.md
	echo >base/mine/invariants/x.sql~
	run -0 --separate-stderr op-check < <(observe '{"kind":"store","id":"1","load":0.7}')
	[ "${#stderr_lines[@]}" = 2 ]
	[[ $stderr == *'warning: '*'y.sq: '* && $stderr == *'warning: '*'"sevrity"'* ]]
	[[ $output == *'"complete":true'* ]]
	run -78 --separate-stderr op-check -s mine -n
	[ "$(grep -c ^op-check: <<<"$stderr")" = 2 ]
}

@test "a folder in OP_SUBJECTS that does not exist or has no subject is reported" {
	invariant <<<"$header$good"
	mkdir empty
	OP_SUBJECTS=$PWD/nowhere:$PWD/empty:$PWD/base
	run -0 --separate-stderr op-check < <(observe '{"kind":"store","id":"1","load":0.7}')
	[[ ${stderr_lines[0]} == *"warning: OP_SUBJECTS: $PWD/nowhere is not a folder" ]]
	[[ ${stderr_lines[1]} == *"warning: OP_SUBJECTS: $PWD/empty holds no subject" ]]
	run -78 op-check -s mine -n
	run -0 --separate-stderr op-scrape --list
	[[ $stderr == *"op-scrape: warning: OP_SUBJECTS: $PWD/nowhere is not a folder"* ]]
	# the subject instead of the folder that it is in
	OP_SUBJECTS=$PWD/base/mine
	run -0 --separate-stderr op-check -s tikv --list
	[ "$stderr" = "op-check: warning: OP_SUBJECTS: $PWD/base/mine holds no subject, but is one: name the folder that it is in" ]
}

@test "only regular files of at most 1 MiB are read, so that none blocks or exhausts memory" {
	for file in invariants/x.sql schema.sql params; do
		rm -rf base/mine
		mkdir -p base/mine/invariants
		echo 'CREATE TABLE store (id TEXT, load REAL);' >base/mine/schema.sql
		invariant <<<"$header$good"
		run -0 op-check -s mine -n
		rm -f "base/mine/$file"
		mkfifo "base/mine/$file"
		run -78 timeout 60 op-check -s mine -n
		[[ $output == *"$file: not a regular file"* ]]
		ln -sf /dev/zero "base/mine/$file"
		run -78 timeout 60 op-check -s mine -n
		[[ $output == *"$file: not a regular file"* ]]
		rm "base/mine/$file"
		head -c 1048577 /dev/zero | tr '\0' '\n' >"base/mine/$file"
		run -78 op-check -s mine -n
		[[ $output == *"$file: longer than 1048576 bytes"* ]]
	done
}
