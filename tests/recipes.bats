# SPDX-License-Identifier: ISC
# The recipes in examples/, each run against the simulated cluster.
# takes 50 s

# shellcheck disable=SC1003,SC2012,SC2016,SC2030,SC2031 # text that nobody shall expand; a test is a subshell

load helper

examples=$(cd "$BATS_TEST_DIRNAME/../examples" && pwd)

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export OP_DB=$BATS_TEST_TMPDIR/tickets.db
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
}

teardown() {
	stop_all
	# a recipe leaves nothing behind
	[ -z "$(ls -A "$TMPDIR")" ]
}

cycle() {
	op-scrape | op-check | op-ticket ingest 2>>said
}

# a ticket for each store, from hand-made verdicts: AT STORE...
by_hand() {
	local at=$1
	shift
	{
		echo '{"kind":"begin","stream":"verdicts","v":1,"subject":"tikv","cluster":"hand","at":"'"$at"'"}'
		jq -nc '$ARGS.positional[] | {kind: "violation", invariant_name: "store_down", store_id: .,
			severity: "critical", message: "Store \(.) is Down"}' --args -- "$@"
		echo '{"kind":"check","invariant_name":"store_down","complete":true}'
		echo '{"kind":"end"}'
	} | op-ticket ingest 2>>said
}

receiver_start() {
	mkdir -p receiver
	rm -f receiver/url
	start python3 "$BATS_TEST_DIRNAME/receiver.py" "$PWD/receiver"
	wait_until 10 test -e receiver/url
	url=$(cat receiver/url)
}

# the events that the receiver accepted, "created 1" and so on
taken() {
	[ ! -e receiver/taken ] || jq -r '.body | fromjson | "\(.event) \(.ticket.id)"' receiver/taken
}

taken_is() {
	[ "$(taken | xargs)" = "$*" ]
}

@test "events --after: events after a cursor, also as an array" {
	by_hand 2026-01-24T23:00:00Z 1 2 3
	[ "$(op-ticket events --after 1 | jq -s -c 'map(.id)')" = '[2,3]' ]
	[ "$(op-ticket events --after 1 --json | jq -c 'map(.id)')" = '[2,3]' ]
	[ "$(op-ticket events 3 --after 1 | jq .ticket_id)" = 3 ]
	[ "$(op-ticket events --after 3 --json)" = '[]' ]
	run -64 op-ticket events --after x
	[[ $output == *'--after: x is not'* ]]
}

@test "webhook: each event once, in order, with its ticket" {
	sim_start
	receiver_start
	sim down 2
	cycle
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url/hook"
	taken_is created 1
	jq -e '.path == "/hook" and .type == "application/json"' receiver/taken
	jq -e '.body | fromjson | .ticket.violation_key == "store_down:2" and (.ticket.message | contains("is Down"))' receiver/taken
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url/hook"
	taken_is created 1
	op-ticket ack 1 2>>said
	sim revive 2
	sim heartbeat all
	cycle
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url/hook"
	taken_is created 1 acknowledged 1 resolved 1
	[ "$(jq -r .key receiver/taken | sort -u | wc -l)" = 3 ]
	[ "$(cat cursor)" = 3 ]
}

@test "webhook: events that the receiver does not accept are sent later" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 1 2 3
	echo 503 >receiver/answer
	run -69 "$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	[[ $output == *'answered 503'* ]]
	[ ! -e cursor ]
	rm receiver/answer
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	taken_is created 1 created 2 created 3
	stop_all
	by_hand 2026-01-24T23:00:30Z 1 2 3 4
	run -69 "$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	receiver_start
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	taken_is created 1 created 2 created 3 created 4
}

@test "webhook: an event that is refused for good does not block the others" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 1
	echo 422 >receiver/answer
	run -0 "$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	[[ $output == *'event 1: refused for good'* ]]
	rm receiver/answer
	by_hand 2026-01-24T23:00:30Z 1 2
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	taken_is created 2
}

@test "webhook: a shape for the receiver, and a secret URL from a file" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 7
	printf 'url = "%s/secret"\nheader = "Authorization: Bearer x"\n' "$url" >curlrc
	run -77 "$examples/notify/feed" --from-start cursor "$examples/notify/webhook" -K curlrc
	[[ $output == *'curlrc: others can read it'* ]]
	[ ! -e cursor ]
	chmod 600 curlrc
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" \
		-j '{text: "\(.event) TKT-\(.ticket.id): \(.ticket.message)"}' -K curlrc
	[ "$(jq -r '.body | fromjson.text' receiver/taken)" = 'created TKT-1: Store 7 is Down' ]
	[ "$(jq -r .path receiver/taken)" = /secret ]
}

@test "webhook: straight from ingest --events" {
	sim_start
	receiver_start
	sim down 3
	op-scrape | op-check | op-ticket ingest --events 2>>said | "$examples/notify/webhook" "$url"
	taken_is created 1
}

@test "feed: hostile text stays text" {
	receiver_start
	local evil='$(touch pwned)`touch pwned`; touch pwned #"\'\''
 -K /etc/passwd %s é'
	by_hand 2026-01-24T23:00:00Z "$evil"
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	[ ! -e pwned ]
	[ "$(jq -r '.body | fromjson.ticket.store_id' receiver/taken)" = "$evil" ]
}

@test "feed: one at a time per cursor, and an invalid cursor" {
	by_hand 2026-01-24T23:00:00Z 1
	start "$examples/notify/feed" --from-start cursor sh -c 'touch busy; until [ -e go ]; do sleep 0.05; done'
	wait_until 10 test -e busy
	run -75 "$examples/notify/feed" --from-start cursor true
	[[ $output == *'another feed is running'* ]]
	touch go
	wait "$STARTED"
	[ "$(cat cursor)" = 1 ]
	echo nonsense >cursor
	run -65 "$examples/notify/feed" --from-start cursor true
	run -64 "$examples/notify/feed" --from-start cursor
	run -64 "$examples/notify/feed" --from-start -n x cursor true
}

@test "feed: several at a time, and nothing from a database without tickets" {
	run -0 "$examples/notify/feed" --from-start -n 2 cursor sh -c 'wc -l'
	[ -z "$output" ]
	by_hand 2026-01-24T23:00:00Z 1 2 3 4 5
	run -0 "$examples/notify/feed" --from-start -n 2 cursor sh -c 'wc -l'
	[ "$(echo "$output" | xargs)" = '2 2 1' ]
	[ "$(cat cursor)" = 5 ]
}

@test "feed: a database that cannot be read is a failure" {
	echo 'no database, but longer than nothing at all' >tickets.db
	run -65 "$examples/notify/feed" --from-start cursor true
	[ ! -e cursor ]
}

@test "feed: a diagnosis of 200 KiB goes through" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 1
	yes 'All the words of a long diagnosis. "\' | head -c 200000 | op-ticket diagnose 1 2>>said
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	taken_is created 1 diagnosed 1
	[ "$(tail -n 1 receiver/taken | jq '.body | fromjson.ticket.diagnosis | length')" = 200000 ]
}

@test "feed -f: follows, survives an outage, and ends on a signal" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 1
	start "$examples/notify/feed" --from-start -f cursor "$examples/notify/webhook" "$url" 2>refused
	wait_until 10 taken_is created 1
	echo 500 >receiver/answer
	by_hand 2026-01-24T23:00:30Z 1 2
	wait_until 20 grep -q 'answered 500' refused
	rm receiver/answer
	wait_until 20 taken_is created 1 created 2
	kill "$STARTED"
	wait_until 10 gone "$STARTED"
	wait "$STARTED"
	[ "$(cat cursor)" = 2 ]
}

leads_a_session() { # PID
	[ "$(ps -o sid= -p "$1" | tr -d ' ')" = "$1" ]
}

@test "feed -f: restarted at any moment it sends all, and nothing twice" {
	receiver_start
	echo 0.05 >receiver/delay
	local i feed
	for i in 1 2 3 4 5 6 7 8; do
		by_hand "2026-01-24T23:0$i:00Z" $(seq 1 $((i * 3)))
		start setsid "$examples/notify/feed" --from-start -f cursor "$examples/notify/webhook" "$url"
		feed=$STARTED
		wait_until 10 leads_a_session "$feed"
		sleep "0.$((i * 7 % 9 + 2))"
		if ((i % 2)); then
			kill "$feed" # feed itself, then all of its processes
		else
			kill -- "-$feed"
		fi
		wait "$feed" || [ $? = 143 ] # it may have had no time to set its traps
	done
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	taken >all
	[ "$(wc -l <all)" = 24 ]
	[ "$(sort -u all | wc -l)" = 24 ]
	sort -c -n -k 2 all
}

@test "feed: without a cursor it begins at the ledger's end, with --from-start at its beginning" {
	by_hand 2026-01-24T23:00:00Z 1 2
	run -0 "$examples/notify/feed" cursor cat
	[ -z "$output" ]
	by_hand 2026-01-24T23:00:30Z 1 2 3
	"$examples/notify/feed" cursor cat | jq -e '.ticket_id == 3'
	[ "$("$examples/notify/feed" --from-start other cat | jq .ticket_id | xargs)" = '1 2 3' ]
	# all events after a run without a database are sent
	rm tickets.db other* cursor*
	run -0 "$examples/notify/feed" cursor cat
	by_hand 2026-01-24T23:00:00Z 1 2
	[ "$("$examples/notify/feed" cursor cat | jq .ticket_id | xargs)" = '1 2' ]
}

@test "feed: a cursor of another database is refused with a sentence" {
	by_hand 2026-01-24T23:00:00Z 1 2
	"$examples/notify/feed" --from-start cursor cat >first
	# beyond the end
	cp cursor kept
	echo 999 >cursor
	run -65 "$examples/notify/feed" cursor touch called
	[[ $output == *'999 is beyond the last event, 2'* ]]
	run -65 "$examples/notify/feed" -f cursor touch called
	# of a missing database, or of one with as many events
	mv kept cursor
	rm tickets.db
	run -65 "$examples/notify/feed" cursor touch called
	[[ $output == *'there is no database'* ]]
	by_hand 2026-01-24T23:00:00Z 1 2 3
	run -65 "$examples/notify/feed" cursor touch called
	[[ $output == *'of another database'* ]]
	[[ $output == *'feed: cursor: '*'remove it'* ]]
	[ ! -e called ]
	[ "$(cat cursor)" = 2 ]
	rm cursor
	run -0 "$examples/notify/feed" cursor cat
	by_hand 2026-01-24T23:00:30Z 1 2 3 4
	"$examples/notify/feed" cursor cat | jq -e '.ticket_id == 4'
}

# planned work over all stores, in the cycles' time
mute_all() { # FROM UNTIL
	op-ticket mute --store '*' --from "$1" --until "$2" -m 'rolling restart' 2>>said
}

# the events of the feed and the output of the notifiers: nothing of planned work until it is over
@test "notifiers: muted tickets are left out, and sent when the mute ends" {
	cat >sendmail <<-'END'
		#!/bin/sh
		cat >>mail
	END
	chmod +x sendmail
	export SENDMAIL=$PWD/sendmail
	receiver_start
	by_hand 2026-01-24T22:59:00Z
	mute_all 2026-01-24T23:00:00Z 2026-01-24T23:10:00Z
	by_hand 2026-01-24T23:00:00Z 1 2
	[ "$(op-ticket events | jq -c .muted | xargs)" = 'true true' ]
	op-ticket events | "$examples/notify/webhook" "$url"
	op-ticket events | "$examples/notify/mail" oncall@example.org
	op-ticket list | "$examples/alertmanager/alerts" "$url"
	"$examples/notify/feed" --from-start cursor "$examples/notify/webhook" "$url"
	[ ! -e receiver/taken ]
	[ ! -e mail ]
	[ "$(cat cursor)" = 2 ]
	# one holds again in time, one does not
	by_hand 2026-01-24T23:05:00Z 2
	op-ticket resolve 1 2>>said
	by_hand 2026-01-24T23:10:30Z 2
	"$examples/notify/feed" -n 100 cursor tee fed | "$examples/notify/mail" oncall@example.org
	[ "$(jq -r '"\(.event) \(.ticket_id)"' fed)" = 'unmuted 2' ]
	python3 - mail <<-'END'
		import email.policy, sys
		mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		assert mail["Subject"] == "[op critical] TKT-2 created: Store 2 is Down", mail["Subject"]
	END
	"$examples/notify/webhook" "$url" <fed
	taken_is unmuted 2
}

# restarts five stores in turn, and runs feed after each cycle
restart_five() {
	local store
	for store in 1 2 3 4 5; do
		by_hand "2026-01-24T23:1$store:00Z" "$store"
		"$examples/notify/feed" cursor cat >>told
		{
			jq -nc --arg at "2026-01-24T23:1$store:30Z" \
				'{kind: "begin", subject: "tikv", cluster: "hand", at: $at},
				{kind: "ok", invariant_name: "store_down", store_ids: ["1", "2", "3", "4", "5"]},
				{kind: "check", invariant_name: "store_down", complete: true}, {kind: "end"}'
		} | op-ticket ingest 2>>said
		"$examples/notify/feed" cursor cat >>told
	done
	[ "$(op-ticket list | jq -r '[.status, .resolution] | join(" ")' | sort | uniq -c | xargs)" = '5 resolved cleared' ]
}

@test "a rolling restart of five stores: reported as usual, and not at all under a mute" {
	by_hand 2026-01-24T23:00:00Z
	"$examples/notify/feed" cursor cat
	restart_five
	[ "$(jq -r .event told | sort | uniq -c | xargs)" = '5 created 5 resolved' ]
	rm tickets.db cursor* told
	by_hand 2026-01-24T23:00:00Z
	mute_all 2026-01-24T23:00:30Z 2026-01-24T23:30:00Z
	"$examples/notify/feed" cursor cat
	restart_five
	[ ! -s told ]
	by_hand 2026-01-24T23:31:00Z
	run -0 "$examples/notify/feed" cursor cat
	[ -z "$output" ]
}

@test "mail: without sendmail it reports that" {
	by_hand 2026-01-24T23:00:00Z 1
	export SENDMAIL=$PWD/nowhere/sendmail
	run -78 "$examples/notify/feed" --from-start cursor "$examples/notify/mail" oncall@example.org
	[[ $output == *"mail: $SENDMAIL: there is no such program"*SENDMAIL* ]]
	[ ! -e cursor ]
}

@test "mail: one per run, with headers that text cannot change" {
	cat >sendmail <<-'END'
		#!/bin/sh
		printf '%s\n' "$*" >>args
		cat >"mail.$(ls | grep -c '^mail\.')"
		exit "$(cat answer 2>/dev/null || echo 0)"
	END
	chmod +x sendmail
	export SENDMAIL=$PWD/sendmail
	by_hand 2026-01-24T23:00:00Z 1
	"$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org second@example.org
	[ "$(cat args)" = '-oi -- oncall@example.org second@example.org' ]
	python3 - mail.0 <<-'END'
		import email.policy, sys
		mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		assert mail["To"] == "oncall@example.org, second@example.org", mail["To"]
		assert mail["Subject"] == "[op critical] TKT-1 created: Store 1 is Down", mail["Subject"]
		assert mail["Message-ID"] and mail["References"]
		assert "op-ticket show 1" in mail.get_content()
	END

	by_hand 2026-01-24T23:00:30Z 1 '2
	Bcc: all@example.org' '3é'
	"$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org
	python3 - mail.1 <<-'END'
		import email.policy, sys
		raw = open(sys.argv[1], "rb").read()
		mail = email.message_from_bytes(raw, policy=email.policy.default)
		assert mail["Subject"] == "[op critical] 2 created in hand", mail["Subject"]
		assert mail["Bcc"] is None
		assert max(map(len, raw.splitlines())) < 200
		assert "Store 3é is Down" in mail.get_content()
		assert "Store 2  Bcc: all@example.org is Down" in mail.get_content(), mail.get_content()
	END
	by_hand 2026-01-24T23:01:00Z 1 '2
	Bcc: all@example.org' '3é' $'4\xe2\x80\xae=?é\n.\nX: y'
	"$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org
	python3 - mail.2 <<-'END'
		import email.policy, sys
		mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		assert mail["Subject"] == "[op critical] TKT-4 created: Store 4 =?é . X: y is Down", mail["Subject"]
		assert mail["X"] is None
	END
	# text that looks like an encoded word is not decoded
	by_hand 2026-01-24T23:01:15Z 1 '=?utf-8?q?other?='
	"$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org
	python3 - mail.3 <<-'END'
		import email.policy, sys
		mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		assert mail["Subject"] == "[op critical] TKT-5 created: Store =?utf-8?q?other?= is Down", mail["Subject"]
	END
	# events that people caused themselves are not mailed
	op-ticket ack 1 2>>said
	"$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org
	[ ! -e mail.4 ]
	[ "$(cat cursor)" = 6 ]
	# if sendmail fails, so does mail, and the mail is sent later
	echo 75 >answer
	by_hand 2026-01-24T23:01:30Z 1 6
	run -75 "$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org
	rm answer
	"$examples/notify/feed" --from-start -n 100 cursor "$examples/notify/mail" oncall@example.org
	[ "$(ls mail.* | wc -l)" = 6 ]
	run -64 "$examples/notify/mail" '-oQ/tmp' </dev/null
	run -64 "$examples/notify/mail" 'a@example.org, b' </dev/null
}

# a real Alertmanager that notifies the receiver
alertmanager_start() {
	needs prometheus-alertmanager
	cat >alertmanager.yml <<-END
		route:
		  receiver: people
		  group_by: [subject, cluster, batch]
		  group_wait: 0s
		  group_interval: 1s
		  repeat_interval: 1h
		receivers:
		  - name: people
		    webhook_configs:
		      - url: $url/alertmanager
	END
	rm -rf data
	start prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data \
		--cluster.listen-address= --web.listen-address=127.0.0.1:0 >alertmanager.log 2>&1
	alertmanager_pid=$STARTED
	wait_until 20 grep -q 'Listening on' alertmanager.log
	alertmanager=http://$(sed -n 's/.*Listening on" address=//p' alertmanager.log)
	wait_until 20 curl -fsS -o ready "$alertmanager/-/ready"
}

# the alerts in Alertmanager: "TKT-1 critical" and so on
alerts_are() {
	[ "$(curl -fsS "$alertmanager/api/v2/alerts" | jq -r '.[].labels | "\(.ticket) \(.severity)"' | sort | xargs)" = "$*" ]
}

# its notifications: "firing TKT-1" and so on
told() {
	jq -r '.body | fromjson.alerts[] | "\(.status) \(.labels.ticket)"' receiver/taken | xargs
}

told_is() {
	[ "$(told)" = "$*" ]
}

@test "Alertmanager: an alert fires with its ticket, ends with it, and notifies once" {
	sim_start
	receiver_start
	alertmanager_start
	sim down 2
	cycle
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are TKT-1 critical
	wait_until 10 told_is firing TKT-1
	curl -fsS "$alertmanager/api/v2/alerts" | jq -e '.[0] | .labels.alertname == "store_down" and .labels.store == "2"
		and .labels.cluster == "default" and (.annotations.summary | contains("is Down"))
		and (.endsAt | sub("\\.[0-9]+"; "") | fromdate) > now + 80000'
	cycle
	"$examples/alertmanager/push" cursor "$alertmanager"
	"$examples/alertmanager/push" cursor "$alertmanager"
	alerts_are TKT-1 critical

	# Alertmanager loses its alerts when it restarts; the next run sends them again
	stop "$alertmanager_pid"
	run -69 "$examples/alertmanager/push" cursor "$alertmanager"
	alertmanager_start
	alerts_are ''
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are TKT-1 critical

	sim revive 2
	sim heartbeat all
	cycle
	[ "$(op-ticket list | jq -r .status)" = resolved ]
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are ''
	wait_until 10 told_is firing TKT-1 firing TKT-1 resolved TKT-1
}

@test "Alertmanager: a ticket that began and ended during an outage fires no alert, and severity can rise" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 1
	op-ticket resolve 1 2>>said
	jq -nc '{kind: "begin", subject: "tikv", cluster: "hand", at: "2026-01-24T23:10:00Z"},
		{kind: "violation", invariant_name: "disk", store_id: "9", severity: "warning", message: "a \"b\"\n\\"},
		{kind: "check", invariant_name: "disk", complete: true}, {kind: "end"}' | op-ticket ingest 2>>said
	alertmanager_start
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are TKT-2 warning
	jq -nc '{kind: "begin", subject: "tikv", cluster: "hand", at: "2026-01-24T23:10:30Z"},
		{kind: "violation", invariant_name: "disk", store_id: "9", severity: "critical", message: "worse"},
		{kind: "check", invariant_name: "disk", complete: true}, {kind: "end"}' | op-ticket ingest 2>>said
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are TKT-2 critical
	run -1 grep -q TKT-1 receiver/taken
}

@test "Alertmanager: several, one of them down, and headers from a file" {
	receiver_start
	by_hand 2026-01-24T23:00:00Z 1
	printf 'Authorization: Bearer x\nX-Scope: op\n' >headers
	run -77 "$examples/alertmanager/push" --header-file headers cursor "$url/one"
	[[ $output == *'headers: others can read it'* ]]
	[ ! -e receiver/taken ]
	chmod 600 headers
	run -69 "$examples/alertmanager/push" --header-file headers cursor http://127.0.0.1:1 "$url/two"
	[ "$(jq -r '.path' receiver/taken | sort -u)" = /two/api/v2/alerts ]
	jq -s -e 'all(.[]; .authorization == "Bearer x")' receiver/taken
	rm receiver/taken
	run -0 "$examples/alertmanager/push" cursor "$url/one" "$url/two"
	[ "$(jq -r '.path' receiver/taken | sort -u | xargs)" = '/one/api/v2/alerts /two/api/v2/alerts' ]
	run -78 "$examples/alertmanager/push" --header-file nowhere cursor "$url/one"
	[[ $output == *'nowhere: cannot be read'* ]]
	run -64 "$examples/alertmanager/push" cursor
	run -64 "$examples/alertmanager/push" cursor file:///etc/passwd
}

@test "Alertmanager: planned work fires no alert, but a ticket that outlasts it does" {
	receiver_start
	alertmanager_start
	local t0 t1 t2 # the cycles use the clock's time: an alert of a month ago does not count
	t0=$(date -u -d '-120 sec' +%FT%TZ) t1=$(date -u -d '-60 sec' +%FT%TZ) t2=$(date -u -d '-30 sec' +%FT%TZ)
	by_hand "$t0" 1
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are TKT-1 critical
	mute_all "$t0" "$t2"
	by_hand "$t1" 1 2
	[ "$(op-ticket list --muted | jq .id | sort | xargs)" = '1 2' ]
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are ''
	by_hand "$(date -u +%FT%TZ)" 1 2
	"$examples/alertmanager/push" cursor "$alertmanager"
	wait_until 10 alerts_are TKT-1 critical TKT-2 critical
}

@test "Alertmanager: the configuration is good" {
	needs amtool prometheus-alertmanager
	amtool check-config "$examples/alertmanager/alertmanager.yml"
}

@test "node_exporter: metrics are valid for promtool, replaced whole and readable" {
	local at began now
	began=$(date +%s)
	sim_start
	sim down 2
	cycle
	op-ticket ack 1 2>>said
	(umask 077 && "$examples/node-exporter/op-metrics" op.prom)
	run -0 promtool check metrics <op.prom
	[ -z "$output" ]
	grep -qx 'op_tickets{subject="tikv",cluster="default",invariant="store_down",severity="critical",status="acknowledged"} 1' op.prom
	grep -qx 'op_open_tickets{subject="tikv",cluster="default"} 1' op.prom
	[ "$(stat -c %a op.prom)" = 644 ]
	[ ! -e op.prom.new ]
	at=$(sed -n 's/^op_last_cycle_timestamp_seconds{.*} //p' op.prom)
	now=$(date +%s)
	((at <= now && at >= began))
	# healthy again: the count is 0, not absent
	sim revive 2
	sim heartbeat all
	cycle
	"$examples/node-exporter/op-metrics" op.prom
	grep -qx 'op_open_tickets{subject="tikv",cluster="default"} 0' op.prom
	run -1 grep '^op_tickets' op.prom
	promtool check rules "$examples/node-exporter/op-rules.yml"
}

@test "node_exporter: names that must be escaped, late invariants, no ticket at all" {
	"$examples/node-exporter/op-metrics" >none
	[ ! -s none ]
	jq -nc '{kind: "begin", subject: "tikv", cluster: "a\"b\\c\nd", at: "2026-01-24T23:10:00Z"},
		{kind: "violation", invariant_name: "disk", message: "x"},
		{kind: "check", invariant_name: "disk", complete: true}, {kind: "end"}' | op-ticket ingest 2>>said
	"$examples/node-exporter/op-metrics" >some
	promtool check metrics <some
	grep -qxF 'op_tickets{subject="tikv",cluster="a\"b\\c\nd",invariant="disk",severity="warning",status="open"} 1' some
	grep -q '^op_late_invariants{.*} 1$' some
}

@test "node_exporter: invariants that are no longer known, and that never were" {
	local verdict
	for verdict in 20:ok 21:unknown 22:unknown; do
		jq -nc --arg verdict "${verdict#*:}" --arg at "2026-01-24T${verdict%:*}:10:00Z" '{kind: "begin", subject: "tikv", cluster: "c", at: $at},
			{kind: $verdict, invariant_name: "disk", store_ids: ["1"]}, {kind: "check", invariant_name: "disk", complete: true},
			{kind: "unknown", invariant_name: "never", store_ids: ["1"]}, {kind: "check", invariant_name: "never", complete: true},
			{kind: "end"}' | op-ticket ingest 2>>said
	done
	"$examples/node-exporter/op-metrics" >written
	promtool check metrics <written
	grep -qxF 'op_blind_invariants{subject="tikv",cluster="c"} 1' written
}

@test "node_exporter: planned work is counted separately" {
	by_hand 2026-01-24T22:59:00Z
	mute_all 2026-01-24T23:00:00Z 2026-01-24T23:10:00Z
	by_hand 2026-01-24T23:00:00Z 1 2
	"$examples/node-exporter/op-metrics" >metrics
	grep -E '^op_open_tickets[{].* 0$' metrics
	grep -E '^op_muted_tickets[{].* 2$' metrics
	run -1 grep '^op_tickets' metrics
}

@test "node_exporter: a failure keeps the last metrics, which grow old" {
	by_hand 2026-01-24T23:00:00Z 1
	"$examples/node-exporter/op-metrics" op.prom
	cp op.prom before
	echo 'no database, but longer than nothing at all' >tickets.db
	run "$examples/node-exporter/op-metrics" op.prom
	[ "$status" != 0 ]
	cmp before op.prom
}

@test "diagnoser: each open incident to a command, its answer to the tickets" {
	sim_start
	sim down 2
	cycle
	run -0 "$examples/diagnose/diagnoser" "$examples/diagnose/runbook"
	op-ticket show 1 >shown
	jq -e '.status == "diagnosed" and (.diagnosis | contains("store_down:2") and contains("is Down")
		and contains("`state`: `Down`") and contains("What to do: "))' shown
	# a diagnosed incident is not passed to the command again
	"$examples/diagnose/diagnoser" sh -c 'touch asked'
	[ ! -e asked ]
}

@test "diagnoser: incidents are handled separately, and failed ones stay open" {
	by_hand 2026-01-24T23:00:00Z 1 2
	by_hand 2026-01-24T23:05:00Z 1 2 3
	cat >doctor <<-'END'
		#!/bin/sh
		jq -r '[.tickets[].store_id] | join(" ")' >incident
		read -r stores <incident
		echo "$stores" >>asked
		case $stores in *3*) exit 1 ;; esac
		echo "It is $stores."
	END
	chmod +x doctor
	run -69 "$examples/diagnose/diagnoser" ./doctor
	[[ $output == *'the command failed'* ]]
	[ "$(sort asked | xargs)" = '1 2 3' ]
	[ "$(op-ticket list | jq -r '"\(.id) \(.status) \(.diagnosis)"' | sort | tr -d '\n')" = \
		'1 diagnosed It is 1 2.2 diagnosed It is 1 2.3 open null' ]
	run -69 "$examples/diagnose/diagnoser" true
	[[ $output == *'printed nothing'* ]]
	run -69 "$examples/diagnose/diagnoser" -t 1 sleep 20
	[[ $output == *'the command failed'* ]]
	[ "$(op-ticket show 3 | jq -r .status)" = open ]
	run -64 "$examples/diagnose/diagnoser"
	run -64 "$examples/diagnose/diagnoser" -t x true
}

@test "diagnoser: two clusters with an incident of one key, and hostile text" {
	by_hand 2026-01-24T23:00:00Z 1
	jq -nc '{kind: "begin", subject: "tikv", cluster: "$(touch pwned) -x", at: "2026-01-24T23:00:00Z"},
		{kind: "violation", invariant_name: "store_down", store_id: "`touch pwned`", message: "\u001b[31m`$(touch pwned)"},
		{kind: "check", invariant_name: "store_down", complete: true}, {kind: "end"}' | op-ticket ingest 2>>said
	"$examples/diagnose/diagnoser" "$examples/diagnose/runbook"
	[ "$(op-ticket list | jq -r .status | xargs)" = 'diagnosed diagnosed' ]
	[ ! -e pwned ]
	run -1 grep -q "$(printf '\033')" <(op-ticket list | jq -r .diagnosis)
}

@test "several clusters: one database, separate tickets, and a failing one harms no other" {
	sim_start --cluster-id 1111 --name one
	local first=$PD_ENDPOINT
	sim down 2
	sim_start --cluster-id 2222 --name two
	sim down 3
	mkdir clusters
	printf 'PD_ENDPOINT=%s\nPROMETHEUS_URL=none\n' "$first" >clusters/one.env
	printf '# the second\n\nPD_ENDPOINT=%s\nPROMETHEUS_URL=none\nOP_CLUSTER=zwei' "$PD_ENDPOINT" >clusters/two.env
	unset PD_ENDPOINT PROMETHEUS_URL
	run -0 "$examples/clusters/clusters" clusters
	[[ $output == *'one: Check complete: '* && $output == *'two: Check complete: '* ]]
	[ "$(op-ticket list | jq -r '"\(.cluster) \(.violation_key)"' | sort | xargs)" = 'one store_down:2 zwei store_down:3' ]

	printf 'PD_ENDPOINT=http://127.0.0.1:9\nPROMETHEUS_URL=none\n' >clusters/three.env
	# shellcheck disable=SC2016
	printf 'OP_MATCH=$(touch pwned)`touch pwned`\nnonsense\n' >clusters/four.env
	run "$examples/clusters/clusters" clusters
	[ "$status" = 78 ]
	[[ $output == *'four: '*'not KEY=VALUE: nonsense'* && $output == *'two: Check complete: '* ]]
	[ ! -e pwned ]
	[ "$(op-ticket status | jq -r .cluster | sort | xargs)" = 'one three zwei' ]
	rm clusters/four.env
	run -69 "$examples/clusters/clusters" clusters
	rm clusters/*
	run -78 "$examples/clusters/clusters" clusters
	run -64 "$examples/clusters/clusters" nowhere
}

@test "several clusters: run by op-loop until a signal stops it" {
	sim_start
	mkdir clusters
	printf 'PD_ENDPOINT=%s\nPROMETHEUS_URL=none\n' "$PD_ENDPOINT" | tee clusters/a.env >clusters/b.env
	start op-loop -i 200ms -- "$examples/clusters/clusters" clusters 2>loop
	wait_until 20 sh -c '[ "$(grep -c "b: Check complete" loop)" -ge 3 ]'
	kill "$STARTED"
	wait_until 10 gone "$STARTED"
	grep -q 'Monitor loop stopped' loop
	[ "$(op-ticket status | jq -r .cluster | sort | xargs)" = 'a b' ]
}

@test "archive: every cycle is kept, whole, under its day" {
	sim_start
	mkdir archive
	local day
	day=$(date -u +%F)
	"$examples/replay/record" archive 2>>said
	sim down 2
	"$examples/replay/record" archive 2>>said
	PD_ENDPOINT=http://127.0.0.1:9 run -69 "$examples/replay/record" archive
	ls archive | diff - <(printf '%s.ndjson\n' "$day" "$(date -u +%F)" | uniq) # midnight may pass
	[ "$(cat archive/* | jq -r .kind | grep -c -e begin -e end)" = 6 ]
	op-check <archive/*.ndjson >/dev/null
	[ "$(op-ticket list | jq -r .violation_key)" = store_down:2 ]
	run -64 "$examples/replay/record" nowhere
}

@test "replay: the archive gives the same tickets, every time" {
	sim_start
	mkdir archive
	"$examples/replay/record" archive 2>>said
	sim down 2
	"$examples/replay/record" archive 2>>said
	sim revive 2
	sim heartbeat all
	"$examples/replay/record" archive 2>>said
	cat archive/*.ndjson >day.ndjson
	op-check <day.ndjson | op-ticket --db replay.db ingest 2>>said
	op-check <day.ndjson | op-ticket --db again.db ingest 2>>said
	op-ticket --db replay.db list >replayed
	op-ticket --db again.db list | cmp - replayed
	op-ticket list | cmp - replayed
	jq -e '.status == "resolved" and .violation_key == "store_down:2"' replayed
}

@test "backtest: a changed threshold over the same day, as a diff" {
	sim_start
	mkdir archive
	sim disk 3 65
	sim heartbeat all
	"$examples/replay/record" archive 2>>said
	sim disk 3 75
	sim heartbeat all
	"$examples/replay/record" archive 2>>said
	run -0 "$examples/replay/backtest" --skip high_latency <archive/*.ndjson
	[ -z "$output" ]
	run -1 "$examples/replay/backtest" --set low_disk_space.threshold_percent=80 <archive/*.ndjson
	jq -e '.change == "removed" and .violation_key == "low_disk_space:3" and .b == null' <<<"$output"
	run -1 "$examples/replay/backtest" --set low_disk_space.threshold_percent=60 <archive/*.ndjson
	jq -e '.change == "changed" and .b.first_seen_at < .a.first_seen_at' <<<"$output"
	# torn cycles are reported, the others count; a bad flag is not a difference
	{ head -c 700 archive/*.ndjson; echo; cat archive/*.ndjson; } >torn
	run -1 "$examples/replay/backtest" --set low_disk_space.threshold_percent=80 <torn
	[[ $output == *'torn cycles'* && $output == *low_disk_space:3* ]]
	run -64 "$examples/replay/backtest" --set low_disk_space.nonsense=1 <archive/*.ndjson
	run -64 "$examples/replay/backtest" <archive/*.ndjson
	run -64 "$examples/replay/backtest" --step 5m --skip high_latency <archive/*.ndjson
}

@test "the rules that watch the watcher check blindness as well as age" {
	local file files
	mapfile -t files < <(grep -rl -e --max-age "$examples" "$BATS_TEST_DIRNAME/../README.md")
	for file in "${files[@]}"; do
		grep -q -e --max-unknown "$file" || {
			echo "$file does not use --max-unknown"
			return 1
		}
	done
	[ "${#files[@]}" -gt 1 ]
}
