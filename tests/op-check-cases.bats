#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-check test: cases beside the invariants.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset OP_SUBJECTS
	mkdir -p mine/invariants
	echo 'CREATE TABLE store (id TEXT, load REAL); CREATE TABLE source (id TEXT);' >mine/schema.sql
	cat >mine/invariants/busy.sql <<-'SQL'
		-- invariant: busy
		-- param: limit = 10
		SELECT id AS store_id, load > $limit AS violated, format('%s: %.1f at %d', id, load, $at) AS message
		FROM store
	SQL
}

cases() { cat >mine/invariants/busy.test; }

@test "cases that hold: TAP, 0" {
	cases <<-'END'
		# SPDX-License-Identifier: ISC

		# all three
		{"kind":"store","id":"1","load":11}
		{"kind":"store","id":"2","load":1}
		{"kind":"store","id":"3","load":2}
		{"kind":"store","id":"4"}
		{"kind":"store","id":"a b"}
		=>
		violated 1 1: 11.0 at 1767225600
		ok 2 3
		unknown 4 "a b"

		# a parameter, a time; no text: any
		at 2026-01-24T23:08:17Z
		set limit=20.5
		{"kind":"store","id":"1","load":20}
		{"kind":"store","id":"2","load":21}
		=>
		ok 1
		violated 2

		# not evaluated
		{"kind":"source","id":"pd","ok":false,"kinds":["store"]}
		=>
		incomplete source pd failed

		# no rows
		{"kind":"source","id":"pd","ok":true,"kinds":["store"]}
		=>
	END
	run -0 op-check test mine
	[ "$output" = 'ok 1 - busy: all three
ok 2 - busy: a parameter, a time; no text: any
ok 3 - busy: not evaluated
ok 4 - busy: no rows
1..4' ]
}

@test "cases that fail: expected and actual verdicts, 1" {
	cases <<-'END'
		# wrong
		{"kind":"store","id":"1","load":11}
		{"kind":"store","id":"2","load":1}
		{"kind":"store","id":"3"}
		=>
		ok 1
		ok 2 5
	END
	run -1 op-check test mine/
	[ "$output" = 'not ok 1 - busy: wrong (mine//invariants/busy.test:1)
  - ok 1
  + violated 1 1: 11.0 at 1767225600
  - ok 5
  + unknown 3
1..1' ]
	sed -i 's/^ok 1/violated 1 1: 12.0/; s/^ok 2 5/ok 2\nunknown 3/' mine/invariants/busy.test
	run -1 op-check test mine
	[[ $output == *'  - violated 1 1: 12.0
  + violated 1 1: 11.0 at 1767225600
1..1' ]]
	printf '#\n=>\n' | cases
	run -1 op-check test mine
	[[ $output == *'  + incomplete no observation of kind store
1..1' ]]
}

@test "an invariant without cases is reported; --all makes it a failure" {
	run -0 op-check test mine
	[ "$output" = '# untested: busy
1..0' ]
	run -1 op-check test --all mine
	[[ $output == 'not ok 1 - busy: untested'* ]]
}

@test "a folder that has only invariants uses the kinds of the subject of its name, or of tikv" {
	mkdir -p over/tikv/invariants other/invariants
	printf -- '-- invariant: x\nSELECT id AS store_id, raft_lag > 1 AS violated, 0 AS message FROM store' |
		tee over/tikv/invariants/x.sql >other/invariants/x.sql
	printf '{"kind":"store","id":"1","raft_lag":2}\n=>\nviolated 1\n' |
		tee over/tikv/invariants/x.test >other/invariants/x.test
	run -0 op-check test over/tikv
	[[ $output == 'ok 1 - x: '* ]]
	[ "${#lines[@]}" = 2 ]
	run -0 op-check test other
	cd over/tikv
	run -0 op-check test .
}

@test "bad case files: 78 or 65 with file:line" {
	while IFS='|' read -r status line text; do
		printf '%b' "$text" | cases
		run "-$status" --separate-stderr op-check test mine
		[[ $stderr == "op-check: mine/invariants/busy.test:$line: "* ]] || { echo "$stderr"; return 1; }
		[ "${#stderr_lines[@]}" = 1 ]
	done <<-'END'
		78|1|what\n=>\n
		78|2|#\nat noon\n=>\n
		78|1|set limit\n=>\n
		78|1|set nope=1\n=>\n
		78|1|set limit=x\n=>\n
		78|2|=>\nmaybe 1\n
		78|2|=>\nok\n
		78|3|=>\nok 1\nunknown 1\n
		78|2|=>\n=>\n
		78|2|=>\nok "x\n
		78|2|set limit=1\n\n=>\n
		65|1|{"kind":"store","id":"1",}\n=>\n
		65|2|#\n{"id":"1"}\n=>\n
	END
}

@test "a missing folder: 78; no folder given: 64" {
	run -78 op-check test nowhere
	run -78 op-check test mine/invariants
	[ "$output" = 'op-check: mine/invariants/invariants: there is no invariant' ]
	run -64 op-check test
	run -64 op-check test a b
}

@test "a case may name the severity of a violation and the reason of an unknown verdict" {
	cat >mine/invariants/busy.sql <<-'SQL'
		-- invariant: busy
		SELECT id AS store_id, load > 10 AS violated, 'busy' AS message,
		       CASE WHEN load > 20 THEN 'critical' END AS severity,
		       CASE WHEN id = '4' THEN 'idle' END AS reason
		FROM store
	SQL
	cases <<-'END'
		# as it is
		{"kind":"store","id":"1","load":11}
		{"kind":"store","id":"2","load":21}
		{"kind":"store","id":"3"}
		{"kind":"store","id":"4"}
		=>
		warning 1 busy
		critical 2
		unknown () 3
		unknown (idle) 4

		# as it is not
		{"kind":"store","id":"1","load":11}
		{"kind":"store","id":"4"}
		=>
		critical 1
		unknown (asleep) 4
	END
	run -1 op-check test mine
	[ "$output" = 'ok 1 - busy: as it is
not ok 2 - busy: as it is not (mine/invariants/busy.test:12)
  - critical 1
  + warning 1 busy
  - unknown (asleep) 4
  + unknown (idle) 4
1..2' ]
}
