# SPDX-License-Identifier: ISC
# What the bats files on PostgreSQL share: servers of their own.
#
#	pg_start [NAME] [OPTION=VALUE...]   a server; its socket's folder in PG, by that name in PG_NAME too
#	pg_standby NAME SOURCE [OPTION...]  a standby of the one in the folder SOURCE, likewise
#	pg_stop FOLDER                      ends it
#	sql FOLDER STATEMENT                rows as psql -At prints them
#
# stop_all of helper.bash ends them all.

PATH=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1):$PATH:/usr/sbin

# pg_run [start's options] FOLDER [OPTION...]: its pid is in FOLDER.starter
pg_run() {
	start "$BATS_TEST_DIRNAME/../pg/start" "$@" </dev/null >"$PG.said" 2>&1
	echo "$STARTED" >"$PG.starter"
	wait_until 60 pg_up "$PG" || return 1
	[ -e "$PG/ready" ] || {
		cat "$PG.said" >&2
		return 1
	}
}

# is there an answer: it is ready, or has failed?
pg_up() {
	[ -e "$1/ready" ] || gone "$(cat "$1.starter")"
}

# a path of a socket is short, and nobody has to get to it
pg_folder() {
	[ -n "${PG_FOLDER-}" ] || {
		PG_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/pg.XXXXXX")
		chmod 755 "$PG_FOLDER"
	}
}

pg_start() {
	local name=${1:-main}
	[ $# = 0 ] || shift
	pg_folder
	PG=$PG_FOLDER/$name
	pg_run "$PG" "$@"
}

pg_standby() {
	local name=$1 source=$2
	shift 2
	pg_folder
	PG=$PG_FOLDER/$name
	pg_run --standby-of "$source" "$PG" "$@"
}

pg_stop() {
	stop "$(cat "$1.starter")"
}

# pg_end: all of them, and their folder
pg_end() {
	stop_all
	[ -z "${PG_FOLDER-}" ] || rm -rf "$PG_FOLDER"
}

sql() {
	psql -XqAt -v ON_ERROR_STOP=1 -h "$1" -U postgres -d postgres -c "$2"
}
