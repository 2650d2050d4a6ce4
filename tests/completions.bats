# SPDX-License-Identifier: ISC
# What the shells complete, tested in the shells themselves. The tickets contain
# text that would have an effect if a shell expanded it.

# shellcheck disable=SC2016 # what other shells shall see

load helper
load flags

completions=$BATS_TEST_DIRNAME/../share/completions

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export OP_DB=$BATS_TEST_TMPDIR/tickets.db
	printf '%s\n' \
		'{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"$(touch pwned)","at":"2026-01-24T23:08:17Z"}' \
		'{"kind":"violation","invariant_name":"store_down","store_id":"2"}' \
		'{"kind":"violation","invariant_name":"store_down","store_id":"`touch pwned`;\u001b[31m\u202eé\" $(touch pwned)"}' \
		'{"kind":"check","invariant_name":"store_down","complete":true}' \
		'{"kind":"end"}' | op-ticket ingest 2>/dev/null
	op-ticket ack 1 2>/dev/null
}

teardown() {
	stop_all
	[ ! -e "$BATS_TEST_TMPDIR/pwned" ]
}

# by_bash WORD...: the candidates for the last word, one per line
by_bash() {
	bash --norc -c '
		. "$1/op.bash"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"_${1//-/_}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$completions" "$@"
}

# by_fish LINE
by_fish() {
	fish --no-config -c 'for f in $argv[1]/*.fish; source $f; end; complete -C $argv[2]' "$completions" "$1"
}

@test "bash: commands, flags and their values" {
	[ "$(by_bash op-ticket dia)" = diagnose ]
	[ "$(by_bash op-ticket list --op)" = --open ]
	[ "$(by_bash op-ticket list -s r)" = resolved ]
	[ "$(by_bash op-scrape -s '')" = tikv ]
	[ "$(by_bash op-loop --max)" = --max-failures ]
	[ "$(by_bash op-loop -i 30 -- op-scr | sort -u)" = op-scrape ]
}

@test "bash: ids of the tickets that a command can apply to" {
	[ "$(by_bash op-ticket show '' | sort | xargs)" = '1 2' ]
	[ "$(by_bash op-ticket ack '')" = 2 ]
	[ "$(by_bash op-ticket resolve T | sort | xargs)" = 'TKT-1 TKT-2' ]
	[ "$(by_bash op-ticket --db "$OP_DB" hold '' | sort | xargs)" = '1 2' ]
	[ -z "$(by_bash op-ticket --db nothing.db hold '')" ]
	[ ! -e nothing.db ]
}

@test "bash: batch keys despite their colons, and quoted clusters" {
	[ "$(by_bash op-ticket show --batch '')" = batch-2026-01-24T23:08:17.000Z ]
	[ "$(by_bash op-ticket show --batch batch-2026-01-24T23 : 08 : 1)" = 17.000Z ]
	[ "$(by_bash op-ticket show --cluster '')" = '\$\(touch\ pwned\)' ]
}

@test "bash: invariants and their parameters" {
	[ "$(by_bash op-check --only low_d)" = low_disk_space ]
	by_bash op-check --set high_latency. | grep -qx 'high_latency.threshold_ms='
	by_bash op-check --set high_latency. | grep -qx 'high_latency.grace='
	[ "$(by_bash op-check --set low_d)" = low_disk_space. ]
}

@test "fish: commands, tickets, incidents, invariants" {
	needs fish
	by_fish 'op-ticket dia' | grep -q '^diagnose'
	[ "$(by_fish 'op-ticket show ' | cut -f 1 | sort | xargs)" = '1 2' ]
	[ "$(by_fish 'op-ticket ack ' | cut -f 1)" = 2 ]
	[ "$(by_fish 'op-ticket list --batch ' | cut -f 1)" = batch-2026-01-24T23:08:17.000Z ]
	by_fish 'op-ticket show ' >all
	[ "$(LC_ALL=C tr -d ' -~\t\n' <all | wc -c)" = 0 ]
	[ "$(by_fish 'op-ticket --db nothing.db hold ' | grep -c '^[0-9]')" = 0 ]
	by_fish 'op-check --only low_d' | grep -q '^low_disk_space'
	by_fish 'op-check --set high_latency.' | grep -q '^high_latency.threshold_ms='
	by_fish 'op-scrape -s ' | grep -q '^tikv'
	by_fish 'op-loop -i 30 -- op-scr' | grep -q '^op-scrape'
}

@test "zsh: the functions are found and complete tickets" {
	needs zsh
	local f
	for f in "$completions"/_op-*; do
		zsh -n "$f"
	done
	# the leak check's helper process and zsh's wait for its children conflict
	ASAN_OPTIONS=detect_leaks=0 zsh -f "$BATS_TEST_DIRNAME/completions.zsh" "$completions"
}

@test "each shell knows each flag of each program" {
	local program flag
	for program in op-scrape op-check op-ticket op-loop $(built op-report); do
		for flag in $(help_flags "$program"); do
			grep -qE -e "(^|[ ({,'])$flag($|[],)'{}|= [])" "$completions/op.bash" || { echo "bash: $program $flag"; return 1; }
			grep -qE -e "(^|[ (){,'*])$flag($|[],)'{}+= [])" "$completions/_$program" || { echo "zsh: $program $flag"; return 1; }
			case $flag in
			--*) grep -qE -e "-l ${flag#--}( |$)" "$completions/$program.fish" ;;
			*) grep -qE -e "-s ${flag#-}( |$)" "$completions/$program.fish" ;;
			esac || { echo "fish: $program $flag"; return 1; }
		done
	done
}
