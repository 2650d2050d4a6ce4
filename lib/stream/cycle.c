/* SPDX-License-Identifier: ISC */
#include "stream/cycle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "stream/subject.h"

enum { NAME_MAX_BYTES = 256 };

enum state {
	OUTSIDE, /* a begin is due */
	STRAYED, /* outside, and it has been said that lines are out of place */
	INSIDE,
	SKIPPING, /* inside of a cycle that is torn already */
};

struct cycle_reader {
	struct lines *lines;
	struct json_read *json;
	const char *stream;
	size_t record_max;
	enum state state;
	struct line line;
	bool line_again; /* the line at hand is still to be looked at */
	struct json_text kind;
	char other_kind[64]; /* where the kind was written with escapes */
	struct cycle_head head;
	size_t records;
	size_t whole, torn;
	const char *reject;
	char reject_text[256];
};

struct cycle_reader *
cycle_open(int fd, const char *stream)
{
	struct cycle_reader *r = mem_zero(1, sizeof *r);

	r->lines = lines_open(fd, CYCLE_LINE_MAX);
	r->json = json_read_open();
	r->stream = stream;
	r->record_max = strcmp(stream, CYCLE_OBSERVATIONS) == 0 ? CYCLE_OBSERVATION_MAX
								: CYCLE_LINE_MAX;
	return r;
}

static void
head_clear(struct cycle_head *h)
{
	free(h->subject);
	free(h->cluster);
	free(h->cluster_id);
	*h = (struct cycle_head){.at_ms = -1};
}

void
cycle_close(struct cycle_reader *r)
{
	if (!r)
		return;
	head_clear(&r->head);
	json_read_close(r->json);
	lines_close(r->lines);
	free(r);
}

/* The kind of a line in the form that writers use, {"kind":"store",...; false where it has another.
 */
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
read_kind(struct cycle_reader *r, struct json_text *kind)
{
	if (json_read_string(r->json, kind))
		return -1;
	if (!kind->escaped)
		return 0;
	if (kind->len > sizeof r->other_kind) {
		kind->len = 0; /* none of ours: an unknown kind like any other */
	} else {
		kind->len = json_text_decode(kind, r->other_kind);
		kind->at = r->other_kind;
	}
	kind->escaped = false;
	return 0;
}

/* Reads the whole line to find its kind. Returns what is wrong, or NULL. */
static const char *
slow_kind(struct cycle_reader *r, struct json_text *kind)
{
	struct json_read *j = r->json;
	struct json_text key;
	bool found = false;
	int more;

	json_read_start(j, r->line.text, r->line.len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_read_error(j);
	while ((more = json_read_member(j, &key)) > 0) {
		if (!json_text_is(&key, "kind")) {
			if (json_read_skip(j))
				return json_read_error(j);
			continue;
		}
		found = true;
		if (read_kind(r, kind))
			return json_read_error(j);
	}
	if (more < 0 || json_read_end(j))
		return json_read_error(j);
	return found ? NULL : "it has no kind";
}

static const char *
keep(const struct json_text *t, char **out)
{
	if (t->len == 0 || t->len > NAME_MAX_BYTES)
		return "a name is empty or longer than 256 bytes";
	free(*out);
	*out = json_text_copy(t);
	return NULL;
}

static const char *
take_text(struct json_read *j, char **out)
{
	struct json_text t;

	return json_read_string(j, &t) ? json_read_error(j) : keep(&t, out);
}

/* Absent while PD is silent: a filter in between may well write null for that. */
static const char *
take_cluster_id(struct json_read *j, struct cycle_head *h)
{
	struct json_text t;

	switch (json_read_next(j, &t)) {
	case JSON_BAD:
		return json_read_error(j);
	case JSON_NULL:
		return NULL;
	case JSON_STRING:
		return keep(&t, &h->cluster_id);
	default:
		return "cluster_id is neither a string nor null";
	}
}

static const char *
take_subject(struct json_read *j, struct cycle_head *h)
{
	const char *why = take_text(j, &h->subject);

	if (!why && !subject_name_ok(h->subject, strlen(h->subject)))
		why = "the subject is not of the form [a-z0-9_-]+";
	return why;
}

static const char *
take_at(struct json_read *j, struct cycle_head *h)
{
	struct json_text t;

	if (json_read_string(j, &t))
		return json_read_error(j);
	if (t.escaped || timestamp_parse(t.at, t.len, &h->at_ms))
		return "at is no RFC 3339 time in UTC";
	return NULL;
}

static const char *
take_stream(struct json_read *j, const char *stream)
{
	struct json_text t;

	if (json_read_string(j, &t))
		return json_read_error(j);
	if (json_text_is(&t, stream))
		return NULL;
	return strcmp(stream, CYCLE_VERDICTS) == 0 ? "the stream is not one of verdicts"
						   : "the stream is not one of observations";
}

static const char *
take_version(struct json_read *j)
{
	int64_t v;

	if (json_read_i64(j, &v))
		return json_read_error(j);
	return v == 1 ? NULL : "the stream's version is not 1";
}

static const char *
take_member(struct cycle_reader *r, const struct json_text *key, struct cycle_head *h)
{
	struct json_read *j = r->json;

	if (json_text_is(key, "at"))
		return take_at(j, h);
	if (json_text_is(key, "subject"))
		return take_subject(j, h);
	if (json_text_is(key, "cluster"))
		return take_text(j, &h->cluster);
	if (json_text_is(key, "cluster_id"))
		return take_cluster_id(j, h);
	if (json_text_is(key, "stream"))
		return take_stream(j, r->stream);
	if (json_text_is(key, "v"))
		return take_version(j);
	return json_read_skip(j) ? json_read_error(j) : NULL;
}

static const char *
read_begin(struct cycle_reader *r)
{
	struct json_read *j = r->json;
	struct json_text key;
	const char *why = NULL;
	int more = -1;

	head_clear(&r->head);
	json_read_start(j, r->line.text, r->line.len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_read_error(j);
	while (!why && (more = json_read_member(j, &key)) > 0)
		why = take_member(r, &key, &r->head);
	if (!why && (more < 0 || json_read_end(j)))
		why = json_read_error(j);
	if (!why && r->head.at_ms < 0)
		why = "its begin has no at";
	r->head.subject_given = r->head.subject != NULL;
	if (!r->head.subject)
		r->head.subject = mem_copy("tikv");
	if (!r->head.cluster)
		r->head.cluster = mem_copy("default");
	return why;
}

/* Sets *count to what the end line says, or to -1. */
static const char *
read_end(struct cycle_reader *r, int64_t *count)
{
	struct json_read *j = r->json;
	struct json_text key;
	int more;

	*count = -1;
	json_read_start(j, r->line.text, r->line.len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_read_error(j);
	while ((more = json_read_member(j, &key)) > 0) {
		if (!json_text_is(&key, "records") ? json_read_skip(j) : json_read_i64(j, count))
			return json_read_error(j);
		if (json_text_is(&key, "records") && *count < 0)
			return "its count is negative";
	}
	return more < 0 || json_read_end(j) ? json_read_error(j) : NULL;
}

static enum cycle_event
torn(struct cycle_reader *r, struct fault *f, enum state next, const char *why)
{
	r->torn++;
	r->state = next;
	(void)fault_set(f, STATUS_DATA, "line %zu: the cycle is torn: %s", r->line.number, why);
	return CYCLE_TORN;
}

static enum cycle_event
at_begin(struct cycle_reader *r, struct fault *f)
{
	const char *why;

	if (r->state == INSIDE) {
		r->line_again = true;
		return torn(r, f, OUTSIDE, "another begins before its end");
	}
	why = read_begin(r);
	if (why)
		return torn(r, f, SKIPPING, why);
	r->state = INSIDE;
	r->records = 0;
	return CYCLE_BEGIN;
}

static enum cycle_event
at_end(struct cycle_reader *r, struct fault *f)
{
	int64_t count;
	const char *why = read_end(r, &count);
	char text[96];

	if (why)
		return torn(r, f, OUTSIDE, why);
	if (count >= 0 && (uint64_t)count != r->records) {
		(void)snprintf(text, sizeof text, "its end counts %lld records, %zu came",
			(long long)count, r->records);
		return torn(r, f, OUTSIDE, text);
	}
	r->state = OUTSIDE;
	r->whole++;
	return CYCLE_END;
}

static const char *
line_fault(const struct cycle_reader *r)
{
	if (r->line.too_long)
		return "a line is longer than 1 MiB";
	if (r->line.cut)
		return "the input ends in the middle of a line";
	return NULL;
}

/* What the line at hand means; CYCLE_EOF stands for "nothing, read on". */
static enum cycle_event
look_at_line(struct cycle_reader *r, struct fault *f)
{
	const char *why = line_fault(r);
	bool quick = !why && quick_kind(&r->line, &r->kind);

	if (!why && !quick)
		why = slow_kind(r, &r->kind);
	if (!why && json_text_is(&r->kind, "begin"))
		return at_begin(r, f);
	if (r->state == OUTSIDE)
		return torn(r, f, STRAYED, why ? why : "a line outside of any cycle");
	if (r->state == STRAYED)
		return CYCLE_EOF;
	if (r->state == SKIPPING) {
		if (!why && json_text_is(&r->kind, "end"))
			r->state = OUTSIDE;
		return CYCLE_EOF;
	}
	if (!why && json_text_is(&r->kind, "end"))
		return at_end(r, f);
	if (!why && r->line.len > r->record_max)
		why = "an observation is longer than 256 KiB";
	if (why)
		return torn(r, f, SKIPPING, why);
	r->records++;
	return CYCLE_RECORD;
}

static enum cycle_event
at_eof(struct cycle_reader *r, struct fault *f)
{
	if (r->state == INSIDE)
		return torn(r, f, OUTSIDE, "the input ends before its end");
	return CYCLE_EOF;
}

enum cycle_event
cycle_next(struct cycle_reader *r, struct fault *f)
{
	enum cycle_event event = CYCLE_EOF;

	if (r->reject) {
		r->reject = NULL;
		return torn(r, f, SKIPPING, r->reject_text);
	}
	while (event == CYCLE_EOF) {
		int got = r->line_again ? 1 : lines_next(r->lines, &r->line, f);

		r->line_again = false;
		if (got < 0)
			return CYCLE_FAILED;
		if (got == 0)
			return at_eof(r, f);
		event = look_at_line(r, f);
	}
	return event;
}

bool
cycle_ready(struct cycle_reader *r)
{
	return r->reject || r->line_again || lines_ready(r->lines);
}

const struct cycle_head *
cycle_head(const struct cycle_reader *r)
{
	return &r->head;
}

const char *
cycle_line(const struct cycle_reader *r, size_t *len)
{
	*len = r->line.len;
	return r->line.text;
}

void
cycle_kind(const struct cycle_reader *r, struct json_text *kind)
{
	*kind = r->kind;
}

size_t
cycle_line_number(const struct cycle_reader *r)
{
	return r->line.number;
}

void
cycle_reject(struct cycle_reader *r, const char *why)
{
	assert(r->state == INSIDE);
	(void)snprintf(r->reject_text, sizeof r->reject_text, "%s", why);
	r->reject = r->reject_text;
}

size_t
cycle_whole(const struct cycle_reader *r)
{
	return r->whole;
}

size_t
cycle_torn(const struct cycle_reader *r)
{
	return r->torn;
}

int
cycle_verdict(const struct cycle_reader *r, struct fault *f)
{
	if (r->whole && !r->torn)
		return STATUS_OK;
	(void)fault_set(f, STATUS_DATA, "%s", r->torn ? "" : "the input holds no cycle");
	return STATUS_DATA;
}
