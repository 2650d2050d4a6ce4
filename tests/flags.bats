#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What the flags of all programs have in common.

load helper

@test "a flag is taken in full only, and the one that was meant is named" {
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
