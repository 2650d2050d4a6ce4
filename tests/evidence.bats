#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Silence resolves nothing: the short form of the matrix of invariants and ways of
# losing evidence. `make check-evidence` runs all of it.
# takes 100 s

load helper

teardown() {
	stop_all
}

@test "losing evidence never resolves a ticket, and healthy worlds have no violation" {
	run python3 "$BATS_TEST_DIRNAME/evidence/matrix.py" --short
	echo "$output"
	[ "$status" = 0 ]
}
