#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lib/base/json_read against jq. Its cases, tests/json/cases, are run by a unit.

load helper

@test "random documents come out of lib/base/json_read and of jq as the same values" {
	run -0 python3 "$BATS_TEST_DIRNAME/json/differential.py" "$B/unit/base/json_cases" 3000 1
	[[ $output == *' 0 differ' ]]
}

@test "so they do with another seed each time" {
	run python3 "$BATS_TEST_DIRNAME/json/differential.py" "$B/unit/base/json_cases" 3000
	echo "$output"
	[ "$status" = 0 ]
	echo "# ${lines[-1]}" >&3
}
