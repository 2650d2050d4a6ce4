#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-check when there is no memory: 75, one line, and no verdict, whichever allocation fails.

load helper

setup() {
	[ "$(getconf GNU_LIBC_VERSION 2>/dev/null)" ] || skip 'not glibc'
	readelf -d "$B/op-check" | grep -q asan && skip 'sanitizers have an allocator of their own'
	cd "$BATS_TEST_TMPDIR" || return
	"${CC:-cc}" -shared -fPIC -o fail.so "$BATS_TEST_DIRNAME/memory/fail.c"
	export OP_SUBJECTS=$PWD/subjects
	mkdir -p subjects/mine/invariants
	echo 'CREATE TABLE store (id TEXT, load REAL);' >subjects/mine/schema.sql
	# shellcheck disable=SC2016 # the link is not expanded here
	for name in a b; do
		printf -- '-- invariant: %s\n-- param: p = 1\n-- about: text\n-- link: https://h/$store_id\n%s' $name \
			"SELECT s.id AS store_id, s.load > \$p AS violated, format('%s', s.load) AS message, s.load AS extra
			FROM store s JOIN store t ON s.id = t.id" >subjects/mine/invariants/$name.sql
	done
	echo 'a.p=2' >subjects/mine/params
	{
		echo '{"kind":"begin","stream":"observations","subject":"mine","at":"2026-01-01T00:00:00Z"}'
		printf '{"kind":"store","id":"%s","load":%s}\n' x 1 2 5 3 2 4 null
		echo '{"kind":"end"}'
	} >in
	op-check <in >want
}

# fails_at N: true if that allocation was asked for
fails_at() {
	local status=0
	OP_FAIL_AT=$1 LD_PRELOAD=$PWD/fail.so op-check <in >out 2>err || status=$?
	if [ $status = 0 ]; then
		cmp -s out want || { echo "at $1: other verdicts"; exit 1; }
		return 1
	fi
	if [ $status != 75 ] || [ -s out ] || [ "$(grep -c '^op-check: ' err)" != 1 ] || [ "$(wc -l <err)" != 1 ]; then
		echo "at $1: status $status, stdout $(wc -c <out) bytes, stderr:"
		cat err
		exit 1
	fi
}

@test "the first 500 allocations, one after the other" {
	for n in $(seq 500); do fails_at "$n" || break; done
	[ "$n" -gt 100 ]
}

@test "and others further on" {
	RANDOM=7
	for ((n = 500; n < 100000; n += 1 + RANDOM % (n / 10))); do fails_at "$n" || break; done
	[ "$n" -lt 100000 ]
}
