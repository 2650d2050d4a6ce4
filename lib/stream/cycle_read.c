/* SPDX-License-Identifier: ISC */
#include "stream/cycle_read.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "base/utf8.h"
#include "stream/ident.h"

enum state {
	OUTSIDE, /* a begin is expected */
	STRAYED, /* outside, after misplaced lines were reported */
	INSIDE,
	SKIPPING, /* inside a cycle that is torn already */
};

struct cycle_read {
	struct lines *lines;
	struct json_read *json;
	const char *stream;
	size_t record_max;
	enum state state;
	struct line line;
	bool line_again; /* the current line is not taken yet */
	struct json_text kind;
	char other_kind[JSON_ESCAPE_MAX * IDENT_NAME_MAX]; /* the kind, if written with escapes */
	struct cycle_head head;
	size_t records;
	size_t whole, torn;
	bool rejected;
	char reason[256]; /* of a rejected record */
};

struct cycle_read *
cycle_read_open(int fd, const char *stream)
{
	struct cycle_read *r = mem_zero(1, sizeof *r);

	r->lines = lines_open(fd, CYCLE_LINE_MAX);
	r->json = json_read_open();
	r->stream = stream;
	r->record_max = cycle_head_record_max(stream);
	return r;
}

void
cycle_read_close(struct cycle_read *r)
{
	if (!r)
		return;
	cycle_head_free(&r->head);
	json_read_close(r->json);
	lines_close(r->lines);
	free(r);
}

/* Finds the kind of a line in the usual form, {"kind":"store",...; false for any other form. */
static bool
quick_kind(const struct line *line, struct json_text *kind)
{
	static const char prefix[] = "{\"kind\":\"";
	const char *at = line->text + sizeof prefix - 1;
	const char *end = line->text + line->len;
	const char *start = at;

	if (line->len < sizeof prefix || memcmp(line->text, prefix, sizeof prefix - 1) != 0)
		return false;
	while (at < end && ((*at >= 'a' && *at <= 'z') || *at == '_'))
		at++;
	if (at == end || *at != '"')
		return false;
	*kind = (struct json_text){.at = start, .len = (size_t)(at - start)};
	return true;
}

static int
read_kind(struct cycle_read *r, struct json_text *kind)
{
	if (json_read_string(r->json, kind))
		return -1;
	if (!kind->escaped)
		return 0;
	if (kind->len > sizeof r->other_kind) {
		kind->len = 0; /* an unknown kind like any other */
	} else {
		kind->len = json_text_decode(kind, r->other_kind);
		kind->at = r->other_kind;
	}
	kind->escaped = false;
	return 0;
}

static int
unreadable(const struct cycle_read *r, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "%s", json_read_error(r->json));
}

/* Reads the whole line to find its kind. */
static int
slow_kind(struct cycle_read *r, struct json_text *kind, struct fault *f)
{
	struct json_read *j = r->json;
	struct json_text key;
	bool found = false;
	int more;

	json_read_start(j, r->line.text, r->line.len);
	if (json_read_enter(j, JSON_OBJECT))
		return unreadable(r, f);
	while ((more = json_read_member(j, &key)) > 0) {
		bool is_kind = json_text_is(&key, "kind");

		if (is_kind ? read_kind(r, kind) : json_read_skip(j))
			return unreadable(r, f);
		found |= is_kind;
	}
	if (more < 0 || json_read_end(j))
		return unreadable(r, f);
	return found ? 0 : fault_set(f, STATUS_DATA, "it has no kind");
}

/* Sets *count to the count of the end line, or to -1. */
static int
read_end(struct cycle_read *r, int64_t *count, struct fault *f)
{
	struct json_read *j = r->json;
	struct json_text key;
	int more;

	*count = -1;
	json_read_start(j, r->line.text, r->line.len);
	if (json_read_enter(j, JSON_OBJECT))
		return unreadable(r, f);
	while ((more = json_read_member(j, &key)) > 0) {
		if (!json_text_is(&key, "records") ? json_read_skip(j) : json_read_i64(j, count))
			return unreadable(r, f);
		if (json_text_is(&key, "records") && *count < 0)
			return fault_set(f, STATUS_DATA, "its count is negative");
	}
	return more < 0 || json_read_end(j) ? unreadable(r, f) : 0;
}

/* The fault has the reason. */
static enum cycle_event
torn(struct cycle_read *r, struct fault *f, enum state next)
{
	r->torn++;
	r->state = next;
	fault_prefix(f, "line %zu: the cycle is torn", r->line.number);
	return CYCLE_TORN;
}

static enum cycle_event
torn_as(struct cycle_read *r, struct fault *f, enum state next, const char *reason)
{
	fault_put(f, STATUS_DATA, "%s", reason);
	return torn(r, f, next);
}

static enum cycle_event
at_begin(struct cycle_read *r, struct fault *f)
{
	if (r->state == INSIDE) {
		r->line_again = true;
		return torn_as(r, f, OUTSIDE, "another begins before its end");
	}
	if (cycle_head_read(&r->head, r->json, r->stream, r->line.text, r->line.len, f))
		return torn(r, f, SKIPPING);
	r->state = INSIDE;
	r->records = 0;
	return CYCLE_BEGIN;
}

static enum cycle_event
at_end(struct cycle_read *r, struct fault *f)
{
	int64_t count;

	if (read_end(r, &count, f))
		return torn(r, f, OUTSIDE);
	if (count >= 0 && (uint64_t)count != r->records) {
		fault_put(f, STATUS_DATA, "its end counts %lld records, %zu came", (long long)count,
			r->records);
		return torn(r, f, OUTSIDE);
	}
	r->state = OUTSIDE;
	r->whole++;
	return CYCLE_END;
}

static int
check_line(const struct cycle_read *r, struct fault *f)
{
	const char *encoding = utf8_other_encoding(r->line.text, r->line.len);

	if (r->line.too_long)
		return fault_set(f, STATUS_DATA, "a line is longer than 1 MiB");
	if (encoding)
		return fault_set(f, STATUS_DATA, "the input %s", encoding);
	if (r->line.cut)
		return fault_set(f, STATUS_DATA, "the input ends in the middle of a line");
	return 0;
}

static bool
is_blank(const struct line *line)
{
	return !line->too_long && span_trim((struct span){line->text, line->len}).len == 0;
}

/* A line that is neither a begin nor within a cycle. good: it can be read; else the fault is set.
 */
static enum cycle_event
at_stray(struct cycle_read *r, bool good, struct fault *f)
{
	if (r->state == STRAYED)
		return CYCLE_EOF;
	return good ? torn_as(r, f, STRAYED, "a line outside of any cycle") : torn(r, f, STRAYED);
}

/* Takes the current line. CYCLE_EOF means to read on. */
static enum cycle_event
take_line(struct cycle_read *r, struct fault *f)
{
	bool good = quick_kind(&r->line, &r->kind) && !r->line.cut;

	if (!good && is_blank(&r->line))
		return CYCLE_EOF;
	if (!good)
		good = !check_line(r, f) && !slow_kind(r, &r->kind, f);
	if (good && json_text_is(&r->kind, "begin"))
		return at_begin(r, f);
	if (r->state == OUTSIDE || r->state == STRAYED)
		return at_stray(r, good, f);
	if (r->state == SKIPPING) {
		if (good && json_text_is(&r->kind, "end"))
			r->state = OUTSIDE;
		return CYCLE_EOF;
	}
	if (good && json_text_is(&r->kind, "end"))
		return at_end(r, f);
	if (good && r->line.len > r->record_max)
		good = !fault_set(f, STATUS_DATA, "an observation is longer than 256 KiB");
	if (!good)
		return torn(r, f, SKIPPING);
	r->records++;
	return CYCLE_RECORD;
}

static enum cycle_event
at_eof(struct cycle_read *r, struct fault *f)
{
	if (r->state != INSIDE)
		return CYCLE_EOF;
	return torn_as(r, f, OUTSIDE, "the input ends before its end");
}

enum cycle_event
cycle_read_next(struct cycle_read *r, struct fault *f)
{
	enum cycle_event event = CYCLE_EOF;

	if (r->rejected) {
		r->rejected = false;
		return torn_as(r, f, SKIPPING, r->reason);
	}
	while (event == CYCLE_EOF) {
		int got = r->line_again ? 1 : lines_next(r->lines, &r->line, f);

		r->line_again = false;
		if (got < 0)
			return CYCLE_FAILED;
		if (got == 0)
			return at_eof(r, f);
		event = take_line(r, f);
	}
	return event;
}

bool
cycle_read_ready(struct cycle_read *r)
{
	return r->rejected || r->line_again || lines_ready(r->lines);
}

const struct cycle_head *
cycle_read_head(const struct cycle_read *r)
{
	return &r->head;
}

const char *
cycle_read_line(const struct cycle_read *r, size_t *len)
{
	*len = r->line.len;
	return r->line.text;
}

void
cycle_read_kind(const struct cycle_read *r, struct json_text *kind)
{
	*kind = r->kind;
}

size_t
cycle_read_line_number(const struct cycle_read *r)
{
	return r->line.number;
}

void
cycle_read_reject(struct cycle_read *r, const struct fault *f)
{
	assert(r->state == INSIDE);
	text_format(r->reason, sizeof r->reason, "%s", f->text); /* cut, it is still a reason */
	r->rejected = true;
}

size_t
cycle_read_whole(const struct cycle_read *r)
{
	return r->whole;
}

size_t
cycle_read_torn(const struct cycle_read *r)
{
	return r->torn;
}

int
cycle_read_finish(const struct cycle_read *r, bool *reported, struct fault *f)
{
	*reported = r->torn > 0;
	if (r->torn)
		return fault_set(f, STATUS_DATA, "the input holds %zu torn cycles", r->torn);
	return r->whole ? 0 : fault_set(f, STATUS_DATA, "the input holds no cycle");
}
