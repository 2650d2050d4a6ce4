# SPDX-License-Identifier: ISC
# op-report: the page's content and limits, the reading of the stream, and what the
# process gives up. tests/report/check tests the page in a browser.

bats_require_minimum_version 1.5.0

load helper
load flags

setup() {
	if ! command -v op-report >/dev/null; then
		[ -z "${CI-}" ] || { echo 'op-report was not built'; return 1; }
		skip 'op-report was not built: libcmark is missing'
	fi
	cd "$BATS_TEST_TMPDIR" || return
}

made() { # OPTION...: a stream, see stream.py
	python3 "$BATS_TEST_DIRNAME/report/stream.py" "$@"
}

begin='{"kind":"begin","stream":"tickets","v":1,"since":"2026-01-24T20:00:00.000Z","until":"2026-01-25T02:00:00.000Z"}'

# ticket ID [JQ]: a resolved ticket of store 2, changed by a jq expression
ticket() {
	jq -nc '{kind: "ticket", id: '"$1"', subject: "tikv", cluster: "orders", violation_key: "store_down:2",
		invariant_name: "store_down", store_id: "2", status: "resolved", held: false, held_until: null,
		flapping: false, batch_key: "batch-2026-01-24T23:08:17.123Z", occurrence_count: 24,
		first_seen_at: "2026-01-24T23:08:17.123Z", last_seen_at: "2026-01-24T23:20:00.000Z",
		resolved_at: "2026-01-24T23:20:17.123Z", resolution: "cleared", message: "Store 2 is Down",
		severity: "critical", diagnosis: null, metric_snapshot: {kind: "store", id: "2"},
		created_at: "2026-01-24T23:08:17.123Z", updated_at: "2026-01-24T23:20:17.123Z", events: []} | '"${2-.}"
}

# page RECORD...: the page of a stream of these records
page() {
	{
		printf '%s\n' "$begin" "$@"
		echo '{"kind":"end"}'
	} | op-report
}

@test "a page: open tickets, a chart, figures and cards" {
	made --clusters 2 >stream
	op-report <stream >html
	[ "$(head -c 15 html)" = '<!DOCTYPE html>' ]
	[ "$(grep -c '<svg class="plot"' html)" = 2 ]
	[ "$(grep -c '^<details class="card ' html)" = "$(jq -r 'select(.kind == "ticket") | .id' stream | wc -l)" ]
	[ "$(sed -n '/<ol class="open-list">/,/<\/ol>/p' html | grep -c '^<li')" = "$(jq -r 'select(.kind == "ticket" and .status != "resolved") | .id' stream | wc -l)" ]
	for id in $(jq -r 'select(.kind == "ticket") | .id' stream); do
		grep -q "id=\"TKT-$id\"" html
		grep -q "<a class=\"[a-z]*\" href=\"#TKT-$id\">" html
	done
	grep -q '<h2 id="figures">' html
}

@test "open tickets come first, the worst first, then the youngest" {
	page "$(ticket 1 '.status = "open" | .severity = "info" | .resolved_at = null')" \
		"$(ticket 2)" \
		"$(ticket 3 '.status = "open" | .severity = "critical" | .resolved_at = null | .first_seen_at = "2026-01-24T21:00:00Z"')" \
		"$(ticket 4 '.status = "diagnosed" | .severity = "critical" | .resolved_at = null')" \
		"$(ticket 5 '.resolved_at = "2026-01-24T23:50:00Z"')" >html
	[ "$(grep -o 'id="TKT-[0-9]*"' html | tr -dc '0-9\n' | xargs)" = '4 3 1 5 2' ]
}

@test "a stream without tickets is a page that reports it" {
	run -0 page
	[[ $output == *'There were no tickets in this time.'* ]]
	[[ $output == *'</html>' ]]
}

@test "nothing, another stream, or a torn one: 65, one line, and no page" {
	local input
	for input in '' '{}' 'nonsense' "$begin" "$begin
$(ticket 1)" "$begin
$(ticket 1)
{\"kind\":\"end\",\"records\":2}" "$begin
$begin" "$(ticket 1)" "$begin
{\"kind\":\"ticket\"
{\"kind\":\"end\"}" "$begin
{\"kind\":\"end\"}
$(ticket 1)" "$begin
{\"kind\":\"end\"}
$begin
$(ticket 1)" "$begin
$begin
{\"kind\":\"end\"}" '{"kind":"begin","stream":"verdicts"}
{"kind":"end"}' '{"kind":"begin","stream":"tickets","v":2}
{"kind":"end"}' "$begin
$(ticket 1 'del(.invariant_name)')
{\"kind\":\"end\"}" "$begin
$(ticket 1 '.created_at = "yesterday"')
{\"kind\":\"end\"}" "$begin
$(ticket 1 '.severity = "foo"')
{\"kind\":\"end\"}"; do
		run --separate-stderr -65 op-report <<<"$input"
		[ -z "$output" ]
		[ "$(wc -l <<<"$stderr")" = 1 ]
		[[ $stderr == 'op-report: '* ]]
	done
	run -65 op-report </dev/null
	printf '%s\n{"kind":"end"}' "$begin" >cut.ndjson
	run -65 op-report <cut.ndjson
	[[ $output == *'in the middle'* ]]
}

@test "an encoding other than UTF-8, and an unknown severity, are reported" {
	local encoding
	{
		printf '\357\273\277'
		printf '%s\n' "$begin" '{"kind":"end"}'
	} >marked
	run -65 op-report <marked
	[ "$output" = 'op-report: line 1: the input begins with a byte order mark' ]
	for encoding in UTF-16 UTF-16LE UTF-16BE UTF-32; do
		printf '%s\n' "$begin" '{"kind":"end"}' | iconv -f UTF-8 -t "$encoding" >other
		run -65 op-report <other
		[ "$output" = 'op-report: line 1: the input is UTF-16 or UTF-32, not UTF-8' ]
	done
	run -65 page "$(ticket 1 '.severity = "foo"')"
	[ "$output" = 'op-report: line 2: severity is not info, warning or critical' ]
	run -0 page "$(ticket 1 '.severity = null')" "$(ticket 2 'del(.severity)')"
}

@test "a stream without a time of its own, and times at both ends of time" {
	local record
	for record in '' "$(ticket 1 '.created_at = "1970-01-01T00:00:00Z" | .first_seen_at = .created_at | .resolved_at = null | .status = "open"')" \
		"$(ticket 1 '.resolved_at = "9999-12-31T23:59:59.999Z"')"; do
		run -0 op-report < <(printf '%s\n' '{"kind":"begin","stream":"tickets"}' ${record:+"$record"} '{"kind":"end"}')
		[[ $output == *'</html>' ]]
	done
}

@test "unknown kinds and keys are skipped, and counted" {
	printf '%s\n' "$begin" '{"kind":"weather","rain":true}' "$(ticket 1 '.later = {a: [1]}')" '{"kind":"end","records":2}' >stream
	run -0 op-report <stream
	[[ $output == *'id="TKT-1"'* ]]
}

@test "two streams make one page, and the same id twice two cards" {
	{
		page_of=$(printf '%s\n' "$begin" "$(ticket 1)" '{"kind":"end","records":1}')
		printf '%s\n' "$page_of" "$page_of"
	} | op-report >html
	grep -q 'id="TKT-1"' html
	grep -q 'id="TKT-1-2"' html
}

@test "the same input gives the same page, whatever the time and the zone of the machine" {
	needs faketime
	made >stream
	op-report <stream >one
	TZ=Asia/Tokyo op-report <stream >two
	cmp one two
	run op-report -V
	[[ $output != *'left out'* ]] || return 0 # sanitizers and faketime cannot both be loaded first
	faketime '2031-05-05 05:05:05' op-report <stream >two
	cmp one two
}

@test "--tz: the zone's clock, across its changes too; unknown zones are 64" {
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip 'no tzdata'
	printf '%s\n' "$begin" "$(ticket 1)" "$(ticket 2 '.first_seen_at = "2026-03-29T01:30:00Z" | .created_at = .first_seen_at | .resolved_at = "2026-03-29T02:00:00Z"')" '{"kind":"end"}' >stream
	op-report --tz Europe/Berlin <stream >html
	grep -q '>25 Jan 00:08:17</time>' html
	grep -q '>29 Mar 03:30:00</time>' html
	grep -q 'datetime="2026-01-24T23:08:17Z"' html
	grep -q 'times in Europe/Berlin' html
	for zone in Nowhere/Town ../../etc/passwd /etc/localtime '' 'Europe/Ber lin'; do
		run --separate-stderr -64 op-report --tz "$zone" <stream
		[ -z "$output" ]
		[[ $stderr == *--tz* ]]
	done
}

@test "--title and --refresh" {
	made --tickets 1 >stream
	op-report --title 'A <b>"week"</b>' --refresh 1m30s <stream >html
	grep -q '<title>A &lt;b&gt;&quot;week&quot;&lt;/b&gt;</title>' html
	grep -q '<h1>A &lt;b&gt;&quot;week&quot;&lt;/b&gt;</h1>' html
	grep -q '<meta http-equiv="refresh" content="90">' html
	run -0 op-report <stream
	[[ $output != *'http-equiv="refresh"'* ]]
	for time in 0 never 10ms -1; do
		run -64 op-report --refresh "$time" <stream
	done
}

@test "bars: severity, lost evidence, mutes, gaps, marks and incidents are drawn" {
	page "$(ticket 1 '.events = [{at: "2026-01-24T23:08:17.123Z", event: "created", actor: "op", note: null},
			{at: "2026-01-24T23:10:00Z", event: "acknowledged", actor: "jana", note: null},
			{at: "2026-01-24T23:11:00Z", event: "evidence_lost", actor: "op", note: null},
			{at: "2026-01-24T23:13:00Z", event: "evidence_back", actor: "op", note: null},
			{at: "2026-01-24T23:14:00Z", event: "diagnosed", actor: "jana", note: "x"}]')" \
		"$(ticket 2 '.store_id = "7" | .violation_key = "store_down:7" | .severity = "warning"')" \
		'{"kind":"mute","id":1,"cluster":"ord*","invariant":null,"store":"7","from_at":"2026-01-24T23:00:00Z","until_at":"2026-01-24T23:15:00Z","reason":"work","actor":"jana","created_at":"2026-01-24T22:00:00Z","lifted_at":null}' \
		'{"kind":"gap","subject":"tikv","cluster":"orders","began_at":"2026-01-24T21:00:00Z","ended_at":"2026-01-24T22:00:00Z"}' >html
	grep -o '<a class="critical" href="#TKT-1">.*</a>' html >one
	grep -o '<a class="warning" href="#TKT-2">.*</a>' html >two
	[ "$(grep -o 'class="lost"' one | wc -l)" = 1 ]
	grep -q 'href="#acknowledged"' one
	grep -q 'href="#diagnosed"' one
	run ! grep -q 'class="muted"' one
	[ "$(grep -o 'class="muted"' two | wc -l)" = 1 ]
	run ! grep -q 'class="lost"' two
	# one hour of six, beginning after the first
	grep -q '<rect class="gap" x="16.67%" y="[0-9]*" width="16.67%"' html
	[ "$(sed -n '/<g class="join"/,/<\/g>/p' html | grep -o '<circle' | wc -l)" = 2 ]
	grep -q '>store 7</text>' html
}

@test "stores whose tickets lie outside the window share one line" {
	page "$(ticket 1)" "$(ticket 2 '.store_id = "9" | .first_seen_at = "2026-01-20T00:00:00Z" | .created_at = .first_seen_at | .resolved_at = "2026-01-20T01:00:00Z"')" >html
	grep -q '1 row without tickets in this time</summary><p>9</p>' html
	run ! grep -q '>store 9</text>' html
}

@test "a row is labelled with a name if the id is a long number" {
	page "$(ticket 1 '.store_id = "8675309123456789012" | .metric_snapshot = {kind: "member", labels: {name: "no"}, name: "pd-<0>"}')" \
		"$(ticket 2 '.store_id = "8675309123456789013" | .metric_snapshot = {kind: "member", name: "a name that is longer still"}')" >html
	grep -q '<title>8675309123456789012</title>pd-&lt;0&gt;</text>' html
	grep -q '<title>8675309123456789013</title>86753091234567.…</text>' html
}

@test "a card: advice, link, rendered diagnosis, earlier diagnosis, notes, units, missing columns" {
	page "$(ticket 1 '.status = "diagnosed" | .resolved_at = null | .doc = "Restart it." | .link = "https://example.com/d?x=1&y=2"
		| .diagnosis = "## Disk\n**broken** [book](https://example.com/)" | .verdict = "unknown"
		| .verdict_since = "2026-01-25T01:00:00Z" | .reason = "idle" | .missing = ["qps", "cpu_percent"]
		| .metric_snapshot = {kind: "store", disk_total_bytes: 536870912000, latency_p99_ms: 41.5, labels: {zone: "a"}, gone: null}
		| .events = [{at: "2026-01-24T23:14:00Z", event: "diagnosed", actor: "jana", note: "the first guess"},
			{at: "2026-01-24T23:15:00Z", event: "noted", actor: "marek", note: "parts are coming"}]')" >html
	grep -q '>Restart it.</p>' html
	grep -q 'href="https://example.com/d?x=1&amp;y=2"' html
	grep -q '<h6>Disk</h6>' html
	grep -q '<strong>broken</strong> <a href="https://example.com/">book</a>' html
	grep -q 'the first guess' html
	grep -q 'noted by marek: <q>parts are coming</q>' html
	grep -q '(idle); missing: qps, cpu_percent' html
	grep -q '<td>500 GiB <small>536870912000</small></td>' html
	grep -q '<td>41.5 ms</td>' html
	grep -q '<td>{&quot;zone&quot;:&quot;a&quot;}</td>' html
	run ! grep -q '>gone<' html
}

@test "hostile texts stay text everywhere" {
	made --hostile --clusters 2 --tickets 120 >stream
	op-report --title '<script>alert(1)</script>' <stream >html
	python3 - html <<-'PY'
		import html.parser, sys
		allowed = set("""html head meta link title style body a header h1 h2 h3 h4 h5 h6 p time ul ol li nav main section
		    span dl dt dd b svg defs pattern rect circle path line g use text figure figcaption div table caption thead
		    tbody tr th td details summary fieldset legend input label small q pre code strong em blockquote hr br footer""".split())
		class P(html.parser.HTMLParser):
		    def handle_starttag(self, tag, attrs):
		        assert tag in allowed, tag
		        for name, value in attrs:
		            assert not name.startswith("on") and name != "src", (tag, name)
		            if name == "href":
		                assert value.startswith(("#", "https://", "http://", "mailto:", "data:,")), value
		    def handle_comment(self, data):
		        raise AssertionError("a comment: " + data)
		text = open(sys.argv[1], encoding="utf-8").read()
		P(convert_charrefs=True).feed(text)
		bad = [c for c in text if ord(c) < 32 and c not in "\n\t" or 0x7f <= ord(c) < 0xa0
		       or ord(c) in (0x61c, 0x200e, 0x200f, 0xfeff, 0xfdd0) or 0x202a <= ord(c) <= 0x202e or 0x2066 <= ord(c) <= 0x2069]
		assert not bad, bad
	PY
	grep -qF '\u{202e}' html
}

@test "a message of 64 KiB is whole on its card, and cut elsewhere" {
	page "$(ticket 1 '.message = ("<&>x" * 16384)')" >html
	[ "$(grep -o '&lt;&amp;&gt;x' html | wc -l)" -ge 16384 ]
	[ "$(wc -c <html)" -lt 1000000 ]
}

@test "10,000 tickets of a month: under 2 s of CPU, 20 MB and 64 MiB" {
	run op-report -V
	[[ $output != *'left out'* ]] || skip 'sanitizers cost time and memory'
	made --tickets 10000 --stores 300 --clusters 3 --days 30 >stream
	python3 - <<-'PY'
		import resource, subprocess
		with open("stream") as i, open("html", "w") as o:
		    subprocess.run(["op-report"], stdin=i, stdout=o, check=True)
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		print(used.ru_utime + used.ru_stime, used.ru_maxrss)
		assert used.ru_utime + used.ru_stime < 2
		assert used.ru_maxrss < 64 * 1024
	PY
	[ "$(wc -c <html)" -lt 20000000 ]
	[ "$(grep -c '^<details class="card ' html)" = 10000 ]
}

@test "a full disk is 74" {
	made >stream
	run -74 sh -c 'op-report <stream >/dev/full'
}

@test "the lockdown works if the kernel supports it" {
	run -0 op-report -V
	[[ $output == 'op-report '*'cmark '* ]]
	[[ $output == *'lockdown: '* || $output == *'other system calls: '* ]]
}

@test "it opens only the zone's file, before it reads, and makes no connection" {
	run op-report -V
	[[ $output != *'left out'* ]] || skip 'sanitizers open files'
	made >stream
	run -0 strace -f -o trace -e trace=open,openat,connect,execve op-report --tz Europe/Berlin <stream
	run ! grep -E 'connect\(|execve\(.*= 0$' <(tail -n +2 trace)
	run ! grep -vE 'execve|/lib|/etc/ld.so|zoneinfo|ENOENT|\+\+\+' trace
}

@test "usage: 64 and one line" {
	run --separate-stderr -64 op-report page </dev/null
	[[ $stderr == 'op-report: page: unexpected argument'* ]]
	run -64 op-report --title </dev/null
	run -0 op-report -h
	[[ $output == 'usage: op-report '* ]]
}

@test "op-report accepts the stream shown in op(7)" {
	awk '/^\.Ss Tickets$/ { inside = 1 } inside && /^\.Bd/ { on = 1; next } /^\.Ed/ { on = 0; inside = 0 } on' \
		"$BATS_TEST_DIRNAME/../share/man/op.7" | tr -d '\n' | sed 's/}{"kind"/}\n{"kind"/g' >shown
	echo >>shown
	[ "$(jq -r .kind shown | xargs)" = 'begin ticket mute gap end' ]
	run -0 op-report <shown
	[[ $output == *'id="TKT-3"'* ]]
	[[ $output == *'class="gap"'* ]]
	[[ $output == *'kernel update'* ]]
}

@test "live page: written whole, readable, kept if a new one fails, by op-loop's --after too" {
	local live=$BATS_TEST_DIRNAME/../examples/report/live-page
	mkdir bin
	made --days 0.1 >stream
	printf '#!/bin/sh\n[ "$*" = "list --since 1d --events" ] && cat "%s/stream"\n' "$PWD" >bin/op-ticket
	chmod +x bin/op-ticket
	PATH=$PWD/bin:$PATH
	op-loop -1 --after "'$live' '$PWD/index.html' --title Wall" -- true
	[ "$(stat -c %a index.html)" = 644 ]
	grep -q '<title>Wall</title>' index.html
	grep -q 'http-equiv="refresh" content="30"' index.html
	cp index.html before
	head -n 3 stream >torn
	mv torn stream
	run -65 "$live" index.html
	cmp before index.html
	[ "$(echo index.html*)" = index.html ]
	run -64 "$live"
}

@test "Grafana: the dashboard queries what op-metrics writes, in valid PromQL" {
	local examples=$BATS_TEST_DIRNAME/../examples/node-exporter
	jq -r '.panels[].targets[].expr' "$examples/op-dashboard.json" | sed 's/\$[a-z]*/x/g' >queries
	[ -s queries ]
	jq -Rn '{groups: [{name: "x", rules: [inputs | {record: "x", expr: .}]}]}' queries >rules.yml
	run promtool check rules --lint=none rules.yml
	[ "$status" = 0 ]
	jq -r '.panels[].targets[].expr, (.templating.list[].query | .query? // .)' "$examples/op-dashboard.json" |
		grep -oE 'op_[a-z_]+' | sort -u >asked
	[ "$(wc -l <asked)" -ge 4 ]
	while read -r metric; do
		grep -q "\"$metric\"" "$examples/op-metrics" || { echo "$metric"; return 1; }
	done <asked
	[ "$(jq '[.panels[].id] | length == (unique | length)' "$examples/op-dashboard.json")" = true ]
}

@test "a window at either end of time, or with since after until, makes a page" {
	local since until
	for since in null '"1970-01-01T00:00:00Z"' '"9999-12-31T23:59:59.999Z"'; do
		for until in null '"1970-01-01T00:00:00Z"' '"9999-12-31T23:59:59.999Z"'; do
			printf '{"kind":"begin","stream":"tickets","v":1,"since":%s,"until":%s}\n' "$since" "$until" >in
			printf '{"kind":"ticket","id":1,"invariant_name":"i","status":"open","created_at":"1970-01-01T00:00:%02dZ"}\n' 0 1 >>in
			echo '{"kind":"end","records":2}' >>in
			op-report <in | grep -q '</html>'
		done
	done
}
