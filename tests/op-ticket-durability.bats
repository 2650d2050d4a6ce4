#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket when the machine, the disk or the clock fails.
# takes 70 s

load helper

teardown() {
	stop_all
	[ -z "${mounted-}" ] || umount "$mounted"
	[ -z "${dir-}" ] || rm -rf "$dir"
}

setup() {
	export OP_DB=$BATS_TEST_TMPDIR/tickets.db
	here=$BATS_TEST_DIRNAME/durability
	# the leak checker does not work under strace
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	export ASAN_OPTIONS
	every=1
	[[ $B != *-address* ]] || every=4
}

# cycle AT STORE...: those stores are down
cycle() {
	local at=$1 id
	shift
	printf '{"kind":"begin","stream":"verdicts","v":1,"at":"%s"}\n' "$at"
	for id; do
		printf '{"kind":"violation","invariant_name":"down","store_id":"%s","message":"Store %s is Down","metric_snapshot":{"text":"%0500d"}}\n' "$id" "$id" 0
	done
	printf '{"kind":"check","invariant_name":"down","complete":true}\n{"kind":"end"}\n'
}

many() { # AT N: a cycle of N stores
	# shellcheck disable=SC2046 # words
	cycle "$1" $(seq "$2")
}

sum() { sqlite3 "$OP_DB" .dump | sha256sum; }

needs_root() { [ "$(id -u)" -eq 0 ] || skip 'this needs root'; }

@test "killed at every system call: a cycle is wholly in or wholly out" {
	run "$here/inject.py" --every "$every" kill "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "EIO and ENOSPC at every write and sync, once and forever" {
	run "$here/inject.py" --every "$every" error "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a migration killed at every system call is done or not begun" {
	# a migration from version 1 ends with the steps from version 2
	for version in 1 2; do
		run "$here/inject.py" --old-schema "$BATS_TEST_DIRNAME/model/schema-$version.sql" --every $((every * version * version)) kill "$B/op-ticket"
		echo "$output"
		[ "$status" -eq 0 ]
	done
}

@test "a database that another process is creating is not taken for a foreign one" {
	cd "$TEST_DIR"
	local slow pause
	cycle 2026-01-24T00:00:00Z 1 | sed '1s/"v"/"cluster":"other","v"/' >other
	for pause in 0 0.05 0.1 0.15 0.2 0.25 0.3 0.35; do
		rm -f "$OP_DB"*
		# each of its locks takes 30 ms longer
		start sh -c 'exec strace -o /dev/null -e trace=fcntl -e inject=fcntl:delay_enter=30000 \
			op-ticket ingest <other 2>said'
		slow=$STARTED
		sleep "$pause"
		cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
		wait "$slow" || {
			cat said
			return 1
		}
		[ "$(op-ticket list | wc -l)" -eq 2 ]
	done
}

@test "a migrated database has the schema of a new one" {
	cycle 2026-01-24T00:00:00Z 1 | op-ticket --db "$BATS_TEST_TMPDIR/new.db" ingest
	shape() {
		sqlite3 "$1" "SELECT m.type, m.name, x.name, x.type, x.\"notnull\", x.pk FROM sqlite_schema AS m LEFT JOIN pragma_table_xinfo(m.name) AS x ORDER BY 1, 2, 3; PRAGMA user_version"
	}
	for version in 1 2; do
		rm -f "$OP_DB"
		sqlite3 "$OP_DB" ".read \"$BATS_TEST_DIRNAME/model/schema-$version.sql\""
		cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
		[ "$(shape "$OP_DB")" = "$(shape "$BATS_TEST_TMPDIR/new.db")" ]
		[ "$(sqlite3 "$OP_DB" 'SELECT length(ledger_id) FROM op_store')" -eq 32 ]
	done
}

@test "a migration keeps the data, and reuses no id" {
	sqlite3 "$OP_DB" ".read \"$BATS_TEST_DIRNAME/model/schema-2.sql\""
	sqlite3 "$OP_DB" <<'SQL'
INSERT INTO tickets (id, subject, cluster, violation_key, invariant_name, store_id, status, held, flapping, batch_key,
	occurrence_count, first_seen_at, last_seen_at, ok_since, severity, created_at, updated_at)
VALUES (7, 'tikv', 'default', 'down:1', 'down', '1', 'open', 1, 0, 'batch-2026-01-24T00:00:00.000Z', 3,
	'2026-01-24T00:00:00.000Z', '2026-01-24T00:01:00.000Z', '2026-01-24T00:02:00.000Z', 'info',
	'2026-01-24T00:00:00.000Z', '2026-01-24T00:02:00.000Z');
INSERT INTO ticket_events VALUES (4, 7, '2026-01-24T00:00:00.000Z', 'created', 'op', NULL);
INSERT INTO ticket_events VALUES (9, 7, '2026-01-24T00:00:00.000Z', 'held', 'jana', 'for ever');
UPDATE sqlite_sequence SET seq = 40 WHERE name = 'ticket_events';
SQL
	[ "$(op-ticket show 7 | jq -c '[.verdict, .verdict_since, .muted, .doc]')" = '["ok","2026-01-24T00:02:00.000Z",false,null]' ]
	[ "$(sqlite3 "$OP_DB" 'PRAGMA user_version')" -eq 2 ] # reading changes nothing
	USER=tester op-ticket ack 7
	[ "$(op-ticket events | jq -r '[.id, .event, .actor, .note] | map(. // "-") | join(" ")')" = "4 created op -
9 held jana for ever
41 acknowledged tester -" ]
}

@test "killed at random moments: nothing that was acknowledged is lost" {
	run "$here/sigkill.py" "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "# $output" >&3
}

@test "16 ingests and 4 lists at once" {
	run "$here/crowd.py" "$B/op-ticket"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "writers queue: later ones wait and get their turn" {
	cd "$TEST_DIR"
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	# another process is at the head of the queue until we release it
	mkfifo leave
	start python3 -c '
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.fcntl(fd, fcntl.F_OFD_SETLKW, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
open("head", "w").close()
open("leave").read()
' "$OP_DB-queue"
	wait_until 10 test -e head
	start sh -c 'op-ticket ack 1 >acknowledged'
	local waiting=$STARTED
	# readers do not wait
	[ "$(op-ticket list | jq -r .status)" = open ]
	running "$waiting"
	echo >leave
	wait_until 30 gone "$waiting"
	[ "$(op-ticket list | jq -r .status)" = acknowledged ]
}

@test "a database that its group may write has a queue for the group, too" {
	cd "$TEST_DIR"
	mkdir group
	chmod 2770 group
	OP_DB=$PWD/group/t.db
	export OP_DB
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	[ "$(stat -c %a "$OP_DB-queue")" = "$(stat -c %a "$OP_DB")" ]
}

@test "a database with two names: 78 for writers, a warning for readers" {
	cd "$TEST_DIR"
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	ln "$OP_DB" other.db
	for db in "$OP_DB" other.db; do
		run --separate-stderr op-ticket --db "$db" ack 1
		[ "$status" = 78 ]
		[[ "$stderr" == *"2 names"* ]]
		run --separate-stderr op-ticket --db "$db" list
		[ "$status" = 0 ]
		[ "$(jq -r .status <<<"$output")" = open ]
		[[ "$stderr" == *warning*names* ]]
	done
	op-ticket export | op-ticket --db copy.db import
	for files in 'other.db copy.db' 'copy.db other.db'; do
		# shellcheck disable=SC2086 # two names
		run --separate-stderr op-ticket diff $files
		[ "$status" = 0 ]
		[[ "$stderr" == *warning*names* ]]
	done
	cp copy.db copy2.db
	run -0 op-ticket diff copy.db copy2.db
	[[ "$output" != *warning* ]]
	rm other.db
	op-ticket ack 1
}

@test "a path that is too long for SQLite leaves no empty file" {
	cd "$TEST_DIR"
	local folder=$PWD name
	for name in 1 2 3; do
		folder=$folder/$(printf '%0200d' "$name")
	done
	mkdir -p "$folder"
	cycle 2026-01-24T00:00:00Z 1 >c
	run -78 op-ticket --db "$folder/t.db" ingest <c
	[[ $output == *'too long for SQLite'* ]]
	run ls -A "$folder"
	[ "$output" = "" ]
}

@test "a database with a write-ahead log is used as it is, and an idle reader blocks nobody" {
	cd "$TEST_DIR"
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	sqlite3 "$OP_DB" 'PRAGMA journal_mode = WAL' >wal
	[ "$(cat wal)" = wal ]
	# like a replicator: a read transaction that stays open
	mkfifo reader.leave
	start python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN")
db.execute("SELECT count(*) FROM tickets").fetchone()
open("reading", "w").close()
open("reader.leave").read()
' "$OP_DB"
	wait_until 10 test -e reading
	for n in 1 2 3; do
		cycle "2026-01-24T00:0$n:00Z" 1 | op-ticket ingest
	done
	[ "$(op-ticket list | jq .occurrence_count)" = 4 ]
	echo >reader.leave
	wait_until 20 gone "$STARTED" # the last one to close it locks it once more
	[ "$(sqlite3 "$OP_DB" 'PRAGMA journal_mode')" = wal ]
}

rounds_are() { # COUNT, at least
	[ "$(cat ready)" -ge "$1" ]
}

@test "a replicator that works like Litestream and op-ticket do not block each other" {
	cd "$TEST_DIR"
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	start "$here/replicator.py" "$OP_DB" ready leave >replicated 2>&1
	wait_until 10 test -e ready
	for n in {10..39}; do
		cycle "2026-01-24T00:$n:00Z" 1 "$n" | op-ticket ingest
		op-ticket list >/dev/null
		op-ticket note 1 -m "$n"
		((n % 5)) || wait_until 60 rounds_are $((n / 5)) # it runs beside us all the time
	done
	touch leave
	wait_until 60 gone "$STARTED"
	cat replicated
	[ "$(sqlite3 "$OP_DB" 'PRAGMA integrity_check')" = ok ]
	[ "$(op-ticket list | jq -s '[length, .[-1].occurrence_count]' -c)" = '[31,31]' ]
	[ "$(op-ticket events | jq -s 'map(select(.event == "noted")) | length')" = 30 ]
	# its checkpoints came through, too
	rounds=$(cut -d' ' -f1 replicated)
	[ "$rounds" -gt 5 ]
	[ "$(cut -d' ' -f3 replicated)" -gt $((rounds / 2)) ]
}

@test "a file size limit: 74, nothing half done, list still works" {
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	before=$(sum)
	many 2026-01-24T00:00:30Z 500 >"$BATS_TEST_TMPDIR/large"
	# shellcheck disable=SC2016 # for that shell
	run --separate-stderr bash -c 'ulimit -f 200; op-ticket ingest <"$0"' "$BATS_TEST_TMPDIR/large"
	[ "$status" -eq 74 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr = "op-ticket: $OP_DB: "*"File too large" ]]
	[ "$(op-ticket list | wc -l)" -eq 1 ]
	[ "$(sum)" = "$before" ]
	op-ticket ingest <"$BATS_TEST_TMPDIR/large"
	[ "$(op-ticket list --open | wc -l)" -eq 500 ]
}

@test "a file system that fills: 75, nothing half done, list still works" {
	needs_root
	mkdir "$BATS_TEST_TMPDIR/small"
	mount -t tmpfs -o size=256k tmpfs "$BATS_TEST_TMPDIR/small" 2>/dev/null || skip 'no mount here'
	mounted=$BATS_TEST_TMPDIR/small
	OP_DB=$BATS_TEST_TMPDIR/small/tickets.db
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	before=$(sum)
	run --separate-stderr op-ticket ingest < <(many 2026-01-24T00:00:30Z 1000)
	[ "$status" -eq 75 ]
	[ "$stderr" = "op-ticket: $OP_DB: the disk is full" ]
	[ "$(op-ticket list | wc -l)" -eq 1 ]
	[ "$(sum)" = "$before" ]
}

@test "a read-only database of another user: 77, and list still works" {
	needs_root
	dir=$(mktemp -d) # the user nobody cannot enter the folders of bats
	chmod 755 "$dir"
	cp "$B/op-ticket" "$dir"
	OP_DB=$dir/tickets.db
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	chmod 644 "$OP_DB"
	as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/op-ticket" "$@"; }
	run --separate-stderr as_nobody ingest < <(cycle 2026-01-24T00:00:30Z 1)
	first="$status $stderr"
	run --separate-stderr as_nobody ack 1
	second="$status $stderr"
	run --separate-stderr as_nobody prune --older-than 1d
	pruned="$status $stderr"
	listed=$(as_nobody list | wc -l)
	rehearsed=$(cycle 2026-01-24T00:00:30Z 1 2 | as_nobody ingest --dry-run 2>/dev/null | jq -r .ticket.violation_key)
	chmod 600 "$OP_DB"
	run --separate-stderr as_nobody list
	third="$status $stderr"
	[ "$first" = "77 op-ticket: $OP_DB: read-only" ]
	[ "$second" = "77 op-ticket: $OP_DB: read-only" ]
	[ "$pruned" = "77 op-ticket: $OP_DB: read-only" ]
	[ "$listed" -eq 1 ]
	[ "$rehearsed" = down:2 ]
	[ "$third" = "77 op-ticket: $OP_DB: Permission denied" ]
}

@test "locked for too long: 75" {
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	mkfifo "$BATS_TEST_TMPDIR/hold"
	# shellcheck disable=SC2016 # for that shell
	start sh -c 'exec sqlite3 "$OP_DB" <"$0"' "$BATS_TEST_TMPDIR/hold"
	exec 9>"$BATS_TEST_TMPDIR/hold"
	printf '.timeout 5000\nBEGIN EXCLUSIVE;\n' >&9 # the process that tests the lock must not prevent it
	locked() { ! sqlite3 "$OP_DB" 'SELECT count(*) FROM tickets'; }
	wait_until 5 locked
	run --separate-stderr op-ticket ingest < <(cycle 2026-01-24T00:00:30Z 1)
	exec 9>&-
	[ "$status" -eq 75 ]
	[ "$stderr" = "op-ticket: $OP_DB: locked by another process" ]
	stop "$STARTED"
}

@test "a slow upstream holds no lock, and whole cycles are stored at once" {
	mkfifo "$BATS_TEST_TMPDIR/slow"
	# shellcheck disable=SC2016 # for that shell
	start sh -c 'exec op-ticket ingest <"$0" 2>/dev/null' "$BATS_TEST_TMPDIR/slow"
	exec 9>"$BATS_TEST_TMPDIR/slow"
	cycle 2026-01-24T00:00:00Z 1 >&9
	cycle 2026-01-24T00:00:30Z 1 2 | head -n 2 >&9 # the next one is not yet whole
	one() { [ "$(op-ticket list | wc -l)" -eq 1 ]; }
	wait_until 5 one
	sqlite3 -cmd '.timeout 60000' "$OP_DB" 'BEGIN EXCLUSIVE; COMMIT'
	exec 9>&-
	run wait "$STARTED"
	one
}

@test "corrupt, foreign and newer files: refused, and left as they are" {
	printf 'these are my notes, not a database, and they are long enough\n' >"$OP_DB"
	before=$(sha256sum "$OP_DB")
	for command in list ingest 'show 1' 'ack 1' events status 'prune --older-than 1d'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr op-ticket $command < <(cycle 2026-01-24T00:00:00Z 1)
		[ "$status" -eq 65 ]
		[ "$stderr" = "op-ticket: $OP_DB: not a database" ]
	done
	[ "$(sha256sum "$OP_DB")" = "$before" ]

	rm "$OP_DB"
	sqlite3 "$OP_DB" 'CREATE TABLE mine (a)'
	before=$(sha256sum "$OP_DB")
	run op-ticket ingest < <(cycle 2026-01-24T00:00:00Z 1)
	[ "$status" -eq 65 ]
	[ "$(sha256sum "$OP_DB")" = "$before" ]

	rm "$OP_DB"
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	sqlite3 "$OP_DB" 'PRAGMA user_version = 999'
	before=$(sha256sum "$OP_DB")
	run --separate-stderr op-ticket ingest < <(cycle 2026-01-24T00:00:30Z 1)
	[ "$status" -eq 78 ]
	[[ $stderr = *"newer"* ]]
	run op-ticket list
	[ "$status" -eq 78 ]
	[ "$(sha256sum "$OP_DB")" = "$before" ]
}

@test "a database with flipped bytes: 65 or as before, never a crash" {
	many 2026-01-24T00:00:00Z 40 | op-ticket ingest
	run python3 - "$OP_DB" <<'PY'
import random, subprocess, sys
db = sys.argv[1]
good = open(db, "rb").read()
rng = random.Random(7)
seen = set()
for i in range(120):
    bad = bytearray(good)
    for _ in range(rng.choice([1, 8, 64])):
        bad[rng.randrange(len(bad))] = rng.randrange(256)
    if i % 4 == 0:
        bad = bad[: rng.randrange(len(bad))]
    open(db, "wb").write(bad)
    for args, text in (["list"], ""), (["list", "--table"], ""), (["show", "1"], ""), (["ingest"], '{"kind":"begin","at":"2026-01-24T00:00:30Z"}\n{"kind":"ok","invariant_name":"down","store_ids":["1"]}\n{"kind":"check","invariant_name":"down","complete":true}\n{"kind":"end"}\n'):
        status = subprocess.run(["op-ticket", "--db", db, *args], input=text, capture_output=True, text=True).returncode
        seen.add(status)
        if status not in (0, 1, 65, 78):
            print(i, args, status)
            sys.exit(1)
print(sorted(seen))
PY
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "stdout that cannot be written: 74, and changes are kept" {
	run --separate-stderr bash -c "op-ticket ingest --events >/dev/full" < <(cycle 2026-01-24T00:00:00Z 1)
	[ "$status" -eq 74 ]
	[ "$(op-ticket list | jq .id)" = 1 ]
	run --separate-stderr bash -c "op-ticket ingest --events >&-" < <(cycle 2026-01-24T00:00:30Z 2)
	[ "$status" -eq 74 ]
	[ "$(op-ticket list | wc -l)" -eq 2 ]
	for command in list 'list --json' 'list --table' 'show 1' 'show 1 --table' events status -h -V; do
		run --separate-stderr bash -c "op-ticket $command >/dev/full"
		[ "$status" -eq 74 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		run --separate-stderr bash -c "op-ticket $command >&-"
		[ "$status" -eq 74 ]
	done
	run bash -c 'op-ticket ack 1 >&- 2>&-'
	[ "$status" -eq 0 ]
	[ "$(op-ticket show 1 | jq -r .status)" = acknowledged ]
}

@test "a clock that was ahead: the first cycle after it was set back is taken and corrects the timers" {
	needs faketime
	down='{"kind":"violation","invariant_name":"down","store_id":"1","grace_s":60}'
	held='{"kind":"violation","invariant_name":"held","store_id":"1"}'
	checks='{"kind":"check","invariant_name":"down","complete":true}
{"kind":"check","invariant_name":"held","complete":true}'
	ahead() { printf '%s\n' "{\"kind\":\"begin\",\"at\":\"$1\"}" "$2" "$3" "$checks" '{"kind":"end"}'; }
	now=$(date -u +%FT%TZ)
	later=$(date -u -d '+1 day' +%FT%TZ)
	export TZ=UTC
	ahead "$later" "$down" "$held" | faketime -f +1d op-ticket ingest
	op-ticket hold 1
	ahead "$(date -u -d '+1 day 30 seconds' +%FT%TZ)" "$down" '{"kind":"ok","invariant_name":"held","store_ids":["1"]}' | faketime -f +1d op-ticket ingest
	# too far from the clock
	run --separate-stderr op-ticket ingest < <(ahead "$(date -u -d '-11 minutes' +%FT%TZ)" "$down" "$held")
	[ "$status" -eq 65 ]
	ahead "$now" "$down" '{"kind":"ok","invariant_name":"held","store_ids":["1"]}' | op-ticket ingest
	[ "$(op-ticket show 1 | jq -r .ok_since)" = "${now%Z}.000Z" ]
	[ "$(sqlite3 "$OP_DB" 'SELECT first_seen_at FROM pending')" = "${now%Z}.000Z" ]
	[ "$(sqlite3 "$OP_DB" 'SELECT last_at FROM cycles')" = "${now%Z}.000Z" ]
}

@test "a cycle ahead of the clock is refused: 65, and nothing changes" {
	cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest
	before=$(sum)
	for flag in '' --dry-run; do
		# shellcheck disable=SC2086 # none or one
		run --separate-stderr op-ticket ingest $flag < <(cycle "$(date -u -d '+11 minutes' +%FT%TZ)" 1)
		[ "$status" -eq 65 ]
		[[ $stderr = *'is refused: it is more than 10 minutes ahead of the clock'* ]]
	done
	[ "$(sum)" = "$before" ]
	# ahead of the clock by less, and then behind: the next cycle is not from the past
	cycle "$(date -u -d '+9 minutes' +%FT%TZ)" 1 2>/dev/null | op-ticket ingest
	[ "$(op-ticket show 1 | jq .occurrence_count)" -eq 2 ]
}

@test "commands use the clock, ingest the cycle's time" {
	needs faketime
	cycle 2026-01-24T00:00:00Z 1 2 | faketime '2030-05-05 05:05:05' op-ticket ingest
	[ "$(op-ticket show 1 | jq -r .created_at)" = 2026-01-24T00:00:00.000Z ]
	TZ=UTC faketime -f '2027-03-04 05:06:07' op-ticket ack 1
	[[ $(op-ticket show 1 | jq -r .updated_at) = 2027-03-04T05:06:07.* ]]
	TZ=UTC faketime -f '2025-01-01 00:00:00' op-ticket hold 2 --for 2h # the clock jumps back
	[[ $(op-ticket show 2 | jq -r .held_until) = 2025-01-01T02:00:00.* ]]
	TZ=UTC faketime '2020-01-01 00:00:00' op-ticket resolve 1
	[ "$(op-ticket show 1 | jq -r .resolution)" = manual ]
}

@test "a file is created 0600, its folder 0700, whatever the umask" {
	unset OP_DB
	export HOME=$BATS_TEST_TMPDIR/home
	mkdir "$HOME"
	(umask 0; cycle 2026-01-24T00:00:00Z 1 | op-ticket ingest)
	[ "$(stat -c %a "$HOME/.operator" "$HOME/.operator/tickets.db" | xargs)" = '700 600' ]
	[ "$(op-ticket list | jq .id)" = 1 ]
	[ "$(ls "$HOME/.operator")" = $'tickets.db\ntickets.db-queue' ]
}

@test "a path is never a URI" {
	cd "$BATS_TEST_TMPDIR"
	for name in 'file:x?mode=memory' :memory: 'a b%20c' '-x.db'; do
		cycle 2026-01-24T00:00:00Z 1 | op-ticket --db="$name" ingest
		[ -s "./$name" ]
		[ "$(op-ticket --db "$name" list | jq .id)" = 1 ]
	done
}
