/* SPDX-License-Identifier: ISC */
#include "stream/cycle_head.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "stream/ident.h"

enum {
	NAME_MAX_BYTES = 256,
	AT_MAX_BYTES = 70, /* longer than any fraction that is ever written */
};

void
cycle_head_free(struct cycle_head *h)
{
	free(h->subject);
	free(h->cluster);
	free(h->cluster_id);
	h->subject = h->cluster = h->cluster_id = NULL;
	h->at_ms = 0;
	h->subject_given = false;
}

size_t
cycle_head_record_max(const char *stream)
{
	return strcmp(stream, CYCLE_OBSERVATIONS) == 0 ? CYCLE_OBSERVATION_MAX : CYCLE_LINE_MAX;
}

static int
unreadable(const struct json_read *j, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "%s", json_read_error(j));
}

static int
keep(const struct json_text *t, char **out, struct fault *f)
{
	free(*out);
	*out = json_text_copy(t);
	if (!**out || strlen(*out) > NAME_MAX_BYTES)
		return fault_set(f, STATUS_DATA, "a name is empty or longer than 256 bytes");
	return 0;
}

static int
take_text(struct json_read *j, char **out, struct fault *f)
{
	struct json_text t;

	return json_read_string(j, &t) ? unreadable(j, f) : keep(&t, out, f);
}

/* It is absent while PD does not answer, and a filter in between may write null for that. */
static int
take_cluster_id(struct json_read *j, struct cycle_head *h, struct fault *f)
{
	struct json_text t;

	switch (json_read_next(j, &t)) {
	case JSON_BAD:
		return unreadable(j, f);
	case JSON_NULL:
		return 0;
	case JSON_STRING:
		return keep(&t, &h->cluster_id, f);
	default:
		return fault_set(f, STATUS_DATA, "cluster_id is neither a string nor null");
	}
}

static int
take_subject(struct json_read *j, struct cycle_head *h, struct fault *f)
{
	if (take_text(j, &h->subject, f))
		return -1;
	if (!ident_is_subject(span_of(h->subject)))
		return fault_set(
			f, STATUS_DATA, "the subject is not of the form " IDENT_SUBJECT_FORM);
	return 0;
}

static int
take_at(struct json_read *j, struct cycle_head *h, struct fault *f)
{
	char text[JSON_ESCAPE_MAX * AT_MAX_BYTES];
	struct json_text t;
	size_t len = 0;

	if (json_read_string(j, &t))
		return unreadable(j, f);
	if (t.len <= sizeof text)
		len = json_text_decode(&t, text);
	if (!len || timestamp_parse(text, len, &h->at_ms))
		return fault_set(f, STATUS_DATA, "at is not an RFC 3339 time in UTC");
	return 0;
}

static int
take_stream(struct json_read *j, const char *stream, struct fault *f)
{
	struct json_text t;

	if (json_read_string(j, &t))
		return unreadable(j, f);
	if (!json_text_is(&t, stream))
		return fault_set(f, STATUS_DATA, "the stream is not one of %s", stream);
	return 0;
}

static int
take_version(struct json_read *j, struct fault *f)
{
	int64_t v;

	if (json_read_i64(j, &v))
		return unreadable(j, f);
	return v == 1 ? 0 : fault_set(f, STATUS_DATA, "the stream's version is not 1");
}

static int
take_member(struct json_read *j, const struct json_text *key, const char *stream,
	struct cycle_head *h, struct fault *f)
{
	if (json_text_is(key, "at"))
		return take_at(j, h, f);
	if (json_text_is(key, "subject"))
		return take_subject(j, h, f);
	if (json_text_is(key, "cluster"))
		return take_text(j, &h->cluster, f);
	if (json_text_is(key, "cluster_id"))
		return take_cluster_id(j, h, f);
	if (json_text_is(key, "stream"))
		return take_stream(j, stream, f);
	if (json_text_is(key, "v"))
		return take_version(j, f);
	return json_read_skip(j) ? unreadable(j, f) : 0;
}

static void
set_defaults(struct cycle_head *h)
{
	h->subject_given = h->subject != NULL;
	if (!h->subject)
		h->subject = mem_copy("tikv");
	if (!h->cluster)
		h->cluster = mem_copy("default");
}

int
cycle_head_read(struct cycle_head *h, struct json_read *json, const char *stream, const char *line,
	size_t len, struct fault *f)
{
	struct json_text key;
	int more;

	cycle_head_free(h);
	h->at_ms = TIMESTAMP_NEVER;
	json_read_start(json, line, len);
	if (json_read_enter(json, JSON_OBJECT))
		return unreadable(json, f);
	while ((more = json_read_member(json, &key)) > 0)
		if (take_member(json, &key, stream, h, f))
			return -1;
	if (more < 0 || json_read_end(json))
		return unreadable(json, f);
	if (h->at_ms == TIMESTAMP_NEVER)
		return fault_set(f, STATUS_DATA, "its begin has no at");
	set_defaults(h);
	return 0;
}
