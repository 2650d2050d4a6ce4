#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# op-scrape over TLS, with certificates made here, and its secrets.
# takes 15 s
# shellcheck disable=SC2016 # the dollars are jq's

load helper
load scrape

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	authority ca
	authority other
	certificate good ca 'DNS:localhost,IP:127.0.0.1'
	certificate elsewhere ca 'DNS:elsewhere.example'
	certificate client ca 'DNS:client'
	certificate stranger other 'DNS:client'
	# openssl x509 cannot make an expired certificate, but openssl ca can
	: >index.txt
	echo 01 >serial
	printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[v]\nsubjectAltName=DNS:localhost\n' >ca.cnf
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=late -keyout expired.key -out expired.csr 2>/dev/null
	openssl ca -batch -config ca.cnf -extensions v -cert ca.pem -keyfile ca.key -in expired.csr -out expired.pem \
		-startdate 20200101000000Z -enddate 20200201000000Z -notext 2>/dev/null
	chmod 600 ./*.key
}

authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

certificate() { # NAME AUTHORITY NAMES
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 \
		-extfile <(echo "subjectAltName=$3") -out "$1.pem" 2>/dev/null
}

setup() {
	export PROMETHEUS_URL=none
	unset CREDENTIALS_DIRECTORY
	C=$BATS_FILE_TMPDIR
}

teardown() {
	stop_all
	[ -z "${folder-}" ] || rm -rf "$folder"
}

fails() { # WHAT: the sources say this, and no host but the one asked is named
	of pd ".ok == false and (.error | test(\"$1\"; \"i\"))"
	none_of store
}

@test "a server with a good certificate" {
	replay --tls "$C/good.pem" "$C/good.key" healthy
	scrape 0 --pd "$REPLAY" --cacert "$C/ca.pem"
	holds store '.state == "Up"'
	scrape 0 --pd "${REPLAY/localhost/127.0.0.1}" --cacert "$C/ca.pem"
}

@test "expired, of another host, of an unknown authority, no TLS at all" {
	replay --tls "$C/expired.pem" "$C/expired.key" healthy
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem"
	fails 'TLS: .*expired'
	replay --tls "$C/elsewhere.pem" "$C/elsewhere.key" healthy
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem"
	fails 'TLS: .*(name|localhost)'
	replay --tls "$C/good.pem" "$C/good.key" healthy
	scrape 69 --pd "$REPLAY" --cacert "$C/other.pem"
	fails 'TLS: .*(issuer|self.signed|verif)'
	scrape 69 --pd "$REPLAY"
	fails 'TLS: .*(issuer|self.signed|verif)'
	SSL_CERT_FILE=$C/ca.pem scrape 69 --pd "${REPLAY/https/http}" --cacert "$C/ca.pem"
	fails 'closed|broke off|no HTTP answer|HTTP 400'
	replay healthy
	scrape 69 --pd "${REPLAY/http/https}" --cacert "$C/ca.pem"
	fails 'TLS: the server answered without TLS; is it http://'
}

@test "a client certificate: good, missing, of an unknown authority" {
	replay --tls "$C/good.pem" "$C/good.key" --ca "$C/ca.pem" healthy
	scrape 0 --pd "$REPLAY" --cacert "$C/ca.pem" --cert "$C/client.pem" --key "$C/client.key"
	holds store '.state == "Up"'
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem"
	fails 'TLS: .*client certificate'
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem" --cert "$C/stranger.pem" --key "$C/stranger.key"
	fails 'TLS: .*(client certificate|unknown ca)'
}

@test "key and certificate in one file" {
	cat "$C/client.pem" "$C/client.key" >"$TEST_DIR/both.pem"
	chmod 600 "$TEST_DIR/both.pem"
	replay --tls "$C/good.pem" "$C/good.key" --ca "$C/ca.pem" healthy
	scrape 0 --pd "$REPLAY" --cacert "$C/ca.pem" --cert "$TEST_DIR/both.pem"
	chmod 644 "$TEST_DIR/both.pem"
	scrape 77 --pd "$REPLAY" --cacert "$C/ca.pem" --cert "$TEST_DIR/both.pem"
}

@test "files that are missing, not certificates, or readable by others" {
	scrape 75 --pd https://localhost:1 --cacert "$C/none.pem"
	grep -q none.pem "$TEST_DIR/said"
	replay --tls "$C/good.pem" "$C/good.key" healthy
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.key"
	fails 'TLS'
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem" --cert "$C/ca.pem" --key "$C/good.key"
	fails 'TLS'
	cp "$C/client.key" "$TEST_DIR/open.key"
	for mode in 644 640 604 660; do
		chmod $mode "$TEST_DIR/open.key"
		scrape 77 --pd "$REPLAY" --cert "$C/client.pem" --key "$TEST_DIR/open.key"
		grep -q "open.key: others can read it" "$TEST_DIR/said"
		[ ! -s "$TEST_DIR/cycle" ]
	done
}

@test "a token and a password go to Prometheus, and nowhere else" {
	(umask 077 && echo 'tok-s3cret' >"$TEST_DIR/token" && echo 'me:pw-s3cret' >"$TEST_DIR/basic")
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape prometheus
	replay --log "$TEST_DIR/pd.log" healthy
	pd=$REPLAY
	replay --log "$TEST_DIR/prometheus.log" "$TEST_DIR/prometheus.tape"
	scrape 0 --pd "$pd" --prometheus "$REPLAY" --token-file "$TEST_DIR/token"
	[ "$(grep -c ' Bearer tok-s3cret$' "$TEST_DIR/prometheus.log")" = "$(wc -l <"$TEST_DIR/prometheus.log")" ]
	run ! grep -q s3cret "$TEST_DIR/pd.log" "$TEST_DIR/cycle" "$TEST_DIR/said"
	rm "$TEST_DIR/prometheus.log"
	scrape 0 --pd "$pd" --prometheus "$REPLAY" --basic-file "$TEST_DIR/basic"
	[ "$(grep -c " Basic $(printf 'me:pw-s3cret' | base64)\$" "$TEST_DIR/prometheus.log")" = "$(wc -l <"$TEST_DIR/prometheus.log")" ]
	run ! grep -q s3cret "$TEST_DIR/pd.log" "$TEST_DIR/cycle" "$TEST_DIR/said"
}

@test "Prometheus over TLS: the authority is checked, the client certificate is not shown" {
	(umask 077 && echo 'tok-s3cret' >"$TEST_DIR/token")
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape prometheus
	replay --tls "$C/good.pem" "$C/good.key" --log "$TEST_DIR/log" "$TEST_DIR/prometheus.tape"
	scrape 0 --pd none --prometheus "$REPLAY" --cacert "$C/ca.pem" --token-file "$TEST_DIR/token"
	grep -q 'Bearer tok-s3cret' "$TEST_DIR/log"
	rm "$TEST_DIR/log"
	scrape 69 --pd none --prometheus "$REPLAY" --cacert "$C/other.pem" --token-file "$TEST_DIR/token"
	of prometheus '.ok == false and (.error | test("TLS"))'
	[ ! -e "$TEST_DIR/log" ]
	replay --tls "$C/good.pem" "$C/good.key" --ca "$C/ca.pem" "$TEST_DIR/prometheus.tape"
	scrape 69 --pd none --prometheus "$REPLAY" --cacert "$C/ca.pem" --cert "$C/client.pem" --key "$C/client.key"
	of prometheus '.ok == false and (.error | test("TLS"))'
}

@test "a redirect does not take the token along" {
	(umask 077 && echo 'tok-s3cret' >"$TEST_DIR/token")
	replay --log "$TEST_DIR/thief.log" healthy
	THIEF=$REPLAY
	jq -cn --arg url "$REPLAY/api/v1/query" '{path: "/api/v1/query", status: 302, headers: {Location: $url}, body: ""}' | tape prometheus
	replay "$TEST_DIR/prometheus.tape"
	scrape 69 --pd none --prometheus "$REPLAY" --token-file "$TEST_DIR/token"
	[ ! -e "$TEST_DIR/thief.log" ]
	of prometheus '.ok == false and .error == "HTTP 302: redirected to '"$THIEF"'/api/v1/query; redirects are not followed"'
}

@test "a server that sends our secret back does not get it into the record" {
	(umask 077 && echo 'tok-s3cret' >"$TEST_DIR/token" && echo 'me:pw-s3cret' >"$TEST_DIR/basic")
	basic=$(printf 'me:pw-s3cret' | base64)
	jq -cn --arg said "denied: Bearer tok-s3cret Basic $basic pw-s3cret" '
		{path: "/api/v1/query", query: "qps", status: 401, body: {status: "error", error: $said}},
		{path: "/api/v1/query", query: "kv_gc", body: {status: "success", warnings: ["PromQL info: \($said)"], data: {resultType: "vector", result: []}}},
		{path: "/api/v1/query", status: 401, type: "text/plain", body: $said}' | tape echo
	replay "$TEST_DIR/echo.tape"
	scrape 0 --pd none --prometheus "$REPLAY" --token-file "$TEST_DIR/token"
	of prometheus '.warnings[0] | startswith("PromQL info: denied: Bearer ***")'
	run ! grep -q tok-s3cret "$TEST_DIR/cycle"
	scrape 0 --pd none --prometheus "$REPLAY" --basic-file "$TEST_DIR/basic"
	of prometheus '.errors | length > 0'
	run ! grep -q "$basic" "$TEST_DIR/cycle"
	run ! grep -q pw-s3cret "$TEST_DIR/cycle"
}

@test "secrets: readable by others, empty, several lines, both kinds, missing" {
	echo x >"$TEST_DIR/secret"
	chmod 644 "$TEST_DIR/secret"
	for flag in --token-file --basic-file; do
		scrape 77 --pd none $flag "$TEST_DIR/secret"
		grep -q 'secret: others can read it' "$TEST_DIR/said"
	done
	chmod 600 "$TEST_DIR/secret"
	scrape 78 --pd none --basic-file "$TEST_DIR/secret"
	printf 'a\nb\n' >"$TEST_DIR/secret"
	scrape 78 --pd none --token-file "$TEST_DIR/secret"
	: >"$TEST_DIR/secret"
	scrape 78 --pd none --token-file "$TEST_DIR/secret"
	scrape 78 --pd none --token-file "$TEST_DIR"
	scrape 75 --pd none --token-file "$TEST_DIR/gone"
	scrape 64 --pd none --token-file a --basic-file b
	mkfifo "$TEST_DIR/fifo"
	chmod 600 "$TEST_DIR/fifo"
	scrape 78 --pd none --token-file "$TEST_DIR/fifo"
}

@test "credentials of systemd" {
	mkdir "$TEST_DIR/credentials"
	export CREDENTIALS_DIRECTORY=$TEST_DIR/credentials
	cp "$C/ca.pem" "$CREDENTIALS_DIRECTORY/cacert"
	cp "$C/client.pem" "$CREDENTIALS_DIRECTORY/cert"
	cp "$C/client.key" "$CREDENTIALS_DIRECTORY/key"
	(umask 077 && echo tok-s3cret >"$CREDENTIALS_DIRECTORY/token" && echo other-s3cret >"$CREDENTIALS_DIRECTORY/mine")
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape prometheus
	replay --tls "$C/good.pem" "$C/good.key" --ca "$C/ca.pem" healthy
	pd=$REPLAY
	replay --log "$TEST_DIR/log" "$TEST_DIR/prometheus.tape"
	scrape 0 --pd "$pd" --prometheus "$REPLAY"
	grep -q 'Bearer tok-s3cret' "$TEST_DIR/log"
	scrape 0 --pd "$pd" --prometheus "$REPLAY" --token-file mine
	grep -q 'Bearer other-s3cret' "$TEST_DIR/log"
	chmod 604 "$CREDENTIALS_DIRECTORY/token"
	scrape 77 --pd "$pd" --prometheus "$REPLAY"
}

@test "a process that holds a secret leaves no core dump and does not show it" {
	as=()
	# /proc shows whether a process may be dumped only if it is not root's
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	folder=$(mktemp -d)
	printf 'tok-s3cret\n' >"$folder/token"
	chmod 755 "$folder"
	chmod 600 "$folder/token"
	[ "$(id -u)" != 0 ] || chown 65534:65534 "$folder/token"
	replay --log "$TEST_DIR/replay.log" --hang /api healthy
	"${as[@]}" op-scrape --list >/dev/null 2>&1 || skip "nobody else may run $B/op-scrape"
	start "${as[@]}" op-scrape --pd none --prometheus "$REPLAY" --token-file "$folder/token" --timeout 10m >/dev/null 2>&1
	pid=$STARTED
	wait_until 3 closed_up "$pid"
	limits=$(grep 'Max core file size' "/proc/$pid/limits")
	run -1 grep -q s3cret "/proc/$pid/cmdline"
	[[ "$limits" == *" 0 "* ]]
}

# PID: it has asked, and its memory is root's; a build with sanitizers leaves that open to them
closed_up() {
	[ -s "$TEST_DIR/replay.log" ] && { [[ $B == *-* ]] || [ "$(stat -c %U "/proc/$1/mem")" = root ]; }
}

@test "nothing in the environment redirects it" {
	replay healthy
	printf 'machine 127.0.0.1 login me password s3cret\n' >"$HOME/.netrc"
	printf 'proxy = http://127.0.0.1:1\n' >"$HOME/.curlrc"
	http_proxy=http://127.0.0.1:1 HTTP_PROXY=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 ALL_PROXY=socks5://127.0.0.1:1 \
		scrape 0 --pd "$REPLAY"
}

@test "a client certificate for Prometheus has flags of its own, and the hint names them" {
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape prometheus
	replay --tls "$C/good.pem" "$C/good.key" --ca "$C/ca.pem" "$TEST_DIR/prometheus.tape"
	scrape 69 --pd none --prometheus "$REPLAY" --cacert "$C/ca.pem"
	of prometheus '.error | contains("--prometheus-cert, --prometheus-key")'
	scrape 0 --pd none --prometheus "$REPLAY" --cacert "$C/ca.pem" --prometheus-cert "$C/client.pem" --prometheus-key "$C/client.key"
	of prometheus '.ok'
	scrape 0 --pd none --prometheus "$REPLAY" --prometheus-cacert "$C/ca.pem" --prometheus-cert "$C/client.pem" --prometheus-key "$C/client.key" \
		--cacert "$C/other.pem"
	# and PD does not get it
	replay --tls "$C/good.pem" "$C/good.key" --ca "$C/ca.pem" healthy
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem" --prometheus-cert "$C/client.pem" --prometheus-key "$C/client.key"
	of pd '.error | contains("--cert, --key")'
	run op-scrape --pd none --prometheus-key "$C/client.key"
	[ "$status" = 64 ]
	[[ "$output" == *--prometheus-cert* ]]
}

@test "the name of the certificate can be given, and is checked" {
	replay --log "$TEST_DIR/log" --log-header Host --tls "$C/elsewhere.pem" "$C/elsewhere.key" healthy
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem"
	scrape 0 --pd "$REPLAY" --cacert "$C/ca.pem" --pd-tls-server-name elsewhere.example
	of pd '.ok and .url == "'"$REPLAY"'"'
	# it changes nothing else
	run ! grep -v " ${REPLAY#https://}\$" "$TEST_DIR/log"
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem" --pd-tls-server-name other.example
	scrape 69 --pd "$REPLAY" --cacert "$C/ca.pem" --tls-server-name elsewhere.example
	for name in '' 'a b' a:1 '[::1]' 'a/b'; do
		run op-scrape --pd none --tls-server-name "$name"
		[ "$status" = 64 ]
	done
}

@test "an encrypted key is refused at once" {
	openssl pkey -in "$C/client.key" -aes256 -passout pass:hush -out "$TEST_DIR/new.key"
	openssl ec -in "$C/client.key" -aes256 -passout pass:hush -out "$TEST_DIR/old.key" 2>/dev/null
	chmod 600 "$TEST_DIR"/*.key
	for key in new old; do
		run --separate-stderr op-scrape --pd https://localhost:1 --cert "$C/client.pem" --key "$TEST_DIR/$key.key" </dev/null
		[ "$status" = 78 ]
		[[ "$stderr" == *"$key.key: the key is encrypted"* ]]
	done
}

@test "headers from a file go only to their server" {
	jq -cn '{path: "/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape prometheus
	replay --log "$TEST_DIR/pd.log" --log-header X-Scope-OrgID --log-header X-Pd healthy
	pd=$REPLAY
	replay --log "$TEST_DIR/prometheus.log" --log-header X-Scope-OrgID --log-header X-Pd "$TEST_DIR/prometheus.tape"
	(umask 077 && printf '# the tenant\n\nX-Scope-OrgID:  tenant-1 \r\nX-Other: a:b c\n' >"$TEST_DIR/headers" && echo 'X-Pd: gate-s3cret' >"$TEST_DIR/pd-headers")
	scrape 0 --pd "$pd" --prometheus "$REPLAY" --header-file "$TEST_DIR/headers" --pd-header-file "$TEST_DIR/pd-headers"
	[ "$(grep -c ' tenant-1 $' "$TEST_DIR/prometheus.log")" = "$(wc -l <"$TEST_DIR/prometheus.log")" ]
	[ "$(grep -c '  gate-s3cret$' "$TEST_DIR/pd.log")" = "$(wc -l <"$TEST_DIR/pd.log")" ]
	CREDENTIALS_DIRECTORY=$TEST_DIR/credentials
	mkdir "$CREDENTIALS_DIRECTORY"
	cp "$TEST_DIR/headers" "$CREDENTIALS_DIRECTORY/header"
	rm "$TEST_DIR/prometheus.log"
	export CREDENTIALS_DIRECTORY
	scrape 0 --pd none --prometheus "$REPLAY"
	[ "$(grep -c ' tenant-1 $' "$TEST_DIR/prometheus.log")" = "$(wc -l <"$TEST_DIR/prometheus.log")" ]
	unset CREDENTIALS_DIRECTORY
	# a server that sends it back
	jq -cn '{path: "/pd/api/v1/stores", status: 403, type: "text/plain", body: "denied: gate-s3cret"}' | tape echo
	replay "$TEST_DIR/echo.tape"
	scrape 69 --pd "$REPLAY" --pd-header-file "$TEST_DIR/pd-headers"
	of pd '.error | startswith("/stores: HTTP 403: denied: ***")'
	run ! grep -q gate-s3cret "$TEST_DIR/cycle" "$TEST_DIR/said"
}

@test "files of headers: bad lines are reported but not shown; modes as for secrets" {
	local line
	(umask 077 && : >"$TEST_DIR/headers")
	for line in 'no colon hush' ': hush' 'A b: hush' 'A:' 'A: h\x01ush' 'Host: hush' 'transfer-encoding: hush' 'A: h\xc3\xbcsh'; do
		printf '# first\nX-A: b\n%b\n' "$line" >"$TEST_DIR/headers"
		for flag in --header-file --pd-header-file; do
			run op-scrape --pd none "$flag" "$TEST_DIR/headers"
			[ "$status" = 78 ]
			[[ "$output" == *"headers:3: "* ]]
			[[ "$output" != *hush* ]]
		done
	done
	seq -f 'X-%g: a' 17 >"$TEST_DIR/headers"
	run op-scrape --pd none --header-file "$TEST_DIR/headers"
	[ "$status" = 78 ]
	[[ "$output" == *"headers:17: "* ]]
	seq -f 'X-%g: a' 16 >"$TEST_DIR/headers"
	chmod 644 "$TEST_DIR/headers"
	run op-scrape --pd none --header-file "$TEST_DIR/headers"
	[ "$status" = 77 ]
	[[ "$output" == *"defaultMode: 0400"* ]]
	chmod 600 "$TEST_DIR/headers"
	scrape 0 --pd none --header-file "$TEST_DIR/headers"
	# only one Authorization is allowed
	(umask 077 && echo token >"$TEST_DIR/token" && echo a:b >"$TEST_DIR/basic" && echo 'authorization: Bearer hush' >"$TEST_DIR/one")
	cat "$TEST_DIR/one" "$TEST_DIR/one" >"$TEST_DIR/headers"
	scrape 0 --pd none --header-file "$TEST_DIR/one" --pd-header-file "$TEST_DIR/one"
	for arguments in "--token-file $TEST_DIR/token --header-file $TEST_DIR/one" "--basic-file $TEST_DIR/basic --header-file $TEST_DIR/one" \
		"--header-file $TEST_DIR/headers" "--pd-header-file $TEST_DIR/headers"; do
		# shellcheck disable=SC2086 # words
		run -78 op-scrape --pd none $arguments
		[[ $output == *'more than one Authorization'* && $output != *hush* ]]
	done
	scrape 75 --pd none --header-file "$TEST_DIR/gone"
	mkfifo -m 600 "$TEST_DIR/fifo"
	scrape 78 --pd none --header-file "$TEST_DIR/fifo"
	scrape 78 --pd none --token-file "$TEST_DIR/fifo"
}

@test "a secret of root that its group can read is accepted, as Kubernetes mounts it" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	echo tok >"$TEST_DIR/token"
	for mode in 0400 0440; do
		chmod "$mode" "$TEST_DIR/token"
		scrape 0 --pd none --token-file "$TEST_DIR/token"
	done
	for mode in 0444 0640 0460; do
		chmod "$mode" "$TEST_DIR/token"
		scrape 77 --pd none --token-file "$TEST_DIR/token"
	done
}

@test "a proxy is used only if a flag names it, and gets none of the server's headers" {
	(umask 077 && echo 'tok-s3cret' >"$TEST_DIR/token")
	jq -cn '{path: "http://prometheus.invalid/api/v1/query", body: {status: "success", data: {resultType: "vector", result: []}}}' | tape proxy
	replay --log "$TEST_DIR/proxy.log" "$TEST_DIR/proxy.tape"
	scrape 0 --pd none --prometheus http://prometheus.invalid --proxy "$REPLAY"
	grep -q '^http://prometheus.invalid/api/v1/query' "$TEST_DIR/proxy.log"
	rm "$TEST_DIR/proxy.log"
	scrape 69 --pd none --prometheus https://prometheus.invalid --proxy "$REPLAY" --token-file "$TEST_DIR/token"
	grep -q ': proxy: CONNECT' "$TEST_DIR/said" # the proxy's answer to CONNECT, not the server's
	run grep s3cret "$TEST_DIR/proxy.log"
	[ "$status" != 0 ]
	scrape 69 --pd http://pd.invalid --proxy "$REPLAY"
	[ ! -e "$TEST_DIR/proxy.log" ]
	scrape 69 --pd none --prometheus http://prometheus.invalid --proxy http://127.0.0.1:1
	grep -q ': proxy: connect: ' "$TEST_DIR/said"
	for url in ftp://x x http:// http://a:hush@b; do
		run op-scrape --pd none --proxy "$url"
		[ "$status" = 64 ]
		[[ "$output" != *hush* ]]
	done
}

@test "files of certificates: regular ones of at most 1 MiB, read before any server is asked" {
	mkfifo "$TEST_DIR/fifo"
	head -c 5000000 /dev/zero >"$TEST_DIR/big"
	chmod 600 "$TEST_DIR/fifo" "$TEST_DIR/big"
	for flag in cacert cert prometheus-cacert prometheus-cert; do
		for file in /dev/zero "$TEST_DIR/fifo" "$TEST_DIR/big"; do
			run -78 op-scrape --timeout 5s --pd https://127.0.0.1:1 --prometheus https://127.0.0.1:1 --$flag "$file"
			[[ $output == "op-scrape: $file: "* ]]
		done
	done
}
