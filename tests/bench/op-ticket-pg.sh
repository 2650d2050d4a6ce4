#!/bin/bash
# SPDX-License-Identifier: ISC
# op-ticket on a PostgreSQL server of its own: statements for sets of rows
# compared with one per row, round trips, and a hundred pipelines at once.
set -eu

: "${B:=$PWD/build}"
root=$PWD
if [ ! -x "$B/op-ticket-pg" ]; then
	echo 'op-ticket-pg is not built: libpq is missing'
	exit 0
fi
if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	echo 'initdb is missing: install postgresql'
	exit 0
fi
PATH=$B:$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1):$PATH:/usr/sbin
work=$(mktemp -d)
chmod 755 "$work"
"$root/tests/pg/start" "$work/pg" max_connections=250 </dev/null >"$work/said" 2>&1 &
starter=$!
trap 'kill "$starter" 2>/dev/null; wait "$starter" || :; rm -rf "$work"' EXIT
until [ -e "$work/pg/ready" ]; do
	kill -0 "$starter" 2>/dev/null || {
		cat "$work/said" >&2
		exit 1
	}
	sleep 0.05
done
python3 "$root/tests/bench/op-ticket-pg.py" "$work"
