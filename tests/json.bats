#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lib/base/json_read compared with jq. A unit runs its cases, tests/json/cases.

load helper

@test "lib/base/json_read and jq read random documents alike" {
	run -0 python3 "$BATS_TEST_DIRNAME/json/differential.py" "$B/unit/base/json_cases" 3000 1
	[[ $output == *' 0 differ' ]]
}

@test "lib/base/json_read and jq read random documents of a new seed alike" {
	run python3 "$BATS_TEST_DIRNAME/json/differential.py" "$B/unit/base/json_cases" 3000
	echo "$output"
	[ "$status" = 0 ]
	echo "# ${lines[-1]}" >&3
}
