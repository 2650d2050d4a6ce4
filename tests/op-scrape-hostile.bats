#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape against servers that misbehave: tests/hostile/hostile.py has them and what must hold for each.
# takes 155 s
# shellcheck disable=SC2016 # the dollars are jq's

load helper
load scrape

teardown() {
	stop_all
}

hostile() {
	run python3 "$BATS_TEST_DIRNAME/hostile/hostile.py" "$@"
	echo "$output"
	[ "$status" = 0 ] && [ "$output" = "" ]
}

@test "servers that do not answer in time" {
	hostile silence slow-status slow-headers slow-body slow-chunks chunk-extension
}

@test "servers that close the connection" {
	hostile close-at-once reset cut-length cut-chunk cut-close empty
}

@test "endless bodies, and bombs" {
	hostile endless-length endless-chunked endless-close endless-error gzip-bomb transfer-gzip-bomb huge-string big-string many-stores
}

@test "endless headers" {
	hostile header-flood header-endless trailer-flood continue-flood
}

@test "redirects" {
	hostile redirect-file redirect-elsewhere
}

@test "answers that are not HTTP" {
	hostile http09 garbage bad-status bad-length two-lengths
}

@test "statuses other than 200, and pages for people" {
	hostile login-page error-page no-content partial unauthorized rate-limit escapes
}

@test "answers that are not JSON" {
	hostile depth-bomb depth-bomb-closed trailing two-values invalid-utf8 lone-surrogate nul duplicate-key not-a-number beyond-double comment
}

@test "JSON that is slow to read" {
	hostile slow-names slow-digits slow-escapes slow-keys slow-depth slow-spaces
}

@test "JSON of another shape" {
	hostile crowd null number list empty-object null-stores object-stores number-stores nameless-stores wrong-id huge-id twice matrix scalar status-error
}

@test "a Prometheus that misbehaves does not affect PD's records, nor PD those of Prometheus" {
	replay healthy
	good=$REPLAY
	for mode in endless-close silence garbage; do
		start python3 "$BATS_TEST_DIRNAME/hostile/hostile.py" --serve $mode >"$TEST_DIR/$mode"
		wait_until 10 test -s "$TEST_DIR/$mode"
		bad=$(cat "$TEST_DIR/$mode")
		pd_answers() { scrape 69 --pd "$good" --prometheus "$bad" --timeout "$1" && of pd '.ok'; }
		ample pd_answers
		of prometheus '.ok == false'
		[ "$(cycle 'select(.kind == "store")' | wc -l)" = 6 ]
	done
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape prometheus
	replay "$TEST_DIR/prometheus.tape"
	scrape 69 --timeout 30s --pd "$(cat "$TEST_DIR/endless-close")" --prometheus "$REPLAY"
	of pd '.ok == false'
	of prometheus '.ok and (has("missing") | not)'
}

@test "a name server that never answers is named, not the connection" {
	[[ $B != *address* ]] || skip 'the sanitizer comes first'
	cat >"$TEST_DIR/silent.c" <<-'EOF'
		#include <netdb.h>
		#include <unistd.h>
		int getaddrinfo(const char *restrict name, const char *restrict service,
			const struct addrinfo *restrict hints, struct addrinfo **restrict found)
		{
			(void)name; (void)service; (void)hints; (void)found;
			for (;;)
				pause();
		}
	EOF
	${CC:-cc} -shared -fPIC -O1 -o "$TEST_DIR/silent.so" "$TEST_DIR/silent.c"
	for source in pd prometheus; do
		servers=(--pd none --prometheus none)
		servers+=("--$source" http://a.name.invalid:1)
		LD_PRELOAD=$TEST_DIR/silent.so run -69 timeout -k 1 60 "$B/op-scrape" "${servers[@]}" --timeout 1s
		[[ $output = *'name resolution: timed out after '* && $output != *connect:* ]]
	done
}

@test "an endpoint of PD that misbehaves does not affect the next one" {
	replay healthy
	start python3 "$BATS_TEST_DIRNAME/hostile/hostile.py" --serve endless-chunked >"$TEST_DIR/bad"
	wait_until 10 test -s "$TEST_DIR/bad"
	scrape 0 --timeout 60s --pd "$(cat "$TEST_DIR/bad"),$REPLAY" --prometheus none
	of pd '.ok and (.tried[0].error | test("larger than"))'
}

@test "every server that misbehaves is in one of these tests" {
	while read -r mode; do
		grep -qE "^	hostile.* $mode( |\$)" "$BATS_TEST_FILENAME"
	done < <(python3 "$BATS_TEST_DIRNAME/hostile/hostile.py" --list)
}
