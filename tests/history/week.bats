#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A week of a large cluster: little memory, and few requests at once.

load ../helper

teardown() { stop_all; }

@test "300 stores, a week at 5m: less than 64 MiB, and at most four connections" {
	cd "$TEST_DIR" || return
	op-scrape --list >list.json
	start python3 "$BATS_TEST_DIRNAME/server.py" --list list.json --stores 300 --peak peak >url
	wait_until 10 test -s url
	python3 - "$(cat url)" >measured <<'PY'
import resource
import subprocess
import sys

with subprocess.Popen(["grep", "-oE", '^."kind":"(begin|store)"'], stdin=subprocess.PIPE, stdout=open("kinds", "w")) as kinds:
    status = subprocess.call(["op-scrape", "--prometheus", sys.argv[1], "--pd", "none", "--from", "2026-01-12",
                              "--to", "2026-01-19", "--step", "5m", "--timeout", "10m"], stdout=kinds.stdin)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(status, used.ru_maxrss, f"{used.ru_utime + used.ru_stime:.2f}")
PY
	read -r status kib seconds <measured
	echo "status $status, $kib KiB, $seconds s of CPU, $(cat peak) requests and connections"
	[ "$status" = 0 ]
	[ -n "${OP_SANITIZED-}" ] || [ "$kib" -lt 65536 ]
	[ "$(cut -d' ' -f1 peak)" -le 4 ]
	[ "$(cut -d' ' -f2 peak)" -le 4 ]
	[ "$(grep -c begin kinds)" = 2016 ]
	[ "$(grep -c store kinds)" = 604800 ]
}
