#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The packages for Debian: what is in them, and their life in a minimal Debian.

load ../helper

setup_file() {
	needs dpkg-deb dpkg
	export TOP PACKAGES VERSION ARCH
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	VERSION=$(op-check -V | sed -n '1s/^op-check //p')
	ARCH=$(dpkg --print-architecture)
	PACKAGES=$TOP/build
	[ -e "$PACKAGES/op_${VERSION}_$ARCH.deb" ] || { # by itself, without make check-deb
		unset MAKEFLAGS MAKELEVEL
		make -s -C "$TOP" deb
	}
}

setup() {
	cd "$TEST_DIR" || return 1
}

teardown() {
	[ ! -d "$TEST_DIR/root" ] || rm -rf --one-file-system "$TEST_DIR/root"
}

# built: the names of the packages that there are
built() {
	(cd "$PACKAGES" && for file in op*_"${VERSION}_$ARCH".deb; do printf '%s\n' "${file%%_*}"; done)
}

deb() { # PACKAGE: its file
	printf '%s\n' "$PACKAGES/$1_${VERSION}_$ARCH.deb"
}

@test "each program is in a package, and its version is the package's" {
	built >names
	grep -qx op names
	[ ! -x "$B/op-report" ] || grep -qx op-report names
	[ ! -x "$B/op-ticket-pg" ] || grep -qx op-postgresql names
	while read -r package; do
		[ "$(dpkg-deb -f "$(deb "$package")" Package Version Architecture | xargs)" = \
			"Package: $package Version: $VERSION Architecture: $ARCH" ]
	done <names
}

@test "what make install puts somewhere is in one package, and nothing else" {
	unset MAKEFLAGS MAKELEVEL
	make -s -C "$TOP" B="${B##*/}" install DESTDIR="$TEST_DIR/all" PREFIX=/usr
	(cd "$TEST_DIR/all" && find . -type f) |
		sed 's,/zsh/site-functions/,/zsh/vendor-completions/,; s,\(/man/.*\),\1.gz,; /doc\/op\/LICENSE$/d' |
		sort >installed
	for package in $(built); do
		dpkg-deb -c "$(deb "$package")" | awk '$1 !~ /^d/ { print $6 }'
	done | grep -vE '/(copyright|changelog\.gz|default\.env)$' | sort >packed
	diff installed packed
	[ -z "$(uniq -d packed)" ]
}

@test "all belongs to root, and is readable by all" {
	for package in $(built); do
		dpkg-deb -c "$(deb "$package")" >content
		[ -z "$(awk '$2 != "root/root" || $1 !~ /^.r..r..r/' content)" ]
	done
}

@test "lintian finds no error" {
	needs lintian
	run env TMPDIR="$TEST_DIR" lintian --allow-root --no-user-dirs --fail-on error "$PACKAGES"/op*_"${VERSION}_$ARCH".deb
	echo "$output"
	[ "$status" = 0 ]
}

@test "the same commit gives the same bytes, in another folder, with other settings" {
	unset MAKEFLAGS MAKELEVEL
	mkdir "$TEST_DIR/an other"
	(cd "$TOP" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$TEST_DIR/an other")
	epoch=$(git -C "$TOP" log -1 --format=%ct)
	maintainer=$(dpkg-deb -f "$(deb op)" Maintainer)
	(umask 077 && cd "$TEST_DIR/an other" && SOURCE_DATE_EPOCH=$epoch MAINTAINER=$maintainer TZ=Asia/Tokyo LC_ALL=C.UTF-8 make -s -j3 deb)
	for package in $(built); do
		cmp "$(deb "$package")" "$TEST_DIR/an other/build/${package}_${VERSION}_$ARCH.deb"
	done
	[ "$(find "$TEST_DIR/an other/build" -name 'op*.deb' | wc -l)" = "$(built | wc -l)" ]
}

# in_root COMMAND...: in the minimal Debian, with processes of its own where that may be had
in_root() {
	local apart=(unshare --mount --pid --fork --kill-child --mount-proc="$TEST_DIR/root/proc")
	"${apart[@]}" true 2>/dev/null || apart=()
	"${apart[@]}" chroot "$TEST_DIR/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@" </dev/null 3>&- 4>&-
}

as_op() {
	in_root setpriv --reuid op --regid op --clear-groups env OP_DB=/var/lib/op/tickets.db HOME=/var/lib/op sh -euc "$1"
}

apt() {
	in_root apt-get -qq -o=Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@"
}

debian() {
	local codename mirror
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	# shellcheck disable=SC2016 # they are apt's
	mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | awk -v c="$codename" '$1 == c { print $2; exit }')
	local try
	for try in 1 2 3; do # the mirror is far away
		debootstrap --variant=minbase "$codename" "$TEST_DIR/root" "$mirror" >debootstrap.log 2>&1 3>&- 4>&- && break
		tail debootstrap.log
		[ "$try" -lt 3 ] || return
		rm -rf --one-file-system "$TEST_DIR/root"
		sleep 5
	done
	echo force-unsafe-io >"$TEST_DIR/root/etc/dpkg/dpkg.cfg.d/unsafe-io"
	cp "$PACKAGES"/op*_"${VERSION}_$ARCH".deb "$TEST_DIR/root/tmp"
	apt update
}

check_user() {
	[ "$(in_root stat -c '%U:%G %a' /var/lib/op)" = 'op:op 750' ]
	[[ $(in_root getent passwd op) == op:*:/var/lib/op:*/nologin ]]
}

# without op-postgresql op-ticket names it, with it it asks the server
postgresql() {
	[ -x "$B/op-ticket-pg" ] || return 0
	run -75 as_op 'op-ticket --db postgresql://127.0.0.1:1/op list'
	in_root dpkg -r op-postgresql
	run -78 as_op 'op-ticket --db postgresql://127.0.0.1:1/op list'
	[[ $output == *op-postgresql* ]]
	in_root dpkg -i "/tmp/op-postgresql_${VERSION}_$ARCH.deb"
}

@test "a minimal Debian: installed, at work, upgraded, removed, purged" {
	needs debootstrap
	[ "$(id -u)" = 0 ] || skip 'this needs root'
	debian
	mapfile -t packages < <(built | sort -r)
	files=("${packages[@]/#//tmp/}")
	apt install --no-install-recommends -y "${files[@]/%/_${VERSION}_$ARCH.deb}"
	check_user

	# everything is there, and works for the user op
	for package in $(built); do
		[ -z "$(in_root dpkg --verify "$package")" ]
		in_root dpkg-query -L "$package" >>paths
	done
	as_op 'op-check -n && op-scrape -V && op-loop -1 -- true && jq --version'
	as_op 'printf "%s\n" "{\"kind\":\"begin\",\"at\":\"2026-01-24T00:00:00Z\"}" "{\"kind\":\"violation\",\"invariant_name\":\"a\"}" "{\"kind\":\"check\",\"invariant_name\":\"a\",\"complete\":true}" "{\"kind\":\"end\"}" | op-ticket ingest'
	[ "$(as_op 'op-ticket list | jq .id')" = 1 ]
	[ ! -x "$B/op-report" ] || as_op 'op-ticket list --events | op-report' | grep -q '</html>'
	postgresql

	# an upgrade keeps what was set
	echo 'PD_ENDPOINT=http://mine:2379' >"$TEST_DIR/root/etc/op/default.env"
	mkdir "$TEST_DIR/root/tmp/newer"
	for package in "${packages[@]}"; do
		dpkg-deb -R "$(deb "$package")" newer
		sed -i "s/^Version: .*/&+1/; s/(= $VERSION)/(= $VERSION+1)/" newer/DEBIAN/control
		dpkg-deb --root-owner-group -Znone --build newer "$TEST_DIR/root/tmp/newer" >/dev/null
		rm -r newer
	done
	in_root dpkg -i -R /tmp/newer
	grep mine "$TEST_DIR/root/etc/op/default.env"
	[ "$(as_op 'op-ticket list | jq .id')" = 1 ]

	# systemd's way to make the user
	in_root userdel op
	in_root rm -r /var/lib/op
	apt install --no-install-recommends -y systemd-standalone-sysusers
	in_root dpkg -i --force-downgrade "${files[@]/%/_${VERSION}_$ARCH.deb}"
	check_user
	as_op 'printf "%s\n" "{\"kind\":\"begin\",\"at\":\"2026-01-24T00:00:00Z\"}" "{\"kind\":\"end\"}" | op-ticket ingest'

	# what is removed leaves settings and tickets; what is purged, the tickets
	in_root dpkg -r "${packages[@]}"
	[ -e "$TEST_DIR/root/etc/op/default.env" ]
	[ -e "$TEST_DIR/root/var/lib/op/tickets.db" ]
	run in_root dpkg -P "${packages[@]}"
	[ "$status" = 0 ]
	[[ $output == *'tickets in /var/lib/op'*kept* ]]
	[ -e "$TEST_DIR/root/var/lib/op/tickets.db" ]
	while read -r path; do
		[ ! -f "$TEST_DIR/root$path" ] || { echo "left: $path"; return 1; }
	done <paths
	[ ! -e "$TEST_DIR/root/etc/op" ]
	run -1 in_root dpkg-query -W "${packages[@]}"
}
