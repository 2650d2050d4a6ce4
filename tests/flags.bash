# SPDX-License-Identifier: ISC
# help_flags PROGRAM: the flags that its help names, and that of its commands: -x and --xxx, a line each

help_flags() {
	local command
	"$1" -h >"$BATS_TEST_TMPDIR/help" || return
	if [ "$1" = op-ticket ]; then
		for command in ingest list show ack diagnose resolve hold unhold events status prune; do
			op-ticket "$command" -h >>"$BATS_TEST_TMPDIR/help" || return
		done
	fi
	grep -oE -e "(^|[][ |,('])(--[a-z][a-z0-9-]*|-[A-Za-z0-9])($|[][ |,=)'])" "$BATS_TEST_TMPDIR/help" |
		grep -oE -e '--?[A-Za-z0-9][a-z0-9-]*' | sort -u
}
