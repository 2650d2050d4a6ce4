/* SPDX-License-Identifier: ISC */
#include "report/snapshot.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "report/html.h"
#include "report/units.h"

struct span
snapshot_kind(struct span snapshot)
{
	static const char prefix[] = "{\"kind\":\"";
	struct span rest;
	size_t len = 0;

	if (!snapshot.at || !span_starts(snapshot, prefix))
		return (struct span){0};
	rest = span_from(snapshot, sizeof prefix - 1);
	while (len < rest.len && rest.at[len] != '"')
		if (rest.at[len++] == '\\')
			return (struct span){0};
	return (struct span){rest.at, len};
}

struct span
snapshot_text(struct span snapshot, const char *key, struct json_read *j)
{
	struct json_text found, t;

	json_read_start(j, snapshot.at, snapshot.len);
	if (!snapshot.at || json_read_enter(j, JSON_OBJECT))
		return (struct span){0};
	while (json_read_member(j, &found) > 0) {
		enum json_token token = json_read_next(j, &t);

		if (json_text_is(&found, key))
			return token == JSON_STRING && !t.escaped ? (struct span){t.at, t.len}
								  : (struct span){0};
		if (json_read_finish(j, token))
			break;
	}
	return (struct span){0};
}

/* Adds a string, decoded. */
static void
add_string(struct buf *out, const struct json_text *t)
{
	struct buf value;

	if (!t->escaped) {
		html_text(out, (struct span){t->at, t->len});
		return;
	}
	buf_init(&value, t->len + 1);
	json_text_append(t, &value); /* decoding never makes it longer */
	html_text(out, (struct span){value.data, value.len});
	buf_free(&value);
}

static void
add_number(struct buf *out, const struct json_text *key, const struct json_text *t)
{
	char text[UNITS_SIZE];
	struct span name = {key->at, key->len}, number = {t->at, t->len};

	if (key->escaped || !units_format(text, name, number)) {
		html_text(out, number);
		return;
	}
	html_raw(out, text);
	if (strncmp(text, number.at, number.len) != 0) {
		html_raw(out, " <small>");
		html_text(out, number);
		html_raw(out, "</small>");
	}
}

static void
add_value(struct buf *out, struct span snapshot, struct json_read *j, const struct json_text *key,
	enum json_token token, const struct json_text *t)
{
	const char *start = t->at;

	if (token == JSON_STRING) {
		add_string(out, t);
	} else if (token == JSON_NUMBER) {
		add_number(out, key, t);
	} else if (token == JSON_OBJECT || token == JSON_ARRAY) {
		if (json_read_finish(j, token) == 0)
			html_text(out, (struct span){start, (size_t)(snapshot.at +
								     json_read_offset(j) - start)});
	} else {
		html_text(out, (struct span){t->at, t->len});
	}
}

void
snapshot_rows(struct buf *out, struct span snapshot, struct json_read *j)
{
	struct json_text key, t;

	json_read_start(j, snapshot.at, snapshot.len);
	if (json_read_enter(j, JSON_OBJECT))
		return; /* cannot happen: history_read() has parsed it */
	while (json_read_member(j, &key) > 0) {
		enum json_token token = json_read_next(j, &t);

		if (token == JSON_NULL)
			continue;
		html_raw(out, "<tr><th scope=\"row\">");
		add_string(out, &key);
		html_raw(out, "</th><td>");
		add_value(out, snapshot, j, &key, token, &t);
		html_raw(out, "</td></tr>\n");
	}
}
