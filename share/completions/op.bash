# SPDX-License-Identifier: ISC
# bash completion for op-scrape, op-check, op-ticket, op-loop and op-report
#
# What tickets and files hold is text from outside: it is compared, never
# expanded, and quoted before it reaches the command line.

# _op_start: words before the cursor in words, the one at it in cur. Bash also
# splits at : and =, which are part of batch keys and of --set.
_op_start() {
	local i word glue=
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ -n $glue || $word == [:=]* ]] && ((${#words[@]})); then
			words[${#words[@]} - 1]+=$word
		else
			words+=("$word")
		fi
		glue=
		[[ $word != *[:=] ]] || glue=yes
	done
	cur=${words[${#words[@]} - 1]}
	unset "words[${#words[@]} - 1]"
	prev=${words[${#words[@]} - 1]}
	COMPREPLY=()
	# --flag=value
	if [[ $cur == --*=* ]]; then
		prev=${cur%%=*}
		cur=${cur#*=}
	fi
}

# _op_reply CANDIDATE...: those that begin with cur. Bash replaces only what
# follows the last : or = of the word.
_op_reply() {
	local candidate quoted cut=${cur%"${cur##*[:=]}"}
	for candidate; do
		[[ $candidate == "$cur"* ]] || continue
		printf -v quoted %q "${candidate#"$cut"}"
		COMPREPLY+=("$quoted")
	done
}

# _op_lines: _op_reply for the lines of stdin
_op_lines() {
	local lines
	mapfile -t lines
	_op_reply "${lines[@]}"
}

_op_files() {
	local lines
	mapfile -t lines < <(compgen -f -- "$cur")
	compopt -o filenames 2>/dev/null
	COMPREPLY+=("${lines[@]}")
}

# _op_command FIRST: words[FIRST] begins another command, and so does what follows a quoted |
_op_command() {
	local i first=$1
	for ((i = first; i < ${#words[@]}; i++)); do
		[[ ${words[i]} != [\'\"\\]\|* ]] || first=$((i + 1))
	done
	if declare -F _command_offset >/dev/null; then
		_command_offset "$first"
	else
		mapfile -t COMPREPLY < <(compgen -c -f -- "$cur")
	fi
}

_op_subjects() {
	local dir share
	share=$(type -P op-check)
	share=${share%/*}/../share
	while IFS= read -r dir; do
		[[ -n $dir && -d $dir ]] || continue
		for dir in "$dir"/*/schema.sql; do
			[[ -e $dir ]] || continue
			dir=${dir%/schema.sql}
			printf '%s\n' "${dir##*/}"
		done
	done < <(tr : '\n' <<<"${OP_SUBJECTS-}"; printf '%s\n' "${OP_SHARE:-$share/op}/subjects" "$share/subjects") | sort -u
}

# _op_value FLAG: what was given for it on the command line so far
_op_value() {
	local i value=
	for ((i = 1; i < ${#words[@]}; i++)); do
		case ${words[i]} in
		"$1") value=${words[i + 1]-} ;;
		"$1"=*) value=${words[i]#*=} ;;
		esac
	done
	printf '%s' "$value"
}

_op_invariants() {
	local subject
	subject=$(_op_value -s)
	command op-check ${subject:+-s "$subject"} --list 2>/dev/null |
		sed -n 's/^{"kind":"invariant","name":"\([a-z0-9_]*\)".*/\1/p'
}

_op_scrape() {
	local cur prev words
	_op_start
	case $prev in
	-s | --subject) _op_lines < <(_op_subjects) ;;
	--cacert | --cert | --key | --prometheus-cacert | --prometheus-cert | --prometheus-key | --token-file | --basic-file | \
		--header-file | --pd-header-file) _op_files ;;
	--pd) _op_reply none metrics "${PD_ENDPOINT:-http://localhost:2379}" ;;
	--prometheus) _op_reply none "${PROMETHEUS_URL:-http://localhost:9090}" ;;
	--parallel) _op_reply 4 8 16 32 ;;
	--tls-server-name | --pd-tls-server-name | --proxy | --pd-proxy) ;;
	--timeout) _op_reply 2s 5s 10s 30s ;;
	--window) _op_reply 1m 2m 5m ;;
	--from) _op_reply 1h 1d 7d ;;
	--step) _op_reply 30s 1m 5m ;;
	--scrape-interval) _op_reply 5s 15s 30s 1m ;;
	--instance-label) _op_reply instance pod ;;
	--cluster | --match | --instance | --to) ;;
	*) _op_reply -s --subject --pd --prometheus --cluster --timeout --match --window --instance --instance-label --parallel --from --to --step --scrape-interval \
		-h --cacert --cert --key --prometheus-cacert --prometheus-cert --prometheus-key --token-file --basic-file \
		-V --header-file --pd-header-file --tls-server-name --pd-tls-server-name --proxy --pd-proxy --list --help --version ;;
	esac
}

# _op_params INVARIANT: what --set can name of it
_op_params() {
	[[ $1 =~ ^[a-z][a-z0-9_]*$ ]] || return
	command op-check --list 2>/dev/null | awk -v name="$1" '
		index($0, "{\"kind\":\"invariant\",\"name\":\"" name "\",") == 1 && match($0, /"params":\{[^}]*\}/) {
			n = split(substr($0, RSTART + 10, RLENGTH - 11), params, ",")
			for (i = 1; i <= n; i++)
				if (split(params[i], part, "\"") > 2)
					print name "." part[2] "="
		}'
	printf "$1.%s=\n" severity grace flap
}

_op_check() {
	local cur prev words
	_op_start
	case $prev in
	-s) _op_lines < <(_op_subjects) ;;
	--only | --skip | --explain) _op_lines < <(_op_invariants) ;;
	--require) _op_lines < <(echo all; _op_invariants) ;;
	--set)
		compopt -o nospace 2>/dev/null
		case $cur in
		*.*=*) ;;
		*.*) _op_lines < <(_op_params "${cur%%.*}") ;;
		*) _op_lines < <(_op_invariants | sed 's/$/./') ;;
		esac
		;;
	test) _op_files ;;
	*)
		_op_reply -s --set --only --skip -e --require --explain --all --list -n -h -V
		((${#words[@]} > 1)) || _op_reply test
		;;
	esac
}

# _op_tickets LIST-FLAG...: ids, written as the word at the cursor is
_op_tickets() {
	local db prefix=
	db=$(_op_value --db)
	[[ $cur != [Tt]* ]] || prefix=TKT-
	command op-ticket ${db:+--db "$db"} list --ndjson "$@" 2>/dev/null | head -n 1000 |
		awk -v prefix="$prefix" 'match($0, /^\{"id":[0-9]+/) { print prefix substr($0, 7, RLENGTH - 6) }'
}

# _op_values KEY: what tickets have there
_op_values() {
	local db
	db=$(_op_value --db)
	command op-ticket ${db:+--db "$db"} list --ndjson 2>/dev/null | head -n 1000 |
		awk -v key="\"$1\":\"" '(at = index($0, key)) {
			value = substr($0, at + length(key))
			if (match(value, /^[^"\\]+"/))
				print substr(value, 1, RLENGTH - 1)
		}' | sort -u
}

_op_ticket() {
	local cur prev words i command='' output filter batch
	_op_start
	for ((i = 1; i < ${#words[@]}; i++)); do
		case ${words[i]} in
		--db | --db-timeout) i=$((i + 1)) ;;
		-*) ;;
		*) command=${words[i]}; break ;;
		esac
	done
	case $prev in
	--db) _op_files; return ;;
	--db-timeout) _op_reply 20s 1m; return ;;
	-s | --status) _op_reply open acknowledged diagnosed resolved; return ;;
	--batch) _op_lines < <(_op_values batch_key); return ;;
	--cluster) _op_lines < <(_op_values cluster); return ;;
	--subject) _op_lines < <(_op_values subject); return ;;
	--for) _op_reply 30m 2h 8h 1d; return ;;
	--since | --until | --from) _op_reply 2h 1d 1w 02:00 today yesterday; return ;;
	--severity) _op_reply info warning critical; return ;;
	--sort)
		if [[ $command == stats ]]; then
			_op_reply tickets flapped mttr unknown
		else
			_op_reply severity age id first_seen_at last_seen_at resolved_at cluster invariant_name store_id
		fi
		return
		;;
	-S | --store) _op_lines < <(_op_values store_id); return ;;
	--invariant) _op_lines < <(_op_values invariant_name); return ;;
	-n | --limit | -m | --message | --as | --after | --lease) return ;;
	--gone-after) _op_reply 10m 30m 1h; return ;;
	--event) _op_reply created acknowledged diagnosed noted held unheld escalated resolved muted unmuted evidence_lost evidence_back; return ;;
	--max-age) _op_reply 90s 5m; return ;;
	--max-unknown) _op_reply 1h 1d; return ;;
	--older-than) _op_reply 30d 90d 365d; return ;;
	esac
	output='--json --ndjson --csv --table --utc --no-pager --help'
	filter='-S --store --invariant --subject --cluster --since --until -n --limit -q --quiet'
	batch='--batch --subject --cluster --as --help'
	# shellcheck disable=SC2086 # words
	case $command in
	'') _op_reply --db --db-timeout -h --help -V --version \
		ingest list show incidents ack note diagnose resolve hold unhold events stats diff status \
		mute mutes unmute adopt forget prune create migrate export import ;;
	ingest) _op_reply --dry-run --events -q --quiet --log-time --gone-after --lease --help ;;
	list) _op_reply -s --status --severity --open --muted --unknown --pending --batch --sort -w --watch --events $filter $output ;;
	incidents) _op_reply --open --muted $filter $output ;;
	stats) _op_reply --sort $filter $output ;;
	diff) case $cur in -*) _op_reply --counts $output ;; *) _op_files ;; esac ;;
	status) _op_reply --max-age --max-unknown --strict --subject --cluster $output ;;
	mute) _op_reply --cluster --invariant -S --store --from --for --until -m --message --as --utc --help ;;
	mutes) _op_reply --all $output ;;
	unmute) _op_reply --as --help ;;
	adopt) _op_reply --cluster --subject --as --help ;;
	forget) _op_reply --cluster --subject --invariant --yes --as --help ;;
	prune) _op_reply --older-than --help ;;
	create | migrate) _op_reply --help ;;
	*)
		case $command:$cur in
		show:-*) _op_reply --batch --subject --cluster $output ;;
		events:-*) _op_reply --event --after --cursor -f --follow --muted $filter $output ;;
		hold:-*) _op_reply --for -m --message $batch ;;
		diagnose:-*) _op_reply $batch ;;
		*:-*) _op_reply -m --message $batch ;;
		show:* | events:* | note:*) _op_lines < <(_op_tickets) ;;
		ack:*) _op_lines < <(_op_tickets -s open) ;;
		*) _op_lines < <(_op_tickets --open) ;;
		esac
		[[ $command != diagnose || $cur == -* || $prev == diagnose ]] || _op_files
		;;
	esac
}

_op_loop() {
	local cur prev words i
	_op_start
	for ((i = 1; i < ${#words[@]}; i++)); do
		case ${words[i]} in
		-i | --interval | -t | --timeout | -k | --grace | -n | --count | --jitter | --max-failures | --lock | --after | --notify-fd)
			i=$((i + 1))
			;;
		--)
			_op_command $((i + 1))
			return
			;;
		-*) ;;
		*)
			_op_command "$i"
			return
			;;
		esac
	done
	case $prev in
	-i | --interval) _op_reply 10s 30s 1m 5m ;;
	--jitter) _op_reply auto 0 5s 30s ;;
	-t | --timeout | -k | --grace) _op_reply 5s 10s 30s 1m ;;
	--lock) _op_files ;;
	--after) _op_command $((${#words[@]})) ;;
	-n | --count | --max-failures | --notify-fd) ;;
	*)
		_op_reply -i --interval -t --timeout -k --grace -n --count -1 --once --jitter --max-failures --lock --log-time \
			--after --notify-fd -q --quiet -v --verbose -h --help -V --version
		[[ $cur == -* ]] || _op_command ${#words[@]}
		;;
	esac
}

_op_report() {
	local cur prev words
	_op_start
	case $prev in
	--title) ;;
	--tz) _op_lines < <(printf 'UTC\n'; cd /usr/share/zoneinfo 2>/dev/null && printf '%s\n' [A-Z]*/[A-Z]*) ;;
	--refresh) _op_reply 30s 1m 5m ;;
	*) _op_reply --title --tz --refresh -h --help -V --version ;;
	esac
}

complete -F _op_scrape op-scrape
complete -F _op_check op-check
complete -F _op_ticket op-ticket
complete -F _op_loop op-loop
complete -F _op_report op-report
