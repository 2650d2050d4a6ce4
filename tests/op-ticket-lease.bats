#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-ticket ingest --lease: one of a cluster's monitors ingests, the others stand by.

load helper

setup() {
	export USER=tester TZ=UTC
	store
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	touch stop.a stop.b stop.c # the monitors stop when this exists
	stop_all
}

# cycle AT [STORE...]: a cycle of the cluster $cluster in which the stores are down
cycle() {
	local at=$1 store
	shift
	printf '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"%s"%s,"at":"%s"}\n' \
		"${cluster:-prod}" "${id:+,\"cluster_id\":\"$id\"}" "$at"
	for store; do
		printf '{"kind":"violation","invariant_name":"down","store_id":"%s","message":"m"}\n' "$store"
	done
	printf '{"kind":"check","invariant_name":"down","complete":true}\n{"kind":"end"}\n'
}

at() { date -u -d "2026-01-24T00:00:00Z + $1 seconds" +%FT%TZ; }
holder() { op-ticket status --ndjson | jq -rc 'select(.cluster == "'"${1:-prod}"'") | .holder'; }
ends() { op-ticket status --ndjson | jq -rc .holder_until; }

set_version() {
	case $OP_DB in
	postgresql:*) store_rows "UPDATE op_store SET version = $1" ;;
	*) store_rows "PRAGMA user_version = $1" ;;
	esac
}

# everything is stored, except for the clock's time
all() {
	op-ticket list --ndjson
	op-ticket events --ndjson
	op-ticket status --ndjson | jq -c 'del(.age_s)'
}

@test "while another holds the lease, it stands by and nothing changes" {
	cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a 2>/dev/null
	[ "$(holder)" = mon-a ]
	all >before
	run --separate-stderr op-ticket ingest --events --lease mon-b:1d < <(cycle "$(at 30)" 1 2)
	[ "$status" = 0 ]
	[ "$stderr" = 'Standing by: mon-a watches tikv/prod' ]
	[ -z "$output" ]
	# not even cycles that would be refused, or have been taken
	run -0 op-ticket ingest --lease mon-b < <(cycle "$(at -30)")
	[ "$output" = 'Standing by: mon-a watches tikv/prod' ]
	run -0 op-ticket ingest --lease mon-b < <(cycle "$(at 0)" 1)
	[ "$output" = 'Standing by: mon-a watches tikv/prod' ]
	run -0 op-ticket ingest -q --lease mon-b < <(cycle "$(at 30)")
	[ -z "$output" ]
	run -0 op-ticket ingest --dry-run --lease mon-b < <(cycle "$(at 30)" 2)
	[ "$output" = 'Dry run: Standing by: mon-a watches tikv/prod' ]
	all >after
	cmp before after
}

@test "without a lease, nothing is ingested while another's is valid" {
	cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a:1h 2>/dev/null
	all >before
	run -75 op-ticket ingest < <(cycle "$(at 30)" 1 2)
	[[ $output == 'op-ticket: tikv/prod: '*'mon-a holds the lease until '* ]]
	all >after
	cmp before after
	cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a:1ms 2>/dev/null
	ended() { [ "$(holder)" = null ]; }
	wait_until 10 ended
	cycle "$(at 30)" 1 2 | op-ticket ingest 2>/dev/null
	[ "$(op-ticket list | wc -l)" = 2 ]
	[ "$(holder)" = null ]
}

@test "it takes over once the lease has ended" {
	cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a:1s 2>/dev/null
	over() { cycle "$(at 30)" 1 | op-ticket ingest --lease mon-b:1h 2>&1 | grep '^Check complete'; }
	wait_until 10 over
	[ "$(holder)" = mon-b ]
	[ "$(op-ticket show 1 | jq -c '[.occurrence_count, .events[].actor]')" = '[2,"op"]' ]
	run -0 op-ticket ingest --lease mon-a:1s < <(cycle "$(at 60)" 1)
	[ "$output" = 'Standing by: mon-b watches tikv/prod' ]
}

@test "a cycle that is or was taken extends the lease; a refused one does not" {
	id=7 cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a:1h 2>/dev/null
	first=$(ends)
	sleep 0.05
	id=7 cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a:1h 2>/dev/null
	second=$(ends)
	[[ $second > $first ]]
	sleep 0.05
	run -65 op-ticket ingest --lease mon-a:2h < <(id=7 cycle "$(at -30)")
	run -65 op-ticket ingest --lease mon-a:2h < <(id=8 cycle "$(at 30)")
	[ "$(op-ticket list --open | jq -r .invariant_name | sort | paste -sd,)" = cluster_id_changed,down ]
	[ "$(ends)" = "$second" ]
	id=7 cycle "$(at 60)" 1 | op-ticket ingest --lease mon-a:2h 2>/dev/null
	[[ $(ends) > $second ]]
}

@test "in a backlog each cluster has its own lease" {
	cluster=a cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a 2>/dev/null
	cluster=b cycle "$(at 0)" 1 | op-ticket ingest --lease mon-b 2>/dev/null
	backlog() { for n in 30 60; do for cluster in a b c; do cycle "$(at $n)" 1 2; done; done; }
	run -0 op-ticket ingest --lease mon-a < <(backlog)
	[ "$(grep -c '^Standing by: mon-b watches tikv/b$' <<<"$output")" = 2 ]
	[ "$(grep -c '^Check complete' <<<"$output")" = 4 ]
	[ "$(op-ticket list --ndjson | jq -r .cluster | sort | uniq -c | xargs)" = '2 a 1 b 2 c' ]
	[ "$(holder a) $(holder b) $(holder c)" = 'mon-a mon-b mon-a' ]
	# some taken, some not
	run -75 op-ticket ingest < <(cluster=a cycle "$(at 90)" 1 && cluster=d cycle "$(at 90)" 1)
	[ "$(op-ticket list --ndjson | jq -r .cluster | sort | uniq -c | xargs)" = '2 a 1 b 2 c 1 d' ]
	run -75 op-ticket ingest < <(cluster=a cycle "$(at 90)" 1 && cluster=d cycle "$(at 60)" 1)
	run -65 op-ticket ingest --lease mon-a < <(cluster=b cycle "$(at 90)" 1 && cluster=d cycle "$(at 60)" 1)
}

@test "status shows who holds it" {
	cycle "$(at 0)" | op-ticket ingest 2>/dev/null
	run -1 op-ticket status --table
	[[ $output != *HOLDER* ]]
	[ "$(op-ticket status --ndjson | jq -c '[.holder, .holder_until]')" = '[null,null]' ]
	cycle "$(at 30)" | op-ticket ingest --lease mon-a:1h 2>/dev/null
	run -1 op-ticket status --table
	[[ ${lines[0]} == *' HOLDER' ]]
	[[ ${lines[1]} == *' mon-a' ]]
	[ "$(op-ticket status --json | jq -c '.[0].holder')" = '"mon-a"' ]
	end=$(date -d "$(ends)" +%s)
	now=$(date +%s)
	[ "$end" -gt $((now + 3000)) ]
	[ "$end" -le $((now + 3601)) ]
	# forgetting the cluster also forgets the lease
	op-ticket forget --cluster prod --yes 2>/dev/null
	cycle "$(at 60)" | op-ticket ingest --lease mon-b 2>/dev/null
	[ "$(holder)" = mon-b ]
}

@test "of many that start at once, one becomes active, and each cycle counts once" {
	# each has cycles of its own, at different times
	monitor() {
		for i in $(seq 1 12); do
			cycle "2026-01-24T00:00:$(printf %02d "$i").$1Z" 1 | op-ticket ingest --lease "mon-$1:1h" 2>>"log.$1" || echo "status $?" >>"log.$1"
		done
	}
	for n in 100 200 300 400 500 600; do
		monitor "$n" 3>&- 4>&- &
		pids="${pids-} $!"
	done
	# shellcheck disable=SC2086 # pids
	wait $pids
	first=$(holder)
	run ! grep -h '^status' log.*
	[ "$(grep -c '^Check complete' "log.${first#mon-}")" = 12 ]
	[ "$(cat log.* | grep -c '^Check complete')" = 12 ]
	[ "$(cat log.* | grep -c "^Standing by: $first watches tikv/prod$")" = 60 ]
	[ "$(op-ticket list | jq -c '[.id, .occurrence_count]')" = '[1,12]' ]
}

@test "a lease passes on while all keep running, and is never held twice" {
	monitor() {
		while [ ! -e "stop.$1" ]; do
			cycle "$(date -u +%FT%T.%3NZ)" 1 | op-ticket ingest --lease "mon-$1:1500ms" 2>>"log.$1"
		done
	}
	for n in a b c; do
		monitor $n 3>&- 4>&- &
	done
	has() { [[ $(holder) == mon-? ]]; }
	wait_until 20 has
	one=$(holder)
	touch "stop.${one#mon-}"
	other() { has && [ "$(holder)" != "$one" ]; }
	wait_until 20 other
	two=$(holder)
	stood_by() { cat log.* | grep -qx "Standing by: $1 watches tikv/prod"; }
	wait_until 20 stood_by "$two"
	touch stop.a stop.b stop.c
	wait
	stood_by "$one"
	# exactly the cycles that were taken are counted
	[ "$(op-ticket list | jq .occurrence_count)" = "$(cat log.* | grep -c '^Check complete')" ]
	run grep -hv -e '^Check complete' -e '^Standing by' -e '^Created' log.a log.b log.c
	[ -z "$output" ] || [[ $output == *'a later one was taken before'* ]]
}

@test "a lease that a wrong clock extended for years blocks nobody" {
	cycle "$(at 0)" 1 | op-ticket ingest --lease mon-a 2>/dev/null
	store_rows "UPDATE cycles SET holder_until = '2126-01-24T00:00:00.000Z'"
	[ "$(holder)" = null ]
	cycle "$(at 30)" 1 | op-ticket ingest --lease mon-b 2>/dev/null
	[ "$(holder)" = mon-b ]
}

@test "a database newer than the program: a monitor with a lease tries again" {
	cycle "$(at 0)" 1 | op-ticket ingest 2>/dev/null
	set_version 99
	run -78 op-ticket ingest < <(cycle "$(at 30)" 1)
	run -75 op-ticket ingest --lease mon-a < <(cycle "$(at 30)" 1)
	[[ $output == *'newer than this op-ticket'* ]]
	[ -z "${STORE_PG-}" ] || return 0
	set_version 3
	ln "$OP_DB" other.db
	run -78 op-ticket ingest --lease mon-a < <(cycle "$(at 30)" 1)
}

@test "an invalid name or duration" {
	for lease in '' ':90s' 'mon a' 'mon-a:' 'mon-a:x' 'mon-a:0' 'mon-a:2d' 'mon-a:1s:1s'; do
		run -64 op-ticket ingest --lease "$lease" </dev/null
	done
	run -64 op-ticket list --lease mon-a
}
