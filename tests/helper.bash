# SPDX-License-Identifier: ISC
# Shared by the bats files: the programs, a simulated cluster, a Prometheus,
# waiting with a deadline, and ending all that was started.
#
#	load helper
#	teardown() { stop_all; }
#
#	sim_start [OP-SIM-OPTION...]  a simulated cluster; sets PD_ENDPOINT, SIM_CONTROL and SIM_PID
#	sim kill 2                    a command to it, see op-sim --help
#	prometheus_start              a real Prometheus that scrapes it; sets PROMETHEUS_URL, PROMETHEUS_PID
#	wait_until SECONDS COMMAND... until it succeeds, else the test fails; a busy machine gets two minutes more
#	ample COMMAND...              COMMAND... LIMIT with limits of 300ms to 64s, until it succeeds: for a time
#	                              limit of what is tested, within which a busy machine must do something
#	start COMMAND...              in the background, its pid in STARTED; stop_all ends it
#	finish SECONDS                waits for what was started last to end; its status in status
#	has_lines FILE COUNT          has it that many, or more?
#	free_port                     prints a free loopback port
#	needs COMMAND [PACKAGE]       skips the test without it; with CI=true it fails
#	store [NAME]                  sets OP_DB to a database of the test's own: a file, or if STORE_PG is
#	                              the folder of a PostgreSQL's socket, a schema there
#	store_clear                   replaces it by a new one
#	store_rows SQL                its rows, as sqlite3 prints them
#	store_dump                    all of it, for comparisons
#	store_version N               changes its version
#	is_file                       is it a file?
#	of_files                      with STORE_PG, skips a test of files
#
# What they start belongs to the test that called them, or to the file when
# called in setup_file; files go to TEST_DIR.

bats_require_minimum_version 1.5.0

: "${B:=$BATS_TEST_DIRNAME/../build}"
if ! cd "$B" 2>/dev/null; then
	echo "$B is not there: run make all sims first" >&2
	exit 1
fi
B=$PWD
cd "$OLDPWD" || exit
export B
export PATH="$B:$PATH"
export LC_ALL=C

# ignore what the caller has set, but not what setup_file exports
if [ -z "${OP_TEST_ENVIRONMENT-}" ]; then
	for variable in $(compgen -e | grep -E '^(OP|PD|PROMETHEUS)_|_proxy$|_PROXY$') \
		BASH_ENV ENV CDPATH GREP_OPTIONS COLUMNS LINES NO_COLOR PAGER MANPAGER TZ \
		MAKEFLAGS MFLAGS MAKELEVEL NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID JOURNAL_STREAM CREDENTIALS_DIRECTORY \
		CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR SQLITE_TMPDIR XDG_CONFIG_HOME XDG_DATA_DIRS PYTHONPATH; do
		[ "$variable" = OP_TEST_FILE ] || unset "$variable" 2>/dev/null || true
	done
	export OP_TEST_ENVIRONMENT=clean PYTHONDONTWRITEBYTECODE=1
	umask 022
fi

# faketime's library comes before that of the sanitizers, which would refuse that
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS

TEST_DIR=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}
export HOME="$TEST_DIR"

store() {
	local schema=t$BASHPID$RANDOM$RANDOM
	if [ -z "${STORE_PG-}" ]; then
		export OP_DB=$BATS_TEST_TMPDIR/${1-tickets}.db
		return
	fi
	STORE_SCHEMA=$schema
	store_psql "CREATE SCHEMA $schema" || return
	export OP_DB="postgresql:///postgres?host=$STORE_PG&user=postgres&options=-csearch_path%3D$schema"
	op-ticket create 2>/dev/null
}

store_psql() {
	PGOPTIONS="-c search_path=$STORE_SCHEMA" psql -XqAt -v ON_ERROR_STOP=1 -h "$STORE_PG" -U postgres -d postgres -c "$1"
}

store_rows() {
	if [ -z "${STORE_PG-}" ]; then
		sqlite3 "$OP_DB" "$1"
	else
		store_psql "$1"
	fi
}

store_dump() {
	local table tables=()
	if [ -z "${STORE_PG-}" ]; then
		sqlite3 "$OP_DB" .dump
		return
	fi
	for table in tickets ticket_events pending cycles checks unknown gaps mutes op_ids op_store; do
		tables+=("SELECT '$table' || t::text FROM $table AS t")
	done
	store_psql "$(printf '%s UNION ALL ' "${tables[@]}")SELECT '' ORDER BY 1"
}

store_clear() {
	if is_file; then
		rm -f "$OP_DB"
	else
		store
	fi
}

store_version() {
	if is_file; then
		sqlite3 "$OP_DB" "PRAGMA user_version = $1"
	else
		store_psql "UPDATE op_store SET version = $1"
	fi
}

is_file() {
	[ -z "${STORE_PG-}" ]
}

of_files() {
	is_file || skip 'it is about files'
}

# wait_until SECONDS COMMAND...: sleeps between tries as long as the first one took, to leave CPU to others
wait_until() {
	local _deadline=$((SECONDS + $1 + 120)) _began=${EPOCHREALTIME/./} _pause
	shift
	until "$@" >/dev/null 2>&1; do
		if ((SECONDS >= _deadline)); then
			echo "waited in vain for: $*" >&2
			return 1
		fi
		_pause=$((${EPOCHREALTIME/./} - _began))
		printf -v _pause '0.%06d' $((_pause < 50000 ? 50000 : _pause > 999999 ? 999999 : _pause))
		sleep "$_pause"
		_began=${EPOCHREALTIME/./}
	done
}

# ample COMMAND...: it must end with a status, not by errexit, which bash ignores here
ample() {
	local limit
	for limit in 300ms 1s 4s 16s 64s; do
		if "$@" "$limit"; then
			return
		fi
	done
	echo "failed with all limits: $*" >&2
	return 1
}

# start COMMAND...: with /dev/null for its stdin, and without the descriptors by
# which bats would wait for it
start() {
	"$@" 3>&- 4>&- &
	STARTED=$!
	echo "$STARTED" >>"$TEST_DIR/started"
}

finish() {
	wait_until "$1" gone "$STARTED" || return 1
	status=0
	wait "$STARTED" || status=$?
}

# stop PID: TERM, then KILL if it has not ended within 5 s
stop() {
	kill "$1" 2>/dev/null || return 0
	wait_until 5 gone "$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

running() {
	kill -0 "$1"
}

# gone PID: it has ended; without an init in a container it may stay a zombie
gone() {
	! kill -0 "$1" 2>/dev/null || [[ $(cat "/proc/$1/stat" 2>/dev/null) == *') Z '* ]]
}

has_lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# wait_ready PID SECONDS COMMAND...: wait_until, but fails at once if the process has ended
wait_ready() {
	wait_until "$2" ended_or "$1" "${@:3}" || return
	"${@:3}" >/dev/null 2>&1 || {
		echo "ended before it was ready: process $1" >&2
		return 1
	}
}

ended_or() { # PID COMMAND...
	gone "$1" || "${@:2}"
}

# was_built FILE GOAL: is it in the build folder? If not, prints what to make.
was_built() {
	[ -x "$B/$1" ] || {
		echo "$B/$1 is not built: run make $2 first" >&2
		return 1
	}
}

stop_all() {
	local pid
	[ -e "$TEST_DIR/started" ] || return 0
	while read -r pid; do
		stop "$pid"
	done <"$TEST_DIR/started"
	rm -f "$TEST_DIR/started"
}

# sim_start [OPTION...]
sim_start() {
	local ready="$TEST_DIR/sim.json"
	was_built sim/op-sim sims || return 1
	rm -f "$ready"
	start "$B/sim/op-sim" --with-parent --ready "$ready" \
		--prometheus-config "$TEST_DIR/prometheus.yml" "$@" </dev/null
	SIM_PID=$STARTED
	wait_ready "$SIM_PID" 10 test -e "$ready" || return 1
	SIM_CONTROL=$(jq -r .control "$ready")
	SIM_STATUS_PORT=$(jq -r .status_port "$ready")
	PD_ENDPOINT=$(jq -r '.pd | join(",")' "$ready")
	export SIM_PID SIM_CONTROL SIM_STATUS_PORT PD_ENDPOINT
	PROMETHEUS_URL=none
	export PROMETHEUS_URL
}

# sim COMMAND...: fails if the simulator does not know it
sim() {
	local said
	said=$(curl -qsS --noproxy '*' --max-time 60 --data-binary "$*" "$SIM_CONTROL")
	[ "$said" = ok ] || {
		echo "$said" >&2
		return 1
	}
}

# prometheus_start [CONFIG]: on a free port, with short retention
prometheus_start() {
	local log="$TEST_DIR/prometheus.log"
	start prometheus --config.file="${1:-$TEST_DIR/prometheus.yml}" \
		--storage.tsdb.path="$TEST_DIR/prometheus" --storage.tsdb.retention.time=1h \
		--web.listen-address=127.0.0.1:0 --log.level=info </dev/null >"$log" 2>&1
	PROMETHEUS_PID=$STARTED
	wait_ready "$PROMETHEUS_PID" 20 grep -q 'Server is ready' "$log" || {
		tail -n 5 "$log" >&2
		return 1
	}
	PROMETHEUS_URL=http://$(sed -n 's/.*msg="Listening on" address=//p' "$log")
	export PROMETHEUS_PID PROMETHEUS_URL
}

# prom_value QUERY: the value of its first series, or ""
prom_value() {
	curl -qsS --noproxy '*' --max-time 60 --data-urlencode "query=$1" "$PROMETHEUS_URL/api/v1/query" |
		jq -r '.data.result[0].value[1] // ""'
}

# prom_has QUERY: does it return anything?
prom_has() {
	[ -n "$(prom_value "$1")" ]
}

# needs COMMAND [PACKAGE]: if it is missing, skips the test, or fails it with CI=true
needs() {
	command -v "$1" >/dev/null && return
	if [ "${CI-}" = true ]; then
		echo "$1 is not here: install ${2:-$1}"
		return 1
	fi
	skip "no $1: install ${2:-$1}"
}

free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
