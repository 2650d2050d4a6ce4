#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The demo runs to its end, and leaves nothing behind however it ends.
# takes 60 s

load helper

# the whole demo takes longest, so it runs beside the other tests
setup_file() {
	TEST_DIR=$BATS_FILE_TMPDIR
	mkdir "$TEST_DIR/story"
	# shellcheck disable=SC2016 # for that shell
	TMPDIR=$TEST_DIR/story start sh -c 'env -u HOME PATH=/usr/local/bin:/usr/bin:/bin "$0" <&- >"$1.said" 2>"$1.err"; echo $? >"$1.status"' \
		"$BATS_TEST_DIRNAME/../examples/demo" "$TEST_DIR/story"
}

teardown_file() {
	TEST_DIR=$BATS_FILE_TMPDIR
	stop_all
}

setup() {
	mkdir "$BATS_TEST_TMPDIR/tmp"
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	demo=$BATS_TEST_DIRNAME/../examples/demo
}

teardown() {
	stop_all
}

# all processes with our TMPDIR in their environment: the demo and what it starts
left() {
	grep -lsazx "TMPDIR=$TMPDIR" /proc/[0-9]*/environ | cut -d/ -f3 | while read -r pid; do
		case $(readlink "/proc/$pid/exe") in
		*/op-sim | */op-loop | */op-scrape | */op-check | */op-ticket | */prometheus | */dash) echo "$pid" ;;
		esac
	done
}

nothing_left() {
	[ -z "$(left)" ] && [ -z "$(ls -A "$TMPDIR")" ]
}

# all_of_it: are all of its parts running, the loop included?
all_of_it() {
	local pid running=
	for pid in $(left); do
		running="$running $(readlink "/proc/$pid/exe" || true)"
	done
	[[ $running == */op-sim* && $running == */prometheus* && $running == */op-loop* ]]
}

@test "it needs no privileges" {
	[ "$(id -u)" = 0 ] || skip "we are one"
	command -v setpriv >/dev/null || skip "no setpriv"
	user=$BATS_TEST_TMPDIR/user
	mkdir "$user"
	cp -R "$B" "$user/build"
	mkdir "$user/examples"
	cp "$demo" "$user/examples"
	cp -R "$BATS_TEST_DIRNAME/../share" "$user/share"
	chmod -R a+rX "$user"
	chmod 1777 "$TMPDIR"
	for up in "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"; do
		chmod a+x "$up"
	done
	start setpriv --reuid 65534 --regid 65534 --clear-groups env -u HOME B="$user/build" \
		"$user/examples/demo" </dev/null >"$BATS_TEST_TMPDIR/said" 2>&1
	wait_until 60 grep -q 'Check complete' "$BATS_TEST_TMPDIR/said"
	stop "$STARTED"
	wait_until 10 nothing_left
}

@test "after INT, TERM or HUP it leaves nothing behind" {
	for signal in TERM HUP; do
		start env --default-signal setsid "$demo" </dev/null >"$BATS_TEST_TMPDIR/said" 2>&1
		wait_until 60 all_of_it
		kill -s "$signal" "$STARTED"
		wait_until 20 nothing_left
		wait_until 5 gone "$STARTED"
	done
}

@test "after Ctrl-C on its terminal it leaves nothing behind" {
	mkfifo "$BATS_TEST_TMPDIR/keys"
	exec 7<>"$BATS_TEST_TMPDIR/keys"
	# shellcheck disable=SC2016
	start sh -c 'exec env --default-signal=INT,QUIT script -qefc "\"$0\"" "$1" <"$2" >/dev/null 7>&-' "$demo" "$BATS_TEST_TMPDIR/said" "$BATS_TEST_TMPDIR/keys"
	wait_until 60 all_of_it
	printf '\003' >&7
	wait_until 8 nothing_left
	run ! grep -q 'That was all' "$BATS_TEST_TMPDIR/said"
	exec 7>&-
}

@test "make passes TERM on to it" {
	[ "$B" -ef "$BATS_TEST_DIRNAME/../build" ] || skip "make demo builds without sanitizers"
	start env --default-signal make -s -C "$BATS_TEST_DIRNAME/.." demo </dev/null >"$BATS_TEST_TMPDIR/said" 2>&1
	wait_until 60 grep -q 'What op sees' "$BATS_TEST_TMPDIR/said"
	kill "$STARTED"
	wait_until 8 nothing_left
}

@test "if its output is closed, it leaves nothing behind" {
	"$demo" </dev/null 2>"$BATS_TEST_TMPDIR/err" | head -n 5 >/dev/null || true
	wait_until 20 nothing_left
}

@test "it runs to its end and leaves nothing behind" {
	story=$BATS_FILE_TMPDIR/story
	wait_until 600 test -s "$story.status"
	TMPDIR=$story
	nothing_left
	run -0 --separate-stderr cat "$story.said"
	[ -z "$(<"$story.err")" ]
	[ "$(<"$story.status")" = 0 ]
	said=$output
	for text in 'all passing' 'Created ticket 1: store_down 2' 'op-ticket list --open --table' \
		'Acknowledged ticket 1' 'Diagnosed ticket 1' 'not evaluated' 'Auto-resolved 1 ticket(s)' \
		evidence_lost 'unknown since' evidence_back; do
		[[ $said == *"$text"* ]] || { echo "missing: $text in: $output"; false; }
		said=${said#*"$text"}
	done
	# its last hint works as printed
	[ "$(sh -c "$(grep 'export PATH=' <<<"$output") ; command -v op-loop")" = "$B/op-loop" ]
	# while PD was down the ticket did not change
	away=${output#*PD cannot be reached}
	away=${away%%Store 2 comes back*}
	[[ $away =~ TKT-1\ +critical\ +diagnosed ]]
	[[ ! $away =~ TKT-1\ +critical\ +resolved ]]
}
