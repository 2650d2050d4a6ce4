#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-loop: flags, schedule, stages, failures, and its log.
# takes 20 s
# shellcheck disable=SC2016 # $OP_CYCLE and its like are for the shell below op-loop

load helper

setup() {
	cd "$TEST_DIR" || return 1
}

teardown() {
	stop_all
	[ -z "${short-}" ] || rm -rf "$short"
}

now_ms() {
	local up
	read -r up _ </proc/uptime
	echo "${up/./}0"
}

# unskipped: drops lines about skipped ticks, which a busy machine causes
unskipped() {
	stderr=$(grep -v 'ticks\? skipped' <<<"$stderr") || true
	mapfile -t stderr_lines <<<"$stderr"
}

@test "-h describes every flag on stdout and exits 0" {
	run -0 --separate-stderr op-loop -h
	[ -z "$stderr" ]
	for flag in -i -t -k -n -1 --jitter --max-failures --lock --after --notify-fd --log-time -q -v; do
		[[ $output == *" $flag"[,\ ]* ]] || { echo "no $flag"; return 1; }
	done
	run -0 op-loop --help
	run -0 op-loop --version
	[[ $output =~ ^op-loop\ [0-9]+\.[0-9]+ ]]
}

@test "-h to a full disk is a failed write" {
	run -74 bash -c 'op-loop -h >/dev/full'
}

@test "a bad flag, duration or count: one line that names it, and 64" {
	while read -r named args; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr op-loop $args -- touch ran
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" = 1 ]
		[[ $stderr == "op-loop: $named"* ]] || { echo "$args: $stderr"; return 1; }
	done <<-'EOF'
		-i -i 0
		-i -i -5
		-i -i 0.0001
		-i -i 1x
		-i -i 5e3
		-i -i 400d
		-i -i 99999999999999999999
		-i --interval=
		-t -t 0
		-t -t never
		-k -k -1s
		-n -n 0
		-n -n -1
		-n -n 1.5
		-n -n 18446744073709551616
		--max-failures --max-failures 0
		--jitter --jitter x
		--notify-fd --notify-fd 2
		--notify-fd --notify-fd 999
		-z: -z
		-z: --interval=5 -zq
		--quiet=3: --quiet=3
		--lock: --lock=
		--every: --every
		-1 -1 -n 2
	EOF
	[ ! -e ran ]
}

@test "no command, or an empty stage, is 64" {
	run -64 op-loop
	[[ $output == 'op-loop: no command'* ]]
	run -64 op-loop -i 1 --
	[[ $output == 'op-loop: no command'* ]]
	run -64 op-loop -1 -- true '|'
	[[ $output == "op-loop: stage 2 of 2 is empty"* ]]
	run -64 op-loop -1 -- '|' true
	run -64 op-loop -1 -- true '|' '|' true
}

@test "an interval is 500ms, 0.5, 30, 30s, 5m or 1h" {
	for interval in 1ms 500ms 0.5 30 30s 5m 1h 366d; do
		run -0 op-loop -t 60 -i "$interval" -n 1 -- echo ran
		[ "$output" = ran ]
	done
}

@test "-n counts cycles, does not wait after the last one, and exits 0" {
	began=$(now_ms)
	run -0 --separate-stderr op-loop -i 600 -n 1 -- sh -c 'echo $OP_CYCLE; exit 7'
	[ "$output" = 1 ]
	run -0 --separate-stderr op-loop -t 60 -i 0.3 -n 3 -- sh -c 'echo $OP_CYCLE'
	[ "$output" = $'1\n2\n3' ]
	unskipped
	[ -z "$stderr" ]
	took=$(($(now_ms) - began))
	((took >= 600 && took < 500000))
}

@test "-1 runs one cycle and has its status" {
	run -0 op-loop -1 -- true
	run -7 op-loop -1 -- sh -c 'exit 7'
	run -69 op-loop -1 -- sh -c 'exit 69'
	run -143 op-loop -1 -- sh -c 'kill -TERM $$'
	run -127 op-loop -1 -- "$TEST_DIR/nothing"
}

@test "a command does not need --, and keeps its own flags" {
	run -0 op-loop -n 1 echo -n -i
	[ "$output" = "-i" ]
}

# on_the_grid: 600 ticks of 3 ms and the skipped ones took their time, and less than a quarter more
on_the_grid() {
	began=$(now_ms)
	run --separate-stderr op-loop -i 3ms -n 600 -t 60 -- true
	took=$(($(now_ms) - began))
	skipped=$(grep -oE '^op-loop: [0-9]+ ticks?' <<<"$stderr" | awk '{n += $2} END {print n + 0}')
	due=$(((599 + skipped) * 3))
	echo "took $took ms, due $due ms, $skipped skipped"
	((status == 0 && took >= due - 20 && took < due + due / 4))
}

@test "ticks do not drift, and skipped ones are counted" {
	# a machine that stalls delays the last tick; one that drifts does so each time
	on_the_grid || on_the_grid || on_the_grid || on_the_grid
}

@test "a long cycle skips ticks: this is reported once, and no burst follows" {
	run -0 --separate-stderr op-loop -t 60 -i 200ms -n 3 -- \
		sh -c 'date +%s%3N; [ "$OP_CYCLE" != 1 ] || sleep 1.1'
	[ "$(grep -c 'cycle 1 took' <<<"$stderr")" = 1 ]
	[[ ${stderr_lines[0]} =~ ^op-loop:\ ([0-9]+)\ ticks\ skipped:\ cycle\ 1\ took\ [0-9]+ms$ ]]
	((BASH_REMATCH[1] >= 5))
	# the second waited for the grid, the third for the next tick
	((lines[1] - lines[0] >= 1100 && lines[2] - lines[0] >= 1250))
}

@test "the wall clock is never read, so setting it changes nothing" {
	[[ $B != *address* ]] || skip 'the sanitizer asks'
	cat >clock.c <<-'EOF'
		#define _GNU_SOURCE
		#include <stdlib.h>
		#include <sys/syscall.h>
		#include <sys/time.h>
		#include <time.h>
		#include <unistd.h>
		int clock_gettime(clockid_t clock, struct timespec *now)
		{
			if (clock != CLOCK_MONOTONIC)
				abort();
			return (int)syscall(SYS_clock_gettime, clock, now);
		}
		time_t time(time_t *now) { (void)now; abort(); }
		int gettimeofday(struct timeval *restrict now, void *restrict zone) { (void)now; (void)zone; abort(); }
	EOF
	cc -shared -fPIC -O1 -o clock.so clock.c
	LD_PRELOAD=$PWD/clock.so run -0 op-loop -t 60 -q -i 0.05 -n 5 --after 'exit 0' -- env -u LD_PRELOAD echo ran
	[ "${#lines[@]}" = 5 ]
}

@test "cycles never overlap" {
	run -0 op-loop -t 60 -q -i 10ms -n 5 -- sh -c 'mkdir busy || exit 9; sleep 0.05; rmdir busy'
	[ -z "$output" ]
}

# distance FLAG...: the time from the first cycle to the second, as op-loop reports it
distance() {
	run -0 op-loop -t 60 -n 1 -v "$@" -- true
	[[ $output =~ running\ every\ ([0-9a-z]+),\ starting\ now(\;\ the\ second\ cycle\ in\ ([0-9a-z]+))? ]]
	distance=${BASH_REMATCH[3]:-${BASH_REMATCH[1]}}
}

@test "the first cycle comes at once, all later ones after a random part of the jitter" {
	for _ in 1 2 3 4 5 6 7 8; do
		distance -i 1 --jitter 1h
		echo "$distance" >>distances
	done
	[ "$(sort -u distances | wc -l)" -gt 4 ]
	run -0 op-loop -t 60 -i 0.1 -n 2 --jitter 50ms -- echo ran
	[ "$output" = $'ran\nran' ]
}

@test "the jitter is a tenth of an interval of 5 s or more, else none" {
	for _ in 1 2 3 4; do
		distance -i 30
		[[ $distance =~ ^3[0-2]s$ ]]
		distance -i 30 --jitter auto
		[[ $distance =~ ^3[0-2]s$ ]]
		distance -i 1000s
		echo "$distance" >>distances
		distance -i 4.9
		[ "$distance" = 4900ms ]
		[[ ${lines[0]} == *'starting now' ]]
		distance -i 30 --jitter 0
		[ "$distance" = 30s ]
	done
	[ "$(sort -u distances | wc -l)" -gt 1 ]
}

@test "--log-time puts the time before each line of the log" {
	time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z'
	run -3 op-loop -1 -v --log-time -- sh -c 'exit 3'
	[ "${#lines[@]}" -ge 2 ]
	for line in "${lines[@]}"; do
		[[ $line =~ ^$time\ op-loop:\ [^\ ] ]]
	done
}

@test "a lone | separates stages; stdin is empty, stdout and stderr are inherited" {
	run -0 --separate-stderr op-loop -1 -- sh -c 'cat; echo a; echo b; echo e >&2' '|' sort -r '|' tr ab xy
	[ "$output" = $'y\nx' ]
	[ "$stderr" = e ]
	run -0 op-loop -1 -- sh -c 'seq 100000' '|' cat '|' cat '|' wc -l
	[ "$output" -eq 100000 ]
}

@test "every stage that fails is named, with its status or signal" {
	run -0 --separate-stderr op-loop -t 60 -i 0.05 -n 1 -- \
		sh -c 'exit 3' '|' sh -c 'kill -KILL $$' '|' true '|' sh -c 'exit 5'
	[[ $stderr =~ ^op-loop:\ cycle\ 1\ failed:\ stage\ 1\ sh\ exited\ 3\ after\ [0-9]+ms,\ stage\ 2\ sh\ killed\ by\ SIGKILL\ after\ [0-9]+ms,\ stage\ 4\ sh\ exited\ 5\ after\ [0-9]+ms$ ]]
	run -5 op-loop -q -1 -- sh -c 'exit 3' '|' sh -c 'exit 5' '|' true
}

@test "69 is reported but is not a failed cycle" {
	run -0 --separate-stderr op-loop -t 60 -i 0.05 -n 3 --max-failures 1 -- sh -c 'exit 69' '|' cat
	unskipped
	[ "${#stderr_lines[@]}" = 3 ]
	[[ $stderr =~ cycle\ 3:\ stage\ 1\ sh\ exited\ 69 ]]
	[[ $stderr != *failed* ]]
	run -65 op-loop -1 -- sh -c 'exit 65' '|' sh -c 'exit 69'
}

@test "a first cycle that cannot be executed or is misused ends the loop with that status" {
	touch unexecutable
	run -127 --separate-stderr op-loop -t 60 -i 0.05 -- no-such-program
	[ "$stderr" = 'op-loop: cycle 1 failed: no-such-program cannot be executed: No such file or directory' ]
	run -126 op-loop -t 60 -i 0.05 -- ./unexecutable
	[[ $output == *'./unexecutable cannot be executed: Permission denied' ]]
	run -126 op-loop -t 60 -i 0.05 -- "$TEST_DIR"
	for status in 64 78 126 127; do
		run "-$status" op-loop -t 60 -i 0.05 -n 5 -- sh -c "exit $status"
	done
	run -127 op-loop -t 60 -i 0.05 -- sh -c 'no-such-program | cat; exit 127'
}

@test "a stage further left ends the loop in the same way" {
	run -127 op-loop -t 60 -i 0.05 -n 5 -- no-such-program '|' sh -c 'cat; exit 65'
	[[ $output == *'stage 1 no-such-program cannot be executed: No such file'*'stage 2 sh exited 65'* ]]
	run -64 op-loop -t 60 -i 0.05 -n 5 -- sh -c 'exit 64' '|' sh -c 'exit 65' '|' true
	# with -1 op-loop exits with the cycle's status
	run -65 op-loop -1 -- sh -c 'exit 64' '|' sh -c 'exit 65'
}

@test "any other failure costs one cycle, even a program that disappears later" {
	for status in 1 65 69 70 75 77 137; do
		run -0 op-loop -t 60 -q -i 0.02 -n 2 -- sh -c "exit $status"
	done
	printf '#!/bin/sh\necho ran\nrm -f once\n' >once
	chmod 755 once
	run -0 --separate-stderr op-loop -t 60 -i 0.05 -n 3 -- ./once
	[ "$output" = ran ]
	unskipped
	[ "$stderr" = "op-loop: cycle 2 failed: ./once cannot be executed: No such file or directory
op-loop: cycle 3 failed: ./once cannot be executed: No such file or directory" ]
	run -0 op-loop -t 60 -i 0.02 -n 3 -- sh -c '[ $OP_CYCLE = 1 ] || exit 64'
}

@test "a cycle that cannot fork or make a pipe costs one cycle" {
	# there are no descriptors left for a pipe between the stages
	bash -c 'ulimit -S -n 6; exec op-loop -t 60 -i 0.1 -- sh -c "echo x" "|" cat' 3>&- 4>&- >out 2>err &
	STARTED=$!
	echo "$STARTED" >>started
	wait_until 10 grep -q 'cycle 2 failed: sh: pipe: Too many open files' err
	[ ! -s out ]
	prlimit --pid "$STARTED" --nofile=64:64
	wait_until 10 grep -q x out
}

@test "a failed fork costs one cycle, for the first stage or a later one" {
	short=$(mktemp -d /tmp/op.XXXXXX)
	cp "$B/op-loop" "$short"
	chmod -R a+rX "$short"
	as=(setpriv "--reuid=$((60000 + RANDOM % 5000))" --regid=65534 --clear-groups)
	[ "$(id -u)" = 0 ] || as=()
	"${as[@]}" "$short/op-loop" --help >/dev/null || skip 'another user cannot execute it'
	export ASAN_OPTIONS=detect_leaks=0 # it would fork too
	run -0 --separate-stderr "${as[@]}" prlimit --nproc=1 "$short/op-loop" -t 60 -i 0.05 -n 2 -- sleep 60 '|' cat
	unskipped
	[ "$stderr" = 'op-loop: cycle 1 failed: sleep: fork: Resource temporarily unavailable
op-loop: cycle 2 failed: sleep: fork: Resource temporarily unavailable' ]
	if [ "$(id -u)" = 0 ]; then # the first stage, started already, is ended
		run -0 --separate-stderr "${as[@]}" prlimit --nproc=2 "$short/op-loop" -t 60 -i 0.05 -n 2 -- sleep 60 '|' cat
		unskipped
		[ "$stderr" = 'op-loop: cycle 1 failed: cat: fork: Resource temporarily unavailable
op-loop: cycle 2 failed: cat: fork: Resource temporarily unavailable' ]
	fi
	rm -rf "$short"
}

@test "--max-failures gives up with the last status" {
	run -3 --separate-stderr op-loop -t 60 -i 0.02 --max-failures 3 -- sh -c 'exit $OP_CYCLE'
	unskipped
	[ "${stderr_lines[3]}" = 'op-loop: giving up: 3 failed cycles in a row' ]
	# a good cycle resets the count
	run -0 op-loop -t 60 -q -i 0.02 -n 6 --max-failures 2 -- sh -c 'exit $((OP_CYCLE % 2))'
}

@test "-t ends a hung cycle with TERM and the loop goes on" {
	hung() {
		run --separate-stderr op-loop -i 0.1 -t "$1" -n 2 -- sh -c '[ "$OP_CYCLE" = 2 ] || exec sleep 600; echo ran'
		[ "$status" = 0 ] && [ "$output" = ran ]
	}
	ample hung
	[[ ${stderr_lines[0]} =~ ^op-loop:\ cycle\ 1\ is\ still\ running\ after\ [0-9]+ms:\ sending\ SIGTERM$ ]]
	[[ ${stderr_lines[1]} =~ ^op-loop:\ cycle\ 1\ failed:\ sh\ killed\ by\ SIGTERM ]]
	[[ ${stderr_lines[2]} == 'op-loop: '*' ticks skipped: cycle 1 took '* ]]
	run -143 op-loop -t 0.1 -1 -- sleep 600
	# exit 0 after SIGTERM is not a success
	asked() {
		run op-loop -t "$1" -1 -- sh -c 'trap "exit 0" TERM; sleep 600 & wait'
		[ "$status" = 124 ]
	}
	ample asked
}

@test "-k sends KILL to processes that ignore TERM" {
	heedless() { # GRACE LIMIT
		run --separate-stderr op-loop -t "$2" -k "$1" -1 -- sh -c 'trap "" TERM; sleep 600; sleep 600'
		[ "$status" = 137 ]
	}
	ample heedless 0.2
	[[ $stderr == *'cycle 1 does not end: sending SIGKILL'* ]]
	ample heedless 0
}

@test "-t is 10 intervals" {
	began=$(now_ms)
	run -143 op-loop -i 0.05 -1 -- sleep 600
	took=$(($(now_ms) - began))
	((took >= 500 && took < 300000))
}

@test "--after runs with the cycle's number, status and time" {
	run -0 --separate-stderr op-loop -t 60 -q -i 0.05 -n 2 --after 'echo "$OP_CYCLE $OP_STATUS $OP_MS"' -- \
		sh -c '[ -z "$OP_STATUS$OP_MS" ] && sleep 0.1 && exit $((OP_CYCLE + 2))'
	[[ ${lines[0]} =~ ^1\ 3\ ([0-9]+)$ ]]
	((BASH_REMATCH[1] >= 100))
	[[ ${lines[1]} =~ ^2\ 4\ [0-9]+$ ]]
}

@test "--after fails by itself, and is ended like a cycle" {
	run -0 --separate-stderr op-loop -1 --after 'exit 5' -- true
	[[ $stderr =~ ^op-loop:\ --after\ of\ cycle\ 1\ failed:\ sh\ exited\ 5\ after\ [0-9]+ms$ ]]
	ended() {
		run op-loop -q -t "$1" -1 --after 'sleep 600' -- sh -c 'exit 3'
		[ "$status" = 3 ]
	}
	ample ended
}

@test "-q reports only failures, -v every stage of every cycle" {
	run -0 --separate-stderr op-loop -t 60 -q -i 0.05 -n 1 -- sh -c 'exit 69'
	[ -z "$stderr" ]
	run -0 --separate-stderr op-loop -t 60 -q -i 0.05 -n 1 -- sh -c 'exit 1'
	[[ $stderr == 'op-loop: cycle 1 failed: sh exited 1 after '* ]]
	run -0 --separate-stderr op-loop -t 60 -v -i 0.05 -n 2 -- true '|' sh -c 'exit 69' '|' cat
	unskipped
	[[ ${stderr_lines[2]} =~ ^op-loop:\ cycle\ 2:\ stage\ 1\ true\ exited\ 0\ after\ [0-9]+ms,\ stage\ 2\ sh\ exited\ 69\ after\ [0-9]+ms,\ stage\ 3\ cat\ exited\ 0\ after\ [0-9]+ms$ ]]
}

@test "names from outside reach the terminal escaped, in one line" {
	run -127 --separate-stderr op-loop -1 -- $'no\e[31m\nsuch'
	[ "$stderr" = 'op-loop: cycle 1 failed: no\x1b[31m\nsuch cannot be executed: No such file or directory' ]
	run -126 --separate-stderr op-loop -1 -- "$(printf 'x%.0s' {1..3000})"
	[ "${#stderr}" -lt 300 ]
}

@test "lines for the journal begin with their priority" {
	journal() { JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2) "$@"; }
	journal op-loop -1 -- sh -c 'exit 69' 2>said || [ $? = 69 ]
	[[ $(<said) == '<4>op-loop: cycle 1: sh exited 69 after '* ]]
	journal op-loop -1 -- false 2>said || [ $? = 1 ]
	[[ $(<said) == '<3>op-loop: cycle 1 failed: false exited 1 after '* ]]
	JOURNAL_STREAM=1:2 op-loop -1 -- false 2>said || [ $? = 1 ]
	[[ $(<said) == 'op-loop: cycle 1 failed: '* ]]
}

@test "a log that is not read, or closed, does not stop the loop" {
	mkfifo stuck
	# a reader that never reads; the pipe is full from the start
	exec 9<>stuck
	dd if=/dev/zero of=stuck bs=4096 count=64 oflag=nonblock 2>/dev/null || true
	start op-loop -t 60 -i 0.05 -n 2 -- sh -c 'exit 1' 9>&- 2>stuck
	finish 20
	exec 9>&-
	[ "$status" = 0 ]
	op-loop -t 60 -i 0.05 -n 2 -- sh -c 'echo x >>ran; exit 1' 2> >(exec true)
	[ "$(wc -l <ran)" = 2 ]
}

@test "the loop allocates nothing" {
	[[ $B != *address* ]] || skip 'the sanitizer allocates'
	cat >count.c <<-'EOF'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <stddef.h>
		#include <stdio.h>
		#include <unistd.h>
		static unsigned long count;
		void *malloc(size_t n) { count++; return ((void *(*)(size_t))dlsym(RTLD_NEXT, "malloc"))(n); }
		void *realloc(void *p, size_t n) { count++; return ((void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc"))(p, n); }
		__attribute__((destructor)) static void tell(void) { dprintf(9, "%lu\n", count); }
	EOF
	cc -shared -fPIC -O1 -o count.so count.c -ldl
	for n in 1 40; do
		LD_PRELOAD=$PWD/count.so op-loop -t 60 -i 0.01 -n "$n" -v --after 'exit 3' -- \
			env -u LD_PRELOAD sh -c 'exit $OP_CYCLE' '|' cat 9>"allocated.$n" 2>said
	done
	[ "$(<allocated.1)" -gt 0 ]
	cmp allocated.1 allocated.40
}
