#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-loop under signals, and what happens to its processes.
# takes 20 s
# shellcheck disable=SC2016 # $OP_CYCLE and its like are for the shell below op-loop

load helper

setup() {
	cd "$TEST_DIR" || return 1
}

teardown() {
	[ ! -e tty.pid ] || kill -KILL "$(<tty.pid)" 2>/dev/null || true
	[ ! -e orphans ] || xargs -r kill -KILL <orphans 2>/dev/null || true
	stop_all
	[ -z "${short-}" ] || rm -rf "$short"
}

# loop ARG...: op-loop in the background, its log in ./said
loop() {
	start op-loop "$@" 2>said
}

# told: all processes whose pids are in ./pids have ended
all_gone() {
	local pid
	while read -r pid; do
		gone "$pid" || return 1
	done <pids
}

# Commands that note the pids of what they start, for the loop to end:
# a process in the group, one with a session of its own, one that ignores TERM.
cat_commands() {
	cat >family <<-'EOF'
		#!/bin/sh
		echo $$ >>pids
		sleep 300 & echo $! >>pids
		setsid sh -c 'echo $$ >>pids; sleep 300 & echo $! >>pids; wait' &
		(setsid sh -c 'trap "" TERM; echo $$ >>pids; sleep 300; sleep 300' & exit) &
		while [ "$(wc -l <pids)" -lt 5 ]; do sleep 0.02; done
		cp pids orphans
		echo ready >ready
	EOF
	chmod 755 family
}

@test "TERM and INT end an idle loop at once, with two lines and 0" {
	for signal in TERM INT; do
		loop -i 60 -- sh -c 'echo x >>ran'
		wait_until 10 has_lines ran 1
		kill "-$signal" "$STARTED"
		finish 5
		[ "$status" = 0 ]
		[ "$(<said)" = "Received SIG$signal, shutting down...
Monitor loop stopped" ]
		rm ran
	done
}

@test "a running cycle may finish within the grace" {
	loop -i 60 -k 30 --after 'echo "after $OP_STATUS"' -- sh -c 'echo >began; until [ -e go ]; do sleep 0.02; done; echo done' >out
	wait_until 10 test -e began
	kill -TERM "$STARTED"
	wait_until 10 grep -q Received said
	running "$STARTED"
	touch go
	finish 10
	[ "$status" = 0 ]
	[ "$(<out)" = $'done\nafter 0' ]
	[ "$(<said)" = "Received SIGTERM, shutting down...
Monitor loop stopped" ]
}

# told_to_end GRACE: a cycle that handles TERM but does not end; did it have time to handle it?
told_to_end() {
	rm -f began term
	loop -i 60 -k "$1" -- sh -c 'trap "echo term >term" TERM; echo >began; sleep 300 & while :; do wait; done'
	wait_until 10 test -e began && kill -TERM "$STARTED" && finish 10 && [ -e term ]
}

@test "past the grace a running cycle gets TERM, then KILL" {
	ample told_to_end
	[ "$status" = 0 ]
	run -0 cat said
	[ "${lines[0]}" = 'Received SIGTERM, shutting down...' ]
	[[ ${lines[1]} == 'op-loop: cycle 1 is still running after '*'sending SIGTERM' ]]
	[ "${lines[2]}" = 'op-loop: cycle 1 does not end: sending SIGKILL' ]
	[[ ${lines[3]} == 'op-loop: cycle 1 was ended: sh killed by SIGKILL after '* ]]
	[ "${lines[4]}" = 'Monitor loop stopped' ]
}

@test "a second INT or TERM cuts the grace short" {
	for second in INT TERM; do
		rm -f began
		loop -i 60 -k 120 -- sh -c 'trap "" TERM; echo >began; sleep 300; sleep 300'
		wait_until 10 test -e began
		kill -TERM "$STARTED"
		wait_until 10 grep -q Received said
		kill "-$second" "$STARTED"
		finish 20
		[ "$status" = 0 ]
		[ "$(grep -c Received said)" = 1 ]
		[ "$(tail -1 said)" = 'Monitor loop stopped' ]
	done
}

@test "-1, when told to end, exits with its cycle's status" {
	loop -1 -k 0.1 -- sh -c 'echo >began; exec sleep 300'
	wait_until 10 test -e began
	kill -TERM "$STARTED"
	finish 10
	[ "$status" = 143 ]
}

@test "-1, when told to end before its cycle begins, exits 75" {
	# the signal is pending before op-loop is even executed
	run -75 python3 -c '
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
os.kill(os.getpid(), signal.SIGTERM)
os.execvp(sys.argv[1], sys.argv[1:])' op-loop -1 -- touch ran
	[[ $output == *'Monitor loop stopped' ]]
	[ ! -e ran ]
}

@test "HUP starts a cycle now, or another one after the current one" {
	start env --default-signal=HUP setsid op-loop -i 600 -- sh -c '[ ! -e hold ] || { echo >held; until [ -e go ]; do sleep 0.02; done; }; echo x >>ran' </dev/null 2>said
	wait_until 10 has_lines ran 1
	kill -HUP "$STARTED"
	wait_until 10 has_lines ran 2
	touch hold
	kill -HUP "$STARTED"
	wait_until 10 test -e held
	kill -HUP "$STARTED"
	rm hold
	touch go
	wait_until 10 has_lines ran 4
	kill -TERM "$STARTED"
	finish 5
	[ "$(wc -l <ran)" = 4 ]
	[[ $(<said) == Received* ]]
}

# terminal COMMAND...: runs it in a session with a terminal of its own
terminal() {
	python3 -c 'import os, pty, signal, sys
pid, fd = pty.fork()
if pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
open("tty.pid", "w").write(str(pid) + "\n")
try:
    while os.read(fd, 4096):
        pass
except OSError:
    pass
open("tty.status", "w").write(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])) + "\n")' "$@"
}

@test "HUP ends a loop that was started from a terminal" {
	start terminal sh -c 'exec op-loop -i 600 -- sh -c "echo x >>ran" 2>said'
	wait_until 10 has_lines ran 1
	wait_until 10 test -s tty.pid
	kill -HUP "$(<tty.pid)"
	wait_until 10 test -s tty.status
	[ "$(<tty.status)" = 0 ]
	[ "$(<said)" = "Received SIGHUP, shutting down...
Monitor loop stopped" ]
}

@test "nohup is heeded: HUP does not end such a loop, it only runs" {
	start terminal sh -c 'trap "" HUP; exec op-loop -i 600 -- sh -c "echo x >>ran" 2>said'
	wait_until 10 has_lines ran 1
	wait_until 10 test -s tty.pid
	kill -HUP "$(<tty.pid)"
	wait_until 10 has_lines ran 2
	kill -TERM "$(<tty.pid)"
	wait_until 10 test -s tty.status
}

@test "USR1 prints a line of status, idle and in a cycle, also with -q" {
	start env --default-signal=HUP setsid op-loop -q -i 600 --jitter 0 -- sh -c 'echo x >>ran; [ ! -e hold ] || until [ -e go ]; do sleep 0.02; done; exit 3' 2>said
	wait_until 10 grep -q 'cycle 1 failed' said
	kill -USR1 "$STARTED"
	wait_until 10 grep -qE '^op-loop: 1 cycles, 0 skipped, 1 failures, last [0-9]+ms with status 3, next in 9m[0-9]+s$' said
	touch hold
	kill -HUP "$STARTED"
	wait_until 10 has_lines ran 2
	kill -USR1 "$STARTED"
	wait_until 10 grep -qE '^op-loop: 2 cycles, .* one running for [0-9]+ms$' said
	touch go
}

@test "a storm of signals neither starts a second cycle nor loses one" {
	loop -t 60 -q -i 0.05 -- sh -c 'mkdir busy || echo twice >>bad; sleep 0.01; rmdir busy; echo x >>ran'
	wait_until 10 has_lines ran 1
	for ((i = 0; i < 300; i++)); do
		kill -USR1 "$STARTED"
		kill -CHLD "$STARTED"
		kill -CONT "$STARTED"
	done
	wait_until 20 has_lines ran 10
	kill -TERM "$STARTED"
	finish 10
	[ "$status" = 0 ]
	[ ! -e bad ]
}

# no_cycle: all children of the last started process have ended, reaped or not
no_cycle() {
	local pid
	tr ' ' '\n' <"/proc/$STARTED/task/$STARTED/children" | while read -r pid; do
		gone "$pid" || return 1
	done
}

@test "after STOP and CONT one cycle runs, and the ticks that passed are counted" {
	loop -t 60 -i 100ms -- sh -c 'date +%s%3N >>ran'
	wait_until 10 has_lines ran 2
	kill -STOP "$STARTED"
	wait_until 10 grep -q 'State:.T' "/proc/$STARTED/status"
	wait_until 10 no_cycle # a running cycle would end later
	sleep 1.2 # time has to pass
	before=$(wc -l <ran)
	continued=$(date +%s%3N)
	kill -CONT "$STARTED"
	wait_until 10 grep -qE '^op-loop: [0-9]+ ticks skipped: ' said
	wait_until 10 has_lines ran $((before + 4))
	kill -TERM "$STARTED"
	finish 10
	[ "$(grep -c 'ticks skipped' said)" -ge 1 ]
	skipped=$(sed -nE 's/^op-loop: ([0-9]+) ticks skipped: .*/\1/p' said | sort -n | tail -1)
	((skipped >= 9))
	# four cycles take at least two whole intervals; a burst would take none
	fourth=$(sed -n "$((before + 4))p" ran)
	((fourth - continued >= 200))
}

@test "children start with default signals, an empty mask and three descriptors" {
	# whatever op-loop inherits: ignored and blocked signals, more descriptors
	cat >hostile <<-'EOF'
		import os, signal, sys
		for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1, signal.SIGXFSZ):
		    signal.signal(number, signal.SIG_IGN)
		signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
		for fd in (5, 77, 900):
		    os.dup2(1, fd)
		os.execvp(sys.argv[1], sys.argv[1:])
	EOF
	echo input >input
	run -0 python3 hostile op-loop -1 --lock lock -- cat /proc/self/status <input
	# except 32 and 33, which belong to the C library: posix_spawn() leaves them ignored, and only it can set them
	[ "$(grep -cE '^Sig(Pnd|Blk|Ign|Cgt):.0000000[01][08]0000000$' <<<"$output")" = 4 ]
	run -0 python3 hostile op-loop -1 --lock lock -- ls /proc/self/fd <input
	[ "$output" = $'0\n1\n2\n3' ] # the third is the folder that ls reads
	run -0 python3 hostile op-loop -1 --lock lock -- readlink /proc/self/fd/0 <input
	[ "$output" = /dev/null ]
	# the first stage leads the group of all
	run -0 python3 hostile op-loop -1 -- cut '-d ' -f1,5 /proc/self/stat '|' cat - /proc/self/stat
	read -r leader group <<<"${lines[0]}"
	read -r _ _ _ _ other _ <<<"${lines[1]}"
	[ "$leader" = "$group" ]
	[ "$leader" = "$other" ]
}

@test "signals that were blocked or ignored at the start are handled all the same" {
	start python3 -c 'import os, signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
os.execvp("op-loop", ["op-loop", "-i", "600", "--", "sh", "-c", "echo x >>ran"])' 2>said
	wait_until 10 has_lines ran 1
	kill -INT "$STARTED"
	finish 10
	[ "$status" = 0 ]
	grep -qx 'Monitor loop stopped' said
}

@test "a cycle that ran past its time leaves nothing behind, not even sessions of its own" {
	cat_commands
	echo 'sleep 300' >>family
	overrun() {
		[ -z "${STARTED-}" ] || stop "$STARTED"
		rm -f pids orphans ready
		loop -i 600 -t "$1" -k 0.5 -- ./family
		wait_until 20 grep -q 'cycle 1 failed' said && [ -e ready ]
	}
	ample overrun
	all_gone
	[ "$(wc -l <pids)" = 5 ]
}

@test "a shutdown leaves nothing behind, not even sessions of its own" {
	cat_commands
	echo 'sleep 300' >>family
	loop -i 600 -k 0.5 -- ./family '|' sh -c 'echo $$ >>pids; sleep 300 & echo $! >>pids; wait'
	wait_until 10 test -e ready
	kill -TERM "$STARTED"
	finish 20
	[ "$status" = 0 ]
	all_gone
	[ "$(wc -l <pids)" = 7 ]
}

@test "processes that left the group get SIGTERM once before they are killed" {
	left_group() {
		[ -z "${STARTED-}" ] || stop "$STARTED"
		rm -f asked ready
		loop -i 600 -t "$1" -k 60 -- sh -c 'setsid sh -c "trap \"echo asked >>asked; sleep 0.3; exit\" TERM; echo >ready; while :; do sleep 0.05; done" & wait'
		wait_until 10 grep -q 'cycle 1 failed' said && [ -e ready ]
	}
	ample left_group
	[ "$(<asked)" = asked ]
}

@test "processes that a cycle leaves running are ended after the grace" {
	cat_commands
	run -0 --separate-stderr op-loop -k 0.3 -1 -- ./family
	[ "${stderr_lines[0]}" = 'op-loop: cycle 1 left processes behind: sending SIGTERM' ]
	[ "${stderr_lines[1]}" = 'op-loop: cycle 1 does not end: sending SIGKILL' ]
	all_gone
	run -0 --separate-stderr op-loop -1 -- sh -c '(sleep 0.2; echo late) & echo early'
	[ "$output" = $'early\nlate' ]
	[ -z "$stderr" ]
}

@test "children that it had at the start are not ended" {
	sh -c 'sleep 300 & echo $! >orphans; exec op-loop -t 60 -k 0.1 -i 0.05 -n 2 -- sh -c "sleep 300 & echo \$! >>pids"' 3>&- 4>&- 2>said
	all_gone
	running "$(<orphans)"
}

@test "processes that survive SIGKILL are reported, and left alone once their cycle has ended" {
	[ "$(id -u)" = 0 ] || skip 'only root can make such a process'
	short=$(mktemp -d /tmp/op.XXXXXX)
	cp "$B/op-loop" "$(command -v setpriv)" "$short"
	chmod 755 "$short" "$short/op-loop"
	chmod 4755 "$short/setpriv"
	cat >cycle <<-EOF
		"$short/setpriv" --reuid=0 sh -c 'echo \$\$; exec sleep 300 >/dev/null 2>&1' &
		while [ \$(ps -o euid= -p \$!) != 0 ]; do sleep 0.02; done
	EOF
	run --separate-stderr setpriv --reuid=60321 --regid=65534 --clear-groups \
		"$short/op-loop" -t 60 -k 0.2 -1 -- sh -c "$(<cycle)"
	rm -rf "$short"
	kill -KILL "$output" || skip 'set-user-ID programs are not honoured here'
	[ "$status" = 0 ]
	[ "$stderr" = 'op-loop: cycle 1 left processes behind: sending SIGTERM
op-loop: cycle 1 does not end: sending SIGKILL
op-loop: cycle 1: a process survives SIGKILL, it is left alone' ]
}

@test "stopped processes are ended too" {
	loop -i 600 -t 0.5 -k 30 -- sh -c 'kill -STOP $$'
	wait_until 10 grep -q 'sh killed by SIGTERM' said
}

@test "if op-loop is killed, its stages get SIGTERM" {
	loop -i 600 --lock lock -- sh -c 'echo $$ >>pids; exec sleep 300' '|' sh -c 'echo $$ >>pids; exec sleep 300'
	wait_until 10 has_lines pids 2
	kill -KILL "$STARTED"
	finish 5
	wait_until 10 all_gone
	run -0 op-loop -1 --lock lock -- echo free
	[ "$output" = free ]
}

@test "no zombies are left, whoever's children they were" {
	# it started before us, and ends between two cycles
	start sh -c '(until [ -e go ]; do sleep 0.05; done) & exec op-loop -i 600 -- sh -c "echo x >>ran"'
	wait_until 10 has_lines ran 1
	[ -n "$(cat "/proc/$STARTED/task/$STARTED/children")" ]
	touch go
	no_child() { [ -z "$(cat "/proc/$STARTED/task/$STARTED/children")" ]; }
	wait_until 10 no_child
}

@test "it does not wake up between ticks" {
	loop -i 600 -- sh -c 'echo x >>ran'
	wait_until 10 has_lines ran 1
	# in this order: without children it sleeps until the next tick, before that until its cycle ends
	asleep() { [ -z "$(cat "/proc/$STARTED/task/$STARTED/children")" ] && grep -q 'State:.S' "/proc/$STARTED/status"; }
	wait_until 10 asleep
	switches() { grep ctxt_switches "/proc/$STARTED/status"; }
	before=$(switches)
	sleep 1 # time has to pass
	[ "$(switches)" = "$before" ]
}
