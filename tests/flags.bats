#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What the flags of all programs have in common.

load helper

@test "flags are not abbreviated, and a likely flag is suggested" {
	local program arguments
	while read -r program arguments; do
		command -v "$program" >/dev/null || continue # op-report may not be built
		# shellcheck disable=SC2086 # words
		run "$program" $arguments </dev/null
		[ "$status" = 64 ] || { echo "$program $arguments: $status"; return 1; }
		[[ $output == *"did you mean --"* ]] || { echo "$program $arguments: $output"; return 1; }
	done <<-'EOT'
		op-scrape --fro 1h
		op-scrape --fro=1h
		op-scrape --subjec tikv
		op-check --explai store_down
		op-ticket list --jso
		op-ticket --db t.db list --jso
		op-ticket diff a.db b.db --count
		op-report --hel
		op-loop --hel
	EOT
}

@test "all programs report bad flags in the same words" {
	local program arguments message
	while IFS='|' read -r program arguments message; do
		command -v "$program" >/dev/null || continue # op-report may not be built
		# shellcheck disable=SC2086 # words
		run -64 "$program" $arguments </dev/null
		[ "$output" = "$program: $message (try $program -h)" ] || { echo "$program $arguments: $output"; return 1; }
	done <<-'EOT'
		op-scrape|--zzzzzz|--zzzzzz: unknown flag
		op-check|--zzzzzz=1|--zzzzzz: unknown flag
		op-ticket|list --zzzzzz|--zzzzzz: unknown flag
		op-loop|--zzzzzz true|--zzzzzz: unknown flag
		op-report|--zzzzzz|--zzzzzz: unknown flag
		op-loop|--=1 true|--: unknown flag
		op-scrape|-Z|-Z: unknown flag
		op-check|-eZ|-Z: unknown flag
		op-ticket|-Z list|-Z: unknown flag
		op-loop|-qvZ true|-Z: unknown flag
		op-report|-Z|-Z: unknown flag
		op-scrape|--pd-h|--pd-h: unknown flag; did you mean --pd-header-file?
		op-report|--tit|--tit: unknown flag; did you mean --title?
		op-ticket|--d x.db list|--d: unknown flag; did you mean one of --db, --db-timeout, --dry-run?
		op-loop|--interv|--interv: unknown flag; did you mean --interval?
		op-scrape|--timeout|--timeout: needs a value
		op-check|--only|--only: needs a value
		op-ticket|list --cluster|--cluster: needs a value
		op-loop|-i|-i: needs a value
		op-report|--tz|--tz: needs a value
		op-scrape|--list=3|--list=3: takes no value
		op-check|--list=3|--list=3: takes no value
		op-ticket|list --json=3|--json=3: takes no value
		op-loop|--quiet=3 true|--quiet=3: takes no value
		op-report|--help=3|--help=3: takes no value
	EOT
}
