#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape against servers that misbehave: tests/hostile/hostile.py has them, and says what must be true of each.

load helper

hostile() {
	run python3 "$BATS_TEST_DIRNAME/hostile/hostile.py" "$@"
	echo "$output"
	[ "$status" = 0 ] && [ "$output" = "" ]
}

@test "servers that keep one waiting" {
	hostile silence slow-status slow-headers slow-body slow-chunks chunk-extension
}

@test "servers that hang up" {
	hostile close-at-once reset cut-length cut-chunk cut-close empty
}

@test "bodies without an end, and bombs" {
	hostile endless-length endless-chunked endless-close endless-error gzip-bomb transfer-gzip-bomb huge-string big-string many-stores
}

@test "headers without an end" {
	hostile header-flood header-endless trailer-flood continue-flood
}

@test "redirects" {
	hostile redirect-file redirect-elsewhere
}

@test "what is not HTTP" {
	hostile http09 garbage bad-status bad-length two-lengths
}

@test "other statuses than 200, and pages for people" {
	hostile login-page error-page no-content partial unauthorized rate-limit escapes
}

@test "what is not JSON" {
	hostile depth-bomb depth-bomb-closed trailing two-values invalid-utf8 lone-surrogate nul duplicate-key not-a-number beyond-double comment
}

@test "JSON of another shape" {
	hostile null number list empty-object null-stores object-stores number-stores nameless-stores wrong-id huge-id twice matrix scalar status-error
}

@test "every server that misbehaves is in one of these tests" {
	while read -r mode; do
		grep -qE "^	hostile.* $mode( |\$)" "$BATS_TEST_FILENAME"
	done < <(python3 "$BATS_TEST_DIRNAME/hostile/hostile.py" --list)
}
