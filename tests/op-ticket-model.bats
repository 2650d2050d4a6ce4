#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket compared with a second implementation of its rules.
# takes 25 s

load helper

@test "random cycles and commands give the model's results, one process per cycle and as backlogs" {
	run python3 "$BATS_TEST_DIRNAME/model/compare.py" --rounds 8 --cycles 80 "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# ${lines[0]}" >&3
}

@test "damaged streams give the whole cycles that a second, strict reader finds" {
	run python3 "$BATS_TEST_DIRNAME/model/mutated.py" --cases 150 "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# ${lines[-1]}" >&3
}
