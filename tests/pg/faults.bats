#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket on a PostgreSQL that fails in every way: faults.py has the cases.

load ../helper
load ../pg

teardown() { pg_end; }

# with CASE [OPTION...]: runs the case of faults.py on a new server
with() {
	local case=$1
	shift
	pg_start main "$@"
	python3 "$BATS_TEST_DIRNAME/faults.py" "$case" "$PG"
}

@test "a connection that is cut after any number of bytes: sent again, the cycle counts once" {
	with cut fsync=off
}

@test "a connection that goes silent ends at the deadline" {
	with silence fsync=off
}

@test "a session that the server terminates at a statement or at COMMIT" {
	with terminate fsync=off log_line_prefix=%e:
}

@test "a server process killed by SIGKILL under load" {
	with kill9 full_page_writes=off
}

@test "a synchronous standby takes over under load: nothing that was acknowledged is lost" {
	pg_start main
	main=$PG
	pg_standby standby "$main"
	python3 "$BATS_TEST_DIRNAME/faults.py" promote "$main" "$PG"
}

@test "a COMMIT without its standby ends at the deadline, and its outcome is reported as unknown" {
	with unsynced fsync=off
}

@test "several processes ingest the first cycle of a cluster at once" {
	with first fsync=off
}

@test "a hold races the cycle that would resolve its ticket" {
	with hold fsync=off
}

@test "16 writers, and a reader that follows the ledger" {
	with follow fsync=off
}

@test "behind a pgbouncer that gives each transaction another session" {
	command -v pgbouncer >/dev/null || needs pgbouncer
	pg_start main fsync=off
	pg_bouncer "$PG"
	python3 "$BATS_TEST_DIRNAME/faults.py" bouncer "$PG"
}

@test "a full disk: nothing is half done, and the data can still be read" {
	unshare -m true 2>/dev/null || skip 'only root mounts a small file system'
	pg_folder
	mkdir "$PG_FOLDER/small"
	# shellcheck disable=SC2016,SC2034 # the dollars are the inner shell's; pg.bash takes it
	PG_WITHIN=(unshare -m bash -c 'mount -t tmpfs -o "size=24m,uid=$(id -u nobody),mode=700" op "$0" && exec "$@"' "$PG_FOLDER/small")
	pg_start main fsync=off log_line_prefix=%e:
	sql "$PG" "CREATE TABLESPACE small LOCATION '$PG_FOLDER/small'"
	sql "$PG" 'ALTER DATABASE postgres SET default_tablespace = small'
	python3 "$BATS_TEST_DIRNAME/faults.py" full "$PG"
}
