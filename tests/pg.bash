# SPDX-License-Identifier: ISC
# Private servers for the bats files that need PostgreSQL.
#
#	pg_start [NAME] [OPTION=VALUE...]   a server; PG is the folder of its socket
#	pg_standby NAME SOURCE [OPTION...]  a standby of the server in the folder SOURCE, likewise
#	pg_bouncer SOURCE                   a pgbouncer in front of SOURCE, with 3 sessions, likewise
#	pg_stop FOLDER                      ends that server
#	sql FOLDER STATEMENT                rows, as psql -At prints them
#
# pg_end ends all servers and removes their folder.

PATH=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1):$PATH:/usr/sbin

# pg_run [OPTION...] FOLDER [OPTION=VALUE...]: runs pg/start with these; its pid goes to FOLDER.starter
pg_run() {
	start ${PG_WITHIN[@]+"${PG_WITHIN[@]}"} "$BATS_TEST_DIRNAME/../pg/start" "$@" </dev/null >"$PG.said" 2>&1
	echo "$STARTED" >"$PG.starter"
	wait_until 60 pg_up "$PG" || return 1
	[ -e "$PG/ready" ] || {
		cat "$PG.said" >&2
		return 1
	}
}

# pg_up FOLDER: is the server ready, or has it failed?
pg_up() {
	[ -e "$1/ready" ] || gone "$(cat "$1.starter")"
}

# The path of a socket must be short, and the user nobody must be able to reach it.
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

pg_bouncer() {
	local as=()
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
	pg_folder
	PG=$PG_FOLDER/bouncer
	mkdir "$PG"
	[ ${#as[@]} = 0 ] || chown nobody "$PG"
	cat >"$PG/ini" <<-EOT
		[databases]
		postgres = host=$1 dbname=postgres user=postgres
		[pgbouncer]
		listen_addr =
		listen_port = 5432
		unix_socket_dir = $PG
		auth_type = any
		pool_mode = transaction
		default_pool_size = 3
		max_client_conn = 500
		logfile = $PG/log
		pidfile = $PG/pid
	EOT
	start ${as[@]+"${as[@]}"} pgbouncer -q "$PG/ini" </dev/null >/dev/null 2>&1
	echo "$STARTED" >"$PG.starter"
	wait_until 30 pg_isready -q -h "$PG" -U postgres -d postgres
}

pg_stop() {
	stop "$(cat "$1.starter")"
}

# pg_end: ends all servers, and removes their folder
pg_end() {
	stop_all
	[ -z "${PG_FOLDER-}" ] || rm -rf "$PG_FOLDER"
}

sql() {
	psql -XqAt -v ON_ERROR_STOP=1 -h "$1" -U postgres -d postgres -c "$2"
}
