/* SPDX-License-Identifier: ISC */
#include "check/verdict_write.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "check/invariant.h"
#include "check/observations.h"
#include "check/record_json.h"
#include "check/verdict_set.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"

enum {
	LIST_IDS_MAX = 1000,
	LIST_BYTES_MAX = 64 << 10,
	ESCAPE_MAX = 6, /* bytes that one byte can become */
};

static void
write_seconds(struct json_write *w, const char *key, int64_t ms)
{
	json_write_key(w, key);
	if (ms % 1000)
		json_write_double(w, (double)ms / 1000);
	else
		json_write_i64(w, ms / 1000);
}

static void
write_snapshot(const struct verdict_write *of, const struct verdict_set *v,
	const struct verdict_walk *walk, const char *values, struct json_write *w)
{
	size_t len;

	json_write_key(w, "metric_snapshot");
	json_write_object(w);
	if (walk->row != OBSERVATIONS_NO_ROW)
		record_json_write(of->snapshot, (size_t)of->kind, walk->row, of->columns,
			of->column_count, w);
	for (size_t i = 0; i < of->column_count; i++) {
		const char *value = verdict_set_detail_next(v, walk->detail, &values, &len);

		json_write_key(w, of->columns[i]);
		json_write_raw(w, value, len);
	}
	json_write_object_end(w);
}

/* Fills in the record of a violation, but for its end. */
static void
fill_violation(const struct verdict_write *of, const struct verdict_set *v,
	const struct verdict_walk *walk, struct cycle_write *out)
{
	const struct invariant *i = of->invariant;
	struct json_write *w = cycle_write_record(out, "violation");
	const char *values = NULL, *severity, *message;
	size_t len;

	json_write_put_string(w, "invariant_name", i->name);
	json_write_key(w, "store_id");
	if (walk->id)
		json_write_string_n(w, walk->id, walk->id_len);
	else
		json_write_null(w);
	severity = verdict_set_detail_next(v, walk->detail, &values, &len);
	json_write_key(w, "severity");
	json_write_raw(w, severity, len);
	message = verdict_set_detail_next(v, walk->detail, &values, &len);
	json_write_key(w, "message");
	json_write_raw(w, message, len);
	write_seconds(w, "grace_s", i->grace_ms);
	json_write_put_i64(w, "flap_count", i->flap_count);
	write_seconds(w, "flap_window_s", i->flap_window_ms);
	write_snapshot(of, v, walk, values, w);
}

/* The most that the violation's record can take, without writing it. */
static size_t
bound(const struct verdict_write *of, const struct verdict_set *v, const struct verdict_walk *walk)
{
	const char *values = NULL;
	size_t sum = 2048 + ESCAPE_MAX * walk->id_len, len;

	for (size_t i = 0; i < of->column_count + 2; i++) {
		(void)verdict_set_detail_next(v, walk->detail, &values, &len);
		sum += len + (i < 2 ? 0 : ESCAPE_MAX * strlen(of->columns[i - 2]) + 4);
	}
	if (walk->row != OBSERVATIONS_NO_ROW)
		sum += ESCAPE_MAX * record_json_size(of->snapshot, (size_t)of->kind, walk->row);
	return sum;
}

/* Does every violation fit into a line? Most do by far, and are not written to find out. */
static bool
all_fit(const struct verdict_write *of, const struct verdict_set *v, struct cycle_write *out)
{
	struct verdict_walk walk = {.verdict = VERDICT_VIOLATED};

	while (verdict_set_next(v, &walk)) {
		if (bound(of, v, &walk) < CYCLE_LINE_MAX)
			continue;
		fill_violation(of, v, &walk, out);
		if (out->line.full || out->line.len + 2 > CYCLE_LINE_MAX)
			return false;
	}
	return true;
}

/* One byte a turn is enough: most ids are short. False where the writer has to escape. */
static bool
is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e || s[i] == '"' ||
			s[i] == '\\')
			return false;
	return true;
}

/* Adds an id to an open array. This is most of what op-check writes. */
static void
add_id(struct json_write *w, const struct verdict_walk *walk, bool first)
{
	char *room = walk->id && is_plain(walk->id, walk->id_len)
			     ? buf_reserve(w->out, walk->id_len + 3)
			     : NULL;

	if (first || !room) {
		if (walk->id)
			json_write_string_n(w, walk->id, walk->id_len);
		else
			json_write_null(w);
		return;
	}
	*room++ = ',';
	*room++ = '"';
	memcpy(room, walk->id, walk->id_len);
	room[walk->id_len] = '"';
	w->out->len += walk->id_len + 3;
}

/* Why the listed ids are unknown, as far as that is known. */
static void
write_note(const struct verdict_set *v, uint32_t note, struct json_write *w)
{
	const char *values = NULL, *reason;
	size_t len;

	if (!note)
		return;
	reason = verdict_set_note_next(v, note, &values, &len);
	json_write_key(w, "reason");
	json_write_raw(w, reason, len);
}

/* Lists the ids of a walk: all of it, in as many records as it takes. */
static void
write_list(const struct verdict_write *of, const struct verdict_set *v, struct verdict_walk walk,
	struct cycle_write *out)
{
	bool more = verdict_set_next(v, &walk);

	while (more) {
		bool ok = walk.verdict == VERDICT_OK;
		struct json_write *w = cycle_write_record(out, ok ? "ok" : "unknown");
		size_t ids = 0;

		json_write_put_string(w, "invariant_name", of->invariant->name);
		json_write_key(w, "store_ids");
		json_write_array(w);
		while (more && ids < LIST_IDS_MAX &&
			(!ids || out->line.len + ESCAPE_MAX * walk.id_len + 8 < LIST_BYTES_MAX)) {
			add_id(w, &walk, ids == 0);
			ids++;
			more = verdict_set_next(v, &walk);
		}
		json_write_array_end(w);
		if (!ok)
			write_note(v, walk.note, w);
		cycle_write_record_end(out); /* it is far from the ceiling */
	}
}

static void
write_check(const struct verdict_write *of, const struct verdict_set *v, struct cycle_write *out)
{
	struct json_write *w = cycle_write_record(out, "check");
	size_t violated = verdict_set_count(v, VERDICT_VIOLATED);
	size_t unknown = verdict_set_count(v, VERDICT_UNKNOWN);

	json_write_put_string(w, "invariant_name", of->invariant->name);
	json_write_put_u64(w, "evaluated", violated + unknown + verdict_set_count(v, VERDICT_OK));
	json_write_put_u64(w, "violated", violated);
	json_write_put_u64(w, "unknown", unknown);
	json_write_put_bool(w, "complete", true);
	cycle_write_record_end(out); /* it is short */
}

const char *
verdict_write_check(
	const struct verdict_write *of, const struct verdict_set *v, struct cycle_write *out)
{
	struct verdict_walk walk = {.verdict = VERDICT_VIOLATED};

	if (!all_fit(of, v, out))
		return "a violation's record is longer than 1 MiB";
	while (verdict_set_next(v, &walk)) {
		fill_violation(of, v, &walk, out);
		cycle_write_record_end(out); /* it fits */
	}
	write_list(of, v, (struct verdict_walk){.verdict = VERDICT_OK}, out);
	for (uint32_t i = 0; i < verdict_set_notes(v); i++)
		write_list(of, v, verdict_set_note_walk(v, i), out);
	write_check(of, v, out);
	return NULL;
}

void
verdict_write_incomplete(const struct invariant *i, const char *why, struct cycle_write *out)
{
	struct json_write *w = cycle_write_record(out, "check");

	json_write_put_string(w, "invariant_name", i->name);
	json_write_put_bool(w, "complete", false);
	json_write_put_string(w, "error", why);
	cycle_write_record_end(out); /* it is short */
}
