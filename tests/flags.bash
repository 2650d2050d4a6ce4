# SPDX-License-Identifier: ISC
# built PROGRAM: its name, if there is one
built() {
	command -v "$1" >/dev/null && printf '%s\n' "$1"
}

# help_flags PROGRAM: the flags in its help and in that of its commands: -x and --xxx, one per line

help_flags() {
	local command
	"$1" -h >"$BATS_TEST_TMPDIR/help" || return
	if [ "$1" = op-ticket ]; then
		for command in $("$1" -h | sed -n 's/^  \([a-z]\{1,\}\).*/\1/p'); do
			op-ticket "$command" -h >>"$BATS_TEST_TMPDIR/help" || return
		done
	fi
	# not those in examples, which may belong to another program
	sed -i '/^    op-/d' "$BATS_TEST_TMPDIR/help"
	grep -oE -e "(^|[][ |,('])(--[a-z][a-z0-9-]*|-[A-Za-z0-9])($|[][ |,=)'])" "$BATS_TEST_TMPDIR/help" |
		grep -oE -e '--?[A-Za-z0-9][a-z0-9-]*' | sort -u
}
