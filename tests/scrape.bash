# SPDX-License-Identifier: ISC
# Shared by the bats files of op-scrape.
# shellcheck disable=SC2016 # the dollars are jq's

# scrape STATUS [FLAG...]: stdout goes to $TEST_DIR/cycle, stderr to $TEST_DIR/said
scrape() {
	local want=$1 status=0
	shift
	op-scrape "$@" >"$TEST_DIR/cycle" 2>"$TEST_DIR/said" || status=$?
	[ "$status" = "$want" ] || {
		echo "op-scrape $*: status $status instead of $want"
		cat "$TEST_DIR/said" "$TEST_DIR/cycle"
		return 1
	}
}

# cycle FILTER: applies it to the records of the cycle
cycle() {
	jq -c "$@" "$TEST_DIR/cycle"
}

# holds KIND CONDITION: there are records of that kind, and all meet it
holds() {
	jq -es --arg kind "$1" "map(select(.kind == \$kind)) | length > 0 and all(.[]; $2)" "$TEST_DIR/cycle" >/dev/null || {
		echo "not all of kind $1: $2"
		jq -c --arg kind "$1" 'select(.kind == $kind)' "$TEST_DIR/cycle"
		return 1
	}
}

# of ID CONDITION: the one record with that id meets it
of() {
	jq -es --arg id "$1" "map(select(.id == \$id)) | length == 1 and all(.[]; $2)" "$TEST_DIR/cycle" >/dev/null || {
		echo "not of $1: $2"
		jq -c --arg id "$1" 'select(.id == $id)' "$TEST_DIR/cycle"
		return 1
	}
}

# is it framed as one whole cycle?
whole() {
	jq -es '.[0].kind == "begin" and .[-1].kind == "end" and .[-1].records == length - 2' "$TEST_DIR/cycle" >/dev/null
}

none_of() { # KIND
	[ "$(cycle --arg kind "$1" 'select(.kind == $kind)')" = "" ]
}

# replay [OPTION...] TAPE...: serves tapes; its URL is in REPLAY
replay() {
	local args=() arg
	for arg; do
		[ ! -e "$BATS_TEST_DIRNAME/tapes/$arg.tape" ] || arg=$BATS_TEST_DIRNAME/tapes/$arg.tape
		args+=("$arg")
	done
	REPLAYS=$((${REPLAYS:-0} + 1))
	local url=$TEST_DIR/replay.$REPLAYS
	start python3 "$BATS_TEST_DIRNAME/replay.py" "${args[@]}" >"$url" 2>"$url.said"
	wait_until 60 test -s "$url"
	REPLAY=$(cat "$url")
	export REPLAY
}

# tape NAME: makes a tape of stdin, for replay "$TEST_DIR/NAME.tape"; a running server uses the new one
tape() {
	cat >"$TEST_DIR/$1.tape.new"
	mv "$TEST_DIR/$1.tape.new" "$TEST_DIR/$1.tape"
}

# quoted TEXT: as JSON
quoted() {
	local text=$1
	text=${text//\\/\\\\}
	text=${text//\"/\\\"}
	text=${text//$'\n'/\\n}
	printf '"%s"' "$text"
}

# patched TAPE FILTER: prints the tape with FILTER applied to the body of /stores, sorted by id, and with
# their count updated
patched() {
	jq -c "if (.path | startswith(\"/pd/api/v1/stores\"))
		then .body |= (fromjson | .stores |= sort_by(.store.id) | $2 | .count = (.stores | length) | tojson) else . end" \
		"$BATS_TEST_DIRNAME/tapes/$1.tape"
}
