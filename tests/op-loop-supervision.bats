#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-loop as one instance, as process 1, and under systemd, s6, runit and cron.
# shellcheck disable=SC2016 # $OP_CYCLE and its like are for the shell below op-loop

load helper

setup() {
	TOP=$BATS_TEST_DIRNAME/..
	cd "$TEST_DIR" || return 1
	short=$(mktemp -d /tmp/op.XXXXXX) # a socket's path has 107 bytes
}

teardown() {
	[ ! -e orphans ] || xargs -r kill -KILL <orphans 2>/dev/null || true
	stop_all
	rm -rf "$short"
}

# listen ADDRESS: what is sent to NOTIFY_SOCKET, a line a message, in ./sent
listen() {
	start python3 -u -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\0", 1))
open("bound", "w").close()
while True:
    print(s.recv(4096).decode().replace("\n", " "))' "$1" >sent
	wait_until 10 test -e bound
	export NOTIFY_SOCKET=$1
}

# stubs: replace the programs of the pipeline, and print their arguments
stubs() {
	mkdir stub
	printf '#!/bin/sh\necho "scrape $* $PD_ENDPOINT"\n' >stub/op-scrape
	printf '#!/bin/sh\necho "check $*"; cat\n' >stub/op-check
	printf '#!/bin/sh\necho "ticket $*"; cat\n' >stub/op-ticket
	chmod 755 stub/*
	printf 'PD_ENDPOINT=http://pd:2379\nOP_INTERVAL=0.1\n' >op.env
	export PATH="$PWD/stub:$PATH" OP_ENV="$PWD/op.env"
}

@test "one instance: a second one exits 75 and names the holder" {
	echo mine >lock
	start op-loop -i 600 --lock lock -- sh -c 'echo x >>ran'
	wait_until 10 has_lines ran 1
	run -75 --separate-stderr op-loop -i 600 --lock lock -- touch second
	[ "$stderr" = "op-loop: lock: held by process $STARTED" ]
	[ ! -e second ]
	[ "$(<lock)" = mine ]
	kill -TERM "$STARTED"
	finish 5
	run -0 op-loop -1 --lock lock -- true
}

@test "SIGKILL leaves no lock behind, even if processes of the cycle survive" {
	start op-loop -i 600 --lock lock -- sh -c 'setsid sh -c "echo \$\$ >orphans; exec sleep 300" & exec sleep 300'
	wait_until 10 test -s orphans
	kill -KILL "$STARTED"
	finish 5
	running "$(<orphans)"
	run -0 op-loop -1 --lock lock -- true
}

@test "without its lock it prints one line and runs no cycle" {
	mkfifo fifo
	run -64 --separate-stderr op-loop -1 --lock fifo -- touch ran
	[ "$stderr" = 'op-loop: fifo: not a regular file' ]
	run -64 op-loop -1 --lock . -- touch ran || run -74 op-loop -1 --lock . -- touch ran
	run -74 --separate-stderr op-loop -1 --lock no/such/folder -- touch ran
	[ "$stderr" = 'op-loop: no/such/folder: No such file or directory' ]
	[ ! -e ran ]
}

@test "systemd gets READY after the first cycle, STATUS and WATCHDOG after each, STOPPING at the end" {
	listen "$short/notify"
	start op-loop -t 60 -i 0.1 -- sh -c '[ -z "$NOTIFY_SOCKET$WATCHDOG_USEC" ] || exit 9; [ "$OP_CYCLE" != 1 ] || until [ -e go ]; do sleep 0.02; done' 2>said
	wait_until 10 has_lines sent 1
	grep -q EXTEND_TIMEOUT_USEC= sent
	run -1 grep READY sent
	touch go
	wait_until 10 grep -qE 'STATUS=3 cycles, [0-9]+ skipped, 0 failures, last [0-9]+ms with status 0 WATCHDOG=1' sent
	kill -TERM "$STARTED"
	finish 10
	[ "$(grep -c READY=1 sent)" = 1 ]
	[ "$(sed -n 2p sent)" = READY=1 ]
	wait_until 5 grep -q 'STOPPING=1' sent
	[ "$(grep -c WATCHDOG=1 sent)" -ge 3 ]
}

@test "the socket may have an abstract name; a missing one does no harm" {
	listen "@op-test-$$-$RANDOM"
	op-loop -t 60 -i 0.1 -n 1 -- true
	wait_until 5 grep -q READY=1 sent
	for NOTIFY_SOCKET in "$short/none" relative @ "/$(printf 'x%.0s' {1..200})"; do
		run -0 --separate-stderr op-loop -t 60 -i 0.1 -n 1 -- true
		[ -z "$stderr" ]
	done
}

@test "a hung cycle does not feed the watchdog, a failed one does" {
	listen "$short/notify"
	one_hangs() {
		: >sent
		run op-loop -q -i 0.1 -t "$1" -n 3 -- sh -c 'case $OP_CYCLE in 1) exit 5;; 2) exec sleep 600;; esac'
		[ "$status" = 0 ] || return 1
		wait_until 5 grep -q 'STATUS=3 cycles' sent &&
			grep -q 'STATUS=1 cycles.*status 5 WATCHDOG=1' sent &&
			grep -q 'STATUS=2 cycles.*status 143$' sent &&
			grep -q 'STATUS=3 cycles.*WATCHDOG=1' sent
	}
	ample one_hangs
}

@test "a loop that cannot begin is never READY" {
	listen "$short/notify"
	run -127 op-loop -t 60 -i 0.1 -- no-such-program
	run -64 op-loop -t 60 -i 0.1 -- sh -c 'exit 64'
	op-loop -t 60 -i 0.1 -n 1 -- true
	wait_until 5 grep -q READY sent
	[ "$(grep -c READY sent)" = 1 ]
}

@test "a watchdog shorter than the interval is reported" {
	listen "$short/notify"
	export WATCHDOG_USEC=5000000
	run -0 --separate-stderr op-loop -i 10 -n 1 -- true
	[[ $stderr == 'op-loop: the watchdog expects a sign of life every 5s, but cycles start every 10s' ]]
	WATCHDOG_PID=1 run -0 --separate-stderr op-loop -i 10 -n 1 -- true
	[ -z "$stderr" ]
}

@test "s6 gets a newline on its descriptor, which is then closed" {
	mkfifo ready
	start sh -c 'exec op-loop -i 600 --notify-fd 7 -- sh -c "until [ -e go ]; do sleep 0.02; done; [ ! -e /proc/self/fd/7 ] && echo x >>ran" 7>ready'
	(cat ready >got; echo >closed) &
	echo $! >>started
	[ ! -e closed ]
	touch go
	wait_until 10 test -e closed
	[ "$(od -An -c got | tr -d ' ')" = '\n' ]
	running "$STARTED"
	has_lines ran 1
}

@test "process 1 of a container: its children's orphans are reaped, TERM ends it" {
	unshare=(unshare --pid --fork --mount-proc --kill-child)
	[ "$(id -u)" = 0 ] || unshare=(unshare --user --map-root-user "${unshare[@]:1}")
	"${unshare[@]}" true || skip 'unshare is not allowed here'
	start "${unshare[@]}" op-loop -i 600 -k 5 -- sh -c 'echo $PPID >parent; (setsid sh -c "sleep 0.05" &); echo x >>ran' 2>said
	wait_until 10 has_lines ran 1
	[ "$(<parent)" = 1 ]
	inner=$(cat "/proc/$STARTED/task/$STARTED/children")
	no_child() { [ -z "$(cat "/proc/${inner% }/task/${inner% }/children")" ]; }
	wait_until 10 no_child
	if [ "$(id -u)" = 0 ]; then # somebody else's orphan, between two cycles
		nsenter -t "${inner% }" -p -m sh -c 'cd /; (setsid sh -c "sleep 0.1; exit 3" & echo $!)' >/dev/null
		wait_until 10 no_child
	fi
	kill -TERM "${inner% }"
	finish 10
	[ "$status" = 0 ]
	[ "$(tail -2 said)" = "Received SIGTERM, shutting down...
Monitor loop stopped" ]
}

@test "the systemd units are valid, with an exposure of 1.5 at most" {
	needs systemd-analyze systemd
	mkdir units bin
	ln -s "$B/op-loop" bin/op-loop
	for unit in "$TOP"/share/systemd/op*@.{service,timer}; do
		[ ! -e "$unit" ] || sed "s,/usr/local/bin,$PWD/bin," "$unit" >"units/$(basename "${unit/@/@prod}")"
	done
	run -0 --separate-stderr systemd-analyze verify --man=no units/*
	[ -z "$stderr" ]
	for unit in op@prod op-once@prod; do
		run -0 systemd-analyze security --offline=yes --threshold=15 "$PWD/units/$unit.service"
		[[ ${lines[-1]} =~ exposure\ level\ for\ .*:\ (0\.[0-9]|1\.[0-5])\  ]]
	done
	# both must be hardened alike
	sandbox() { sed -n '/^User=/,/^TasksMax=/p' "units/$1"; }
	[ "$(sandbox op@prod.service)" = "$(sandbox op-once@prod.service)" ]
	[ "$(sandbox op@prod.service | wc -l)" -gt 25 ]
}

@test "the command of the systemd unit runs" {
	stubs
	unit=$TOP/share/systemd/op@.service
	for key in EnvironmentFile StateDirectory LoadCredential WatchdogSec; do
		grep -q "^$key=" "$unit"
	done
	command=$(sed -n '/^ExecStart=/{s///;:a;/\\$/{s/\\$//;N;ba};p}' "$unit" | tr -d '\n')
	command=${command//%S\/op/$TEST_DIR}
	command=${command//%i/prod}
	export OP_INTERVAL=30s
	run -0 --separate-stderr bash -c "${command/\/usr\/local\/bin\/op-loop/op-loop -1}"
	[ "$output" = $'ticket ingest\ncheck \nscrape  ' ]
	[ -e prod.lock ]
}

@test "the example for s6 runs under a real s6-supervise" {
	needs s6-supervise s6
	stubs
	cp -r "$TOP/examples/supervision/s6/op-prod" service
	rm -r service/log
	start s6-supervise service >said 2>&1
	wait_until 10 s6-svstat service
	run -0 s6-svwait -U -t 120000 service
	s6-svc -1 service
	wait_until 10 grep -qE 'op-loop: [0-9]+ cycles, ' said
	grep -q 'scrape  http://pd:2379' said
	s6-svc -d service
	run -0 s6-svwait -D -t 120000 service
	grep -q 'Monitor loop stopped' said
	# a mistake is not retried forever
	printf '#!/bin/sh\nexit 127\n' >stub/op-check
	s6-svc -u service
	wait_until 10 grep -q 'op-check exited 127' said
	permanently() { s6-svstat service | grep -q '^down (exitcode 127).*normally up'; }
	wait_until 10 permanently
	s6-svc -x service
}

@test "the example for runit runs, under runsv where there is one" {
	stubs
	cp -r "$TOP/examples/supervision/runit/op-prod" service
	rm -r service/log
	if command -v runsv >/dev/null; then
		start runsv service >said 2>&1
	else
		start service/run >said 2>&1
	fi
	wait_until 10 grep -q 'scrape  http://pd:2379' said
	if command -v runsv >/dev/null; then
		sv 1 "$PWD/service"
		wait_until 10 grep -qE 'op-loop: [0-9]+ cycles, ' said
		sv down "$PWD/service"
		wait_until 10 grep -q 'Monitor loop stopped' said
	fi
	for status in 64 127; do
		PATH="$PWD/none:$PATH" run sh -c "sv() { echo sv \"\$@\"; }; set -- $status 0; $(sed 's/exec sv/sv/' service/finish)"
		[ "$output" = 'sv down .' ]
	done
}

@test "the line for cron is valid, and runs" {
	stubs
	line=$(grep '^\*' "$TOP/examples/supervision/op.cron")
	[[ $line != *%* ]]
	read -r _ _ _ _ _ user command <<<"$line"
	[ "$user" = op ]
	command=${command//\/var\/lib\/op/$TEST_DIR}
	run -0 env -i PATH="$PATH" PD_ENDPOINT=x sh -c "$command"
	[ "$output" = $'ticket ingest\ncheck \nscrape  x' ]
	printf '#!/bin/sh\nexit 69\n' >stub/op-scrape
	run -0 env -i PATH="$PATH" sh -c "$command"
	[ "$output" = $'ticket ingest\ncheck ' ]
	printf '#!/bin/sh\nexit 3\n' >stub/op-ticket
	run -0 env -i PATH="$PATH" sh -c "$command"
	[[ $output == *'stage 3 op-ticket exited 3'* ]]
}

@test "the Dockerfile is valid" {
	docker=$TOP/examples/supervision/container/Dockerfile
	run -0 "$TOP/tests/dockerlint" "$docker"
	[ -z "$output" ]
	# and the lint finds one that is not
	while IFS=/ read -r from to; do
		sed "s|$from|$to|" "$docker" >Dockerfile
		run -1 "$TOP/tests/dockerlint" Dockerfile
		[ -n "$output" ]
	done <<-'EOF'
		debian:12.12-slim/debian
		--no-install-recommends gcc/gcc
		^USER 10001/USER root
		^USER.*/ENV A=b
		^ENTRYPOINT.*/ENTRYPOINT op-loop
		^CMD.*/CMD op-scrape
		--from=build/--from=builder
		^COPY \. /ADD . 
		&& make install/\&\& (make install
		^WORKDIR /WORKDIR .
		^FROM debian/RUN true
	EOF
	# op-loop accepts the container's command
	cd "$TEST_DIR"
	stubs
	mapfile -t words < <(sed -nE 's/^(ENTRYPOINT|CMD) //p' "$docker" | jq -r '.[]')
	[ "${words[0]}" = op-loop ]
	run -0 "${words[0]}" -1 "${words[@]:1}"
	[ "$output" = $'ticket ingest\ncheck \nscrape  ' ]
}
