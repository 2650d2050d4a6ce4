# SPDX-License-Identifier: ISC
# completions.zsh FOLDER: asks an interactive zsh in a pseudo-terminal for
# completions from FOLDER, as somebody who presses Tab does.
zmodload zsh/zpty
setopt extended_glob
seen=

# sees PATTERN SECONDS: does the terminal show it in time?
sees() {
	local piece end=$((SECONDS + $2))
	while ((SECONDS <= end)); do
		while zpty -rt z piece; do
			seen+=$piece
		done
		[[ ${seen//$'\e'\[[0-9;?]#[a-zA-Z]/} == *$~1* ]] && return
		sleep 0.05
	done
	return 1
}

# tab LINE PATTERN: presses Tab behind the line, again where zsh was not yet listening
tab() {
	local try
	seen=
	for try in 1 2 3 4; do
		zpty -w -n z $'\x15'"$1"$'\t'
		sees "$2" 6 && return
	done
	print -r -- "Tab behind '$1' showed: ${(V)seen}" >&2
	exit 1
}

zpty z zsh -f -i
zpty -w z "stty cols 200; PS1=; fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -d dump; echo it is ready"
sees $'\nit is ready' 20 || exit 1
tab 'op-ticket ack ' 'op-ticket ack 2'
tab 'op-ticket show --batch ' 'batch-2026-01-24T23:08:17.000Z'
tab 'op-check --only low_d' low_disk_space
tab 'op-ticket show ' 'store_down:2*store_down:'
[[ $seen != *$'\e[31m'* ]] || exit 1
zpty -d z
