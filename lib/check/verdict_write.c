/* SPDX-License-Identifier: ISC */
#include "check/verdict_write.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "check/invariant.h"
#include "check/link.h"
#include "check/observations.h"
#include "check/record_json.h"
#include "check/verdict_walk.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"

enum {
	LIST_IDS_MAX = 1000,
	LIST_BYTES_MAX = 64 << 10,
	LINK_BYTES_MAX = 64 << 10,
	ESCAPE_MAX = 6, /* bytes that one byte can become */
};

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
		const char *value = verdict_walk_detail(v, walk->detail, &values, &len);

		json_write_key(w, of->columns[i]);
		json_write_raw(w, value, len);
	}
	json_write_object_end(w);
}

static void
expand_link(const struct verdict_write *of, const struct verdict_walk *walk, struct buf *link)
{
	struct span id = {walk->id, walk->id_len};

	buf_clear(link);
	if (of->invariant->link)
		link_expand(
			span_of(of->invariant->link), id, span_of(of->cluster), of->at_ms, link);
}

/* Fills in the record of a violation, except for its end. */
static void
fill_violation(const struct verdict_write *of, const struct verdict_set *v,
	const struct verdict_walk *walk, struct buf *link, struct cycle_write *out)
{
	const struct invariant *i = of->invariant;
	struct json_write *w = cycle_write_record(out, "violation");
	const char *values = NULL, *severity, *message;
	size_t len;

	json_write_put_string(w, "invariant_name", i->name);
	json_write_put_span(w, "store_id", (struct span){walk->id, walk->id_len});
	severity = verdict_walk_detail(v, walk->detail, &values, &len);
	json_write_key(w, "severity");
	json_write_raw(w, severity, len);
	message = verdict_walk_detail(v, walk->detail, &values, &len);
	json_write_key(w, "message");
	json_write_raw(w, message, len);
	json_write_put_seconds(w, "grace_s", i->grace_ms);
	json_write_put_i64(w, "flap_count", i->flap_count);
	json_write_put_seconds(w, "flap_window_s", i->flap_window_ms);
	if (*i->doc)
		json_write_put_string(w, "doc", i->doc);
	if (i->link && !link->full)
		json_write_put_span(w, "link", (struct span){link->data, link->len});
	write_snapshot(of, v, walk, values, w);
}

/* An upper bound of the length of the violation's record, without writing it. */
static size_t
bound(const struct verdict_write *of, const struct verdict_set *v, const struct verdict_walk *walk)
{
	const char *values = NULL;
	size_t sum = 2048 + ESCAPE_MAX * (walk->id_len + strlen(of->invariant->doc)), len;

	for (size_t i = 0; i < of->column_count + 2; i++) {
		(void)verdict_walk_detail(v, walk->detail, &values, &len);
		sum += len + (i < 2 ? 0 : ESCAPE_MAX * strlen(of->columns[i - 2]) + 4);
	}
	if (walk->row != OBSERVATIONS_NO_ROW)
		sum += ESCAPE_MAX * record_json_size(of->snapshot, (size_t)of->kind, walk->row);
	return sum + (of->invariant->link ? LINK_BYTES_MAX : 0);
}

/* Whether every violation fits into a line. Most need not be written to find out. */
static bool
all_fit(const struct verdict_write *of, const struct verdict_set *v, struct buf *link,
	struct cycle_write *out)
{
	struct verdict_walk walk = {.verdict = VERDICT_VIOLATED};

	while (verdict_walk_next(v, &walk)) {
		expand_link(of, &walk, link);
		if (link->full)
			return false;
		if (bound(of, v, &walk) < CYCLE_LINE_MAX)
			continue;
		fill_violation(of, v, &walk, link, out);
		if (out->line.full || out->line.len + 2 > CYCLE_LINE_MAX)
			return false;
	}
	return true;
}

/* False if the writer must escape. One byte at a time is enough, because most ids are short. */
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
	static const struct {
		const char *key, *nothing;
	} members[] = {{"reason", "null"}, {"missing", "[]"}};
	const char *values = NULL;
	struct span value;

	if (!note)
		return;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		value.at = verdict_walk_note(v, note, &values, &value.len);
		if (span_is(value, members[i].nothing))
			continue;
		json_write_key(w, members[i].key);
		json_write_raw(w, value.at, value.len);
	}
}

/* Lists the ids of a walk: all of it, in as many records as it takes. */
static void
write_list(const struct verdict_write *of, const struct verdict_set *v, struct verdict_walk walk,
	struct cycle_write *out)
{
	size_t most = LIST_BYTES_MAX - verdict_walk_note_size(v, walk.note);
	bool more = verdict_walk_next(v, &walk);

	while (more) {
		bool ok = walk.verdict == VERDICT_OK;
		struct json_write *w = cycle_write_record(out, ok ? "ok" : "unknown");
		size_t ids = 0;

		json_write_put_string(w, "invariant_name", of->invariant->name);
		json_write_key(w, "store_ids");
		json_write_array(w);
		while (more && ids < LIST_IDS_MAX &&
			(!ids || out->line.len + ESCAPE_MAX * walk.id_len + 8 < most)) {
			add_id(w, &walk, ids == 0);
			ids++;
			more = verdict_walk_next(v, &walk);
		}
		json_write_array_end(w);
		if (!ok)
			write_note(v, walk.note, w);
		cycle_write_record_end(out); /* far from the ceiling */
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

int
verdict_write_check(const struct verdict_write *of, const struct verdict_set *v,
	struct cycle_write *out, struct fault *f)
{
	struct verdict_walk walk = {.verdict = VERDICT_VIOLATED};
	struct buf link;
	bool fit;

	buf_init(&link, LINK_BYTES_MAX);
	fit = all_fit(of, v, &link, out);
	while (fit && verdict_walk_next(v, &walk)) {
		expand_link(of, &walk, &link);
		fill_violation(of, v, &walk, &link, out);
		cycle_write_record_end(out); /* it fits */
	}
	buf_free(&link);
	if (!fit)
		return fault_set(f, STATUS_DATA, "a violation's record is longer than 1 MiB");
	write_list(of, v, (struct verdict_walk){.verdict = VERDICT_OK}, out);
	for (uint32_t i = 0; i < verdict_walk_notes(v); i++)
		write_list(of, v, verdict_walk_of_note(v, i), out);
	write_check(of, v, out);
	return 0;
}

void
verdict_write_incomplete(const struct invariant *i, const struct fault *f, struct cycle_write *out)
{
	struct json_write *w = cycle_write_record(out, "check");

	json_write_put_string(w, "invariant_name", i->name);
	json_write_put_bool(w, "complete", false);
	json_write_put_string(w, "error", f->text);
	cycle_write_record_end(out); /* it is short */
}
