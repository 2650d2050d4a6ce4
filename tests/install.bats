#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# make install, make uninstall, and a tree that is moved.
# takes 30 s

load helper

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	DEST="$TEST_DIR/de st"
	cd "$TEST_DIR" || return 1
	unset MAKEFLAGS MAKELEVEL
}

teardown() {
	rm -rf "${TOP:?}/build-alone.$$"
}

# make_ GOAL [VAR=VALUE...]: with the programs already built
make_() {
	make -s -C "$TOP" B="${B##*/}" "$@" # B is in TOP, and relative because make splits at blanks
}

listing() { # of files with their modes and contents
	(cd "$1" && find . -type f -printf '%m %p ' -exec sha256sum {} \; | awk '{print $1, $2, $3}' | sort -k2)
}

# where PROGRAM...: run as installed below $1, with nothing of the tree on the paths
installed() {
	local bin=$1
	shift
	env -u OP_SHARE -u B PATH="$bin:/usr/bin:/bin" HOME="$TEST_DIR" "$@"
}

@test "install installs programs, subjects, schema, units and documentation" {
	run -0 make_ install DESTDIR="$DEST" PREFIX=/usr
	[ -z "$output" ]
	for program in op-scrape op-check op-ticket op-loop; do
		[ "$(stat -c %a "$DEST/usr/bin/$program")" = 755 ]
	done
	for file in share/op/subjects/tikv/schema.sql share/op/subjects/tikv/invariants/store_down.sql \
		share/op/sql/schema.sql share/doc/op/README.md share/doc/op/LICENSE \
		lib/systemd/system/op@.service lib/systemd/system/op-once@.timer lib/sysusers.d/op.conf lib/tmpfiles.d/op.conf; do
		[ "$(stat -c %a "$DEST/usr/$file")" = 644 ] || { echo "$file"; return 1; }
	done
	[ -x "$DEST/usr/share/doc/op/examples/supervision/s6/op-prod/run" ]
	diff -r "$TOP/share/subjects" "$DEST/usr/share/op/subjects"
	for page in man1/op-scrape.1 man1/op-check.1 man1/op-ticket.1 man1/op-loop.1 man5/op-invariants.5 \
		man5/op-tickets.5 man7/op.7; do
		[ -s "$DEST/usr/share/man/$page" ] || { echo "$page"; return 1; }
	done
	for program in op-scrape op-check op-ticket op-loop; do
		[ -s "$DEST/usr/share/bash-completion/completions/$program" ]
		[ -s "$DEST/usr/share/zsh/site-functions/_$program" ]
		[ -s "$DEST/usr/share/fish/vendor_completions.d/$program.fish" ]
	done
	run -1 grep -rlF "$DEST" "$DEST"
	[ -z "$(find "$DEST" -name '*.new')" ]
}

@test "the units name the folder of the programs" {
	make_ install DESTDIR="$DEST" PREFIX=/opt/op
	grep -q '^ExecStart=/opt/op/bin/op-loop ' "$DEST/opt/op/lib/systemd/system/op@.service"
	grep -q '^ExecSearchPath=/opt/op/bin:' "$DEST/opt/op/lib/systemd/system/op@.service"
	run -1 grep -r /usr/local "$DEST/opt/op/lib"
}

@test "installed files are readable by everybody, whatever the umask" {
	(umask 077 && make_ install DESTDIR="$DEST" PREFIX=/usr)
	[ -z "$(find "$DEST/usr" ! -perm -o=r)" ]
	[ -z "$(find "$DEST/usr" -type d ! -perm -o=x)" ]
}

@test "a second install changes nothing, a newer one removes obsolete files" {
	make_ install DESTDIR="$DEST" PREFIX=/usr
	listing "$DEST" >first
	make_ install DESTDIR="$DEST" PREFIX=/usr
	listing "$DEST" >second
	cmp first second
	echo 'SELECT' >"$DEST/usr/share/op/subjects/tikv/invariants/of_old.sql"
	mkdir "$DEST/usr/share/op/subjects/mine"
	touch "$DEST/usr/share/op/subjects/mine/schema.sql"
	make_ install DESTDIR="$DEST" PREFIX=/usr
	[ ! -e "$DEST/usr/share/op/subjects/tikv/invariants/of_old.sql" ]
	[ -e "$DEST/usr/share/op/subjects/mine/schema.sql" ]
}

@test "uninstall removes all installed files and no others" {
	mkdir -p "$DEST/usr/bin" "$DEST/usr/share/man/man1"
	touch "$DEST/usr/bin/op-other" "$DEST/usr/share/man/man1/op-other.1"
	listing "$DEST" >before
	make_ install DESTDIR="$DEST" PREFIX=/usr
	make_ uninstall DESTDIR="$DEST" PREFIX=/usr
	listing "$DEST" >after
	cmp before after
	[ "$(cd "$DEST" && find . -type d | sort | xargs)" = '. ./usr ./usr/bin ./usr/share ./usr/share/man ./usr/share/man/man1' ]
	run -0 make_ uninstall DESTDIR="$DEST" PREFIX=/usr
}

@test "without DESTDIR it is installed in PREFIX and runs from there" {
	make_ install PREFIX="$TEST_DIR/local"
	run -0 installed "$TEST_DIR/local/bin" op-check -n
	run -69 --separate-stderr installed "$TEST_DIR/local/bin" \
		op-loop -1 -- op-scrape --pd http://127.0.0.1:9 --prometheus none '|' op-check '|' op-ticket --db t.db ingest
	[[ $stderr == *'Check complete: '* ]]
	make_ uninstall PREFIX="$TEST_DIR/local"
	[ ! -e "$TEST_DIR/local" ]
}

@test "uninstall needs no build, and keeps the folders that existed before" {
	mkdir -p "$TEST_DIR/local/bin" "$TEST_DIR/local/share/man"
	(cd "$TEST_DIR/local" && find . | sort) >before
	make_ install PREFIX="$TEST_DIR/local"
	make_ install PREFIX="$TEST_DIR/local"
	make -s -C "$TOP" B=build-none uninstall PREFIX="$TEST_DIR/local"
	(cd "$TEST_DIR/local" && find . | sort) >after
	diff before after
}

@test "the instructions in the installed units name files that exist" {
	make_ install PREFIX="$TEST_DIR/local"
	for unit in "$TEST_DIR"/local/lib/systemd/system/*; do
		while read -r path; do
			[ -e "$TEST_DIR${path%.}" ] || { echo "$unit: $path"; return 1; }
		done < <(sed "s|$TEST_DIR||g" "$unit" | grep -oE '/local/[A-Za-z0-9./_-]+')
	done
	grep -q '/local/share/doc/op/op.env.example' "$TEST_DIR/local/lib/systemd/system/op@.service"
	grep -q '/local/lib/sysusers.d/op.conf' "$TEST_DIR/local/lib/systemd/system/op@.service"
}

@test "a moved tree finds its own files" {
	make_ install DESTDIR="$DEST" PREFIX=/usr
	mv "$DEST/usr" "$TEST_DIR/moved"
	# its own, not one that is installed elsewhere
	invariant="$TEST_DIR/moved/share/op/subjects/tikv/invariants/store_down.sql"
	sed 's/store_down/moved_here/g' "$invariant" >"${invariant%/*}/moved_here.sql"
	run -0 installed "$TEST_DIR/moved/bin" op-check --list
	[[ $output == *moved_here* ]]
	run -0 installed "$TEST_DIR/moved/bin" op-check -n
	# also where it is called through a link
	ln -s "$TEST_DIR/moved/bin/op-check" "$TEST_DIR/link"
	run -0 installed /nowhere "$TEST_DIR/link" --list
	[[ $output == *moved_here* ]]
}

@test "BINDIR and SHAREDIR can be set" {
	make_ install DESTDIR="$DEST" PREFIX=/usr BINDIR=/usr/libexec/op SHAREDIR=/srv/share
	[ -x "$DEST/usr/libexec/op/op-loop" ]
	[ -s "$DEST/srv/share/op/subjects/tikv/schema.sql" ]
	[ ! -e "$DEST/usr/bin" ]
	[ ! -e "$DEST/usr/share" ]
	grep -q '^ExecStart=/usr/libexec/op/op-loop ' "$DEST/usr/lib/systemd/system/op@.service"
}

@test "a recipe runs from where it was installed" {
	make_ install DESTDIR="$DEST" PREFIX=/usr
	export OP_DB=$TEST_DIR/tickets.db
	recipes=$DEST/usr/share/doc/op/examples
	printf '%s\n' '{"kind":"begin","subject":"tikv","at":"2026-01-24T23:08:17Z"}' \
		'{"kind":"source","id":"pd","ok":true,"kinds":["store"]}' \
		'{"kind":"store","id":"1","address":"tikv-0:20160","state":"Down"}' '{"kind":"end"}' >cycle
	installed "$DEST/usr/bin" op-check <cycle | installed "$DEST/usr/bin" op-ticket ingest
	installed "$DEST/usr/bin" "$recipes/diagnose/diagnoser" "$recipes/diagnose/runbook"
	[ "$(op-ticket list | jq -r .status)" = diagnosed ]
}

@test "op-loop is built with libc and its headers alone" {
	folder=build-alone.$$
	run -0 make -s -C "$TOP" B="$folder" PKGCONF=false CFLAGS='-O0 -H' "$folder/op-loop"
	rm -rf "${TOP:?}/$folder"
	[[ $output == *stdio.h* ]]
	run -1 grep -E 'curl|sqlite|smartcols|libpq|cmark' <<<"$output"
}
