# SPDX-License-Identifier: ISC
# The manuals: mandoc's lint, the sections that all pages have, flags that agree
# with -h in both directions; and every example of every page is run.
# takes 15 s

load helper
load flags

pages=$BATS_TEST_DIRNAME/../share/man

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	stop_all
}

# the flags that a page names: -x and --xxx, one per line
page_flags() {
	mandoc -Ttree "$1" | awk '
		/^ *Fl \(elem\)/ { wanted = 1; next }
		wanted && /\(text\)/ {
			wanted = 0
			if ($1 ~ /^-./)
				print "-" $1
			else if ($1 != "-")
				for (i = 1; i <= length($1); i++)
					print "-" substr($1, i, 1)
		}' | sort -u
}

same_flags() {
	page_flags "$pages/$1.1" >"$BATS_TEST_TMPDIR/page"
	help_flags "$1" >"$BATS_TEST_TMPDIR/program"
	[ -s "$BATS_TEST_TMPDIR/page" ]
	diff -u --label "$1 -h" "$BATS_TEST_TMPDIR/program" --label "$1(1)" "$BATS_TEST_TMPDIR/page"
}

# the program knows each flag of a page
known_flags() {
	local flag
	while read -r flag; do
		run "$1" "$flag" </dev/null
		[[ $output != *"unknown flag"* ]] || { echo "$1: $flag: unknown flag"; return 1; }
	done < <(page_flags "$pages/$1.1" | grep -vx -e "${2:-none}")
}

# the literal blocks of a page's EXAMPLES, each a file of its own in the current folder
examples_of() {
	awk '
		/^\.Sh / { inside = $0 == ".Sh EXAMPLES"; next }
		inside && /^\.Bd -literal/ { block = sprintf("block-%02d", ++count); next }
		inside && /^\.Ed/ { close(block); block = ""; next }
		block != "" {
			gsub(/\\\(aq/, "\047"); gsub(/\\\(dq/, "\""); gsub(/\\-/, "-")
			gsub(/\\&/, ""); gsub(/\\e/, "\\")
			print >block
		}' "$1"
}

# example FILE: runs it; an example that runs until it is stopped gets TERM after its
# first cycle, and must exit 0.
example() {
	local loop=0
	if ! grep -q '^op-loop -i' "$1"; then
		timeout -k 10 300 sh -e "$1" >"$1.out" 2>"$1.err"
		return
	fi
	# shellcheck disable=SC2016 # $1 is for the inner shell
	start setsid sh -ec 'trap : TERM; . "./$1"' sh "$1" >"$1.out" 2>"$1.err"
	wait_until 20 grep -q 'Check complete' "$1.err" || return
	kill -TERM -- "-$STARTED"
	wait_until 20 gone "$STARTED" || return
	wait "$STARTED" || loop=$?
	return "$loop"
}

# Runs the examples of a page, one after the other in one folder.
examples_run() {
	local block
	mkdir "$BATS_TEST_TMPDIR/examples"
	cd "$BATS_TEST_TMPDIR/examples" || return
	export OP_DB=$BATS_TEST_TMPDIR/tickets.db
	examples_of "$pages/$1"
	[ -e block-01 ]
	for block in block-*; do
		if ! example "$block"; then
			echo "$1: $block failed:"
			cat "$block" "$block.out" "$block.err"
			return 1
		fi
	done
}

@test "the pages are clean under mandoc -Tlint" {
	run mandoc -Tlint -Wwarning "$pages"/*.[1-8]
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "there is a page for each program and format, with its sections" {
	local page section
	for page in op-scrape.1 op-check.1 op-ticket.1 op-loop.1 op-report.1 op.7 op-invariants.5 op-tickets.5; do
		for section in NAME DESCRIPTION EXAMPLES 'EXIT STATUS' 'SEE ALSO' SECURITY; do
			grep -qx "\.Sh $section" "$pages/$page" || { echo "$page: no $section"; return 1; }
		done
	done
}

@test "the README shows an invariant as it is, the number of invariants, and all programs" {
	local readme=$BATS_TEST_DIRNAME/../README.md invariants=$BATS_TEST_DIRNAME/../share/subjects/tikv/invariants page count
	sed -n 's/^    //; /^\$ cat .*low_disk_space.sql$/,/;$/p' "$readme" | sed 1d | diff - "$invariants/low_disk_space.sql"
	count=$(find "$invariants" -name '*.sql' | wc -l)
	grep -oE '[0-9]+ invariants' "$readme" | sort -u >shown
	diff shown <(echo "$count invariants")
	for page in "$pages"/*.1; do
		grep -q "^\*\*$(basename "$page" .1)\*\*" "$readme" || { echo "$page"; return 1; }
	done
}

@test "the pages refer to pages that exist" {
	local name section
	while read -r name section; do
		[ -e "$pages/$name.$section" ] || { echo "$name($section) is nowhere"; return 1; }
	done < <(cat "$pages"/*.[1-8] | awk '/^\.Xr op/ { print $2, $3 }' | sort -u)
}

@test "op-scrape: -h and the page name the same flags, and it knows them" {
	same_flags op-scrape
	known_flags op-scrape
}

@test "op-check: -h and the page name the same flags, and it knows them" {
	same_flags op-check
	known_flags op-check
}

@test "op-ticket: -h and the page name the same flags, and it knows them" {
	same_flags op-ticket
	known_flags op-ticket
}

@test "op-loop: -h and the page name the same flags, and it knows them" {
	same_flags op-loop
	known_flags op-loop
}

@test "op-report: -h and the page name the same flags, and it knows them" {
	[ -n "$(built op-report)" ] || skip 'op-report was not built: libcmark is missing'
	same_flags op-report
	known_flags op-report
}

@test "the exit statuses of op(7) are the enum's" {
	diff <(sed -n 's/^\tSTATUS_[A-Z_]* = \([0-9]*\),.*/\1/p' "$BATS_TEST_DIRNAME/../lib/base/fault.h") \
		<(sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.It \([0-9]*\)$/\1/p' "$pages/op.7")
}

@test "the pages name all environment variables that the programs read" {
	local name
	for name in $(cat "$BATS_TEST_DIRNAME"/../lib/*/*.c "$BATS_TEST_DIRNAME"/../cmd/{,*/}*.c |
		grep -E 'getenv\("|choose\(' | grep -oE '"[A-Z]+(_[A-Z]+)*"' | tr -d '"' | sort -u); do
		[ "$name" = HOME ] || grep -qE "^\.(It )?Ev .*\<$name\>" "$pages"/*.[17] || { echo "$name"; return 1; }
	done
	[ -n "$name" ]
}

# the names that a list under a subsection of a page explains
explained() { # PAGE SUBSECTION
	awk -v wanted=".Ss $2" '
		/^\.S[sh] / { inside = $0 == wanted }
		inside && /^\.It Li / {
			for (i = 3; i <= NF; i++)
				if ($i != ",")
					print $i
		}' "$pages/$1" | sort
}

@test "op-tickets(5) explains all columns, and no others" {
	local table
	sqlite3 -bail schema.db ".read \"$BATS_TEST_DIRNAME/../share/sql/schema.sql\""
	for table in tickets ticket_events; do
		diff <(sqlite3 schema.db "SELECT name FROM pragma_table_info('$table')" | sort) <(explained op-tickets.5 "$table")
	done
	# the other three are named
	for table in $(sqlite3 schema.db "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"); do
		grep -qE "^\.(Ss|It Li) $table\$" "$pages/op-tickets.5"
	done
}

@test "op-check --list has the keys that its page names" {
	op-check --list | head -n 1 | jq -r 'keys[]' | grep -vx kind | sort >has
	sed -n '/^\.It Fl -list/,/^\.It Fl n/p' "$pages/op-check.1" | grep '^\.Li' | sed 's/^\.Li //; s/[ ,.]\+/\n/g' |
		grep . | sort | diff has -
}

@test "op(7) shows cycles that op-check and op-ticket take" {
	# the lines of the page are broken to fit
	awk '/^\.Bd -literal$/ { on = 1; next } /^\.Ed/ { on = 0 } on' "$pages/op.7" | tr -d '\n' |
		sed 's/}{"kind"/}\n{"kind"/g' >shown
	sed -n '/"stream":"observations"/,/"kind":"end"/p' shown >observations
	op-check <observations >verdicts
	grep -q '"kind":"check"' verdicts
	{
		echo '{"kind":"begin","stream":"verdicts","at":"2026-01-24T23:08:17.123Z"}'
		sed '1,/"kind":"end"/d' shown
		echo
		echo '{"kind":"end"}'
	} | op-ticket --db shown.db ingest --dry-run >changes
	[ "$(jq -r .ticket.violation_key changes)" = store_down:2 ]
}

@test "op-invariants(5) shows an invariant, thresholds and a case that op-check takes" {
	block() { # the literal blocks of a subsection
		awk -v wanted=".Ss $1" '
			/^\.S[sh] / { inside = $0 == wanted }
			inside && /^\.Bd -literal/ { on = 1; next }
			/^\.Ed/ { on = 0 }
			on' "$pages/op-invariants.5"
	}
	mkdir -p mine/tikv/invariants
	block Invariants >mine/tikv/invariants/high_latency.sql
	block Tests >mine/tikv/invariants/high_latency.test
	block Thresholds >mine/tikv/params
	grep -q threshold_ms mine/tikv/params
	export OP_SUBJECTS=$PWD/mine
	op-check -n
	op-check --list --only high_latency | jq -e '.severity == "critical" and .params.threshold_ms == 250'
	cp "$BATS_TEST_DIRNAME/../share/subjects/tikv/schema.sql" mine/tikv
	rm mine/tikv/params
	op-check test mine/tikv
}

@test "the examples of op-scrape(1) work" {
	sim_start
	examples_run op-scrape.1
	grep -q '"kind":"store"' block-01.out
	grep -q '"cluster":"test"' block-02.out
}

@test "the examples of op-check(1) work" {
	sim_start
	examples_run op-check.1
	grep -qx 'go on' block-03.out
}

@test "the examples of op-loop(1) work" {
	sim_start
	examples_run op-loop.1
	grep -q 'Monitor loop stopped' block-01.err
	[ -e alive ]
}

@test "the examples of op-ticket(1) work" {
	sim_start
	sim down 2
	examples_run op-ticket.1
	grep -qx 'store_down:2' block-02.out
}

@test "the examples of op(7) work" {
	sim_start
	sim down 2
	examples_run op.7
}

@test "the examples of op-invariants(5) work" {
	examples_run op-invariants.5
	grep -qx '/ is 98% full' block-02.out
	grep -q '"threshold_ms":250' block-04.out
}

@test "the examples of op-tickets(5) work" {
	sim_start
	sim down 2
	"$B/op-scrape" | "$B/op-check" | "$B/op-ticket" --db "$BATS_TEST_TMPDIR/tickets.db" ingest
	examples_run op-tickets.5
	grep -q 'critical|store_down:2' block-01.out
}

@test "the examples of op-report(1) work" {
	[ -n "$(built op-report)" ] || skip 'op-report was not built: libcmark is missing'
	sim_start
	sim down 2
	export OP_DB=$BATS_TEST_TMPDIR/tickets.db
	op-scrape | op-check | op-ticket ingest
	examples_run op-report.1
	grep -q 'class="open-list"' week.html
	grep -q 'http-equiv="refresh" content="30"' index.html
}
