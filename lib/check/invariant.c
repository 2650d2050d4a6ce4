/* SPDX-License-Identifier: ISC */
#include "check/invariant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/span.h"
#include "stream/ident.h"

enum { TEXT_MAX = 16384, PARAMS_MAX = 64, FLAP_COUNT_MAX = 1000000 };

size_t
invariant_line(const struct invariant *v, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < v->sql_len; i++)
		line += v->sql[i] == '\n';
	return line;
}

static int
set_severity(struct invariant *v, struct span value, struct fault *f)
{
	enum severity severity = severity_find(value.at, value.len);

	if (severity == SEVERITY_NONE)
		return fault_set(f, STATUS_CONFIG,
			"severity \"%.*s\" is none of info, warning, critical", (int)value.len,
			value.at);
	v->severity = severity;
	return 0;
}

static int
set_grace(struct invariant *v, struct span value, struct fault *f)
{
	if (duration_parse(value.at, value.len, &v->grace_ms))
		return fault_set(f, STATUS_CONFIG, "grace \"%.*s\" is no duration (60s, 5m)",
			(int)value.len, value.at);
	return 0;
}

/* "3 in 15m" */
static int
set_flap(struct invariant *v, struct span value, struct fault *f)
{
	const char *in = NULL;
	int64_t count, window_ms;
	struct span left, right;

	for (size_t i = 1; i + 3 < value.len && !in; i++)
		if (!memcmp(value.at + i, " in ", 4))
			in = value.at + i;
	if (!in)
		goto bad;
	left = span_trim((struct span){value.at, (size_t)(in - value.at)});
	right = span_trim(span_from(value, (size_t)(in - value.at) + 4));
	if (number_i64(left.at, left.len, 0, FLAP_COUNT_MAX, &count) ||
		duration_parse(right.at, right.len, &window_ms))
		goto bad;
	v->flap_count = count;
	v->flap_window_ms = window_ms;
	return 0;
bad:
	return fault_set(f, STATUS_CONFIG,
		"flap \"%.*s\" is not of the form COUNT in DURATION (3 in 5m)", (int)value.len,
		value.at);
}

/* Reads the value into a param without a name. */
static void
param_read(struct param *p, struct span value)
{
	char quote = value.len ? value.at[0] : '\0';

	*p = (struct param){.type = PARAM_TEXT};
	if (value.len >= 2 && (quote == '\'' || quote == '"') && value.at[value.len - 1] == quote) {
		p->text = mem_copy_n(value.at + 1, value.len - 2);
		return;
	}
	p->text = mem_copy_n(value.at, value.len);
	if (!number_i64(value.at, value.len, INT64_MIN, INT64_MAX, &p->integer)) {
		p->type = PARAM_INTEGER;
		p->real = (double)p->integer;
	} else if (!number_double(value.at, value.len, &p->real)) {
		p->type = PARAM_REAL;
	}
}

static bool
reserved(struct span name)
{
	static const char *const words[] = {"at", "cluster", "severity", "grace", "flap"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_is(name, words[i]))
			return true;
	return false;
}

/* "threshold_ms = 100" */
static int
add_param(struct invariant *v, struct span value, struct fault *f)
{
	const char *equals = memchr(value.at, '=', value.len);
	struct span name, text;
	struct param *p;

	if (!equals)
		return fault_set(f, STATUS_CONFIG, "param: NAME = DEFAULT is expected");
	name = span_trim((struct span){value.at, (size_t)(equals - value.at)});
	text = span_trim(span_from(value, (size_t)(equals - value.at) + 1));
	if (!ident_is_name(name))
		return fault_set(f, STATUS_CONFIG, "param: \"%.*s\" is no name ([a-z][a-z0-9_]*)",
			(int)name.len, name.at);
	if (reserved(name))
		return fault_set(
			f, STATUS_CONFIG, "param: the name %.*s is taken", (int)name.len, name.at);
	if (!text.len)
		return fault_set(
			f, STATUS_CONFIG, "param: %.*s has no default", (int)name.len, name.at);
	if (invariant_param(v, name.at, name.len))
		return fault_set(
			f, STATUS_CONFIG, "param: %.*s is declared twice", (int)name.len, name.at);
	if (v->param_count == PARAMS_MAX)
		return fault_set(f, STATUS_CONFIG, "more than %d parameters", PARAMS_MAX);
	v->params = mem_resize(v->params, v->param_count + 1, sizeof *v->params);
	p = &v->params[v->param_count++];
	param_read(p, text);
	p->name = mem_copy_n(name.at, name.len);
	return 0;
}

struct param *
invariant_param(const struct invariant *v, const char *name, size_t len)
{
	for (size_t i = 0; i < v->param_count; i++)
		if (span_is((struct span){name, len}, v->params[i].name))
			return &v->params[i];
	return NULL;
}

int
invariant_set(struct invariant *v, const char *key, const char *value, struct fault *f)
{
	struct param *p = invariant_param(v, key, strlen(key)), fresh;
	struct span text = span_trim(span_of(value));

	if (!strcmp(key, "severity")) {
		v->severity_set = true;
		return set_severity(v, text, f);
	}
	if (!strcmp(key, "grace"))
		return set_grace(v, text, f);
	if (!strcmp(key, "flap"))
		return set_flap(v, text, f);
	if (!p)
		return fault_set(f, STATUS_CONFIG, "%s has no parameter %s", v->name, key);
	param_read(&fresh, text);
	if (p->type != PARAM_TEXT && fresh.type == PARAM_TEXT) {
		free(fresh.text);
		return fault_set(
			f, STATUS_CONFIG, "%s.%s is a number, \"%s\" is none", v->name, key, value);
	}
	if (p->type == PARAM_TEXT)
		fresh.type = PARAM_TEXT;
	fresh.name = p->name;
	free(p->text);
	*p = fresh;
	return 0;
}

/* What the header has said so far; about and doc may go on over several lines. */
struct header {
	struct invariant *v;
	const char *name;
	struct buf about;
	struct buf doc;
	struct buf *open; /* the one that a line without a key continues */
	bool seen[8];
};

static int
add_text(struct header *h, struct buf *text, struct span value, struct fault *f)
{
	h->open = text;
	if (text->len)
		buf_add_char(text, ' ');
	buf_add(text, value.at, value.len);
	if (text->full)
		return fault_set(f, STATUS_CONFIG, "more than %d bytes of text", TEXT_MAX);
	return 0;
}

static int
set_name(struct header *h, struct span value, struct fault *f)
{
	if (!span_is(value, h->name))
		return fault_set(f, STATUS_CONFIG, "invariant \"%.*s\" is not the file's name, %s",
			(int)value.len, value.at, h->name);
	h->v->name = mem_copy(h->name);
	return 0;
}

static int
header_key(struct header *h, struct span key, struct span value, struct fault *f)
{
	static const char *const keys[] = {"invariant", "severity", "grace", "flap", "about", "doc",
		"SPDX-License-Identifier", "param"};
	size_t i = 0;

	while (i < sizeof keys / sizeof *keys && !span_is(key, keys[i]))
		i++;
	if (i == sizeof keys / sizeof *keys)
		return fault_set(
			f, STATUS_CONFIG, "unknown header key \"%.*s\"", (int)key.len, key.at);
	if (i < 7 && h->seen[i])
		return fault_set(f, STATUS_CONFIG, "%s is given twice", keys[i]);
	h->seen[i] = true;
	h->open = NULL;
	switch (i) {
	case 0:
		return set_name(h, value, f);
	case 1:
		return set_severity(h->v, value, f);
	case 2:
		return set_grace(h->v, value, f);
	case 3:
		return set_flap(h->v, value, f);
	case 4:
		return add_text(h, &h->about, value, f);
	case 5:
		return add_text(h, &h->doc, value, f);
	case 7:
		return add_param(h->v, value, f);
	default:
		return 0;
	}
}

/* One line, from behind its "--". */
static int
header_line(struct header *h, struct span line, struct fault *f)
{
	size_t n = 0;

	if (!line.len)
		return 0;
	while (n < line.len && (line.at[n] == '-' || line.at[n] == '_' ||
				       (line.at[n] >= '0' && line.at[n] <= '9') ||
				       (line.at[n] >= 'A' && line.at[n] <= 'Z') ||
				       (line.at[n] >= 'a' && line.at[n] <= 'z')))
		n++;
	/* "https://..." is no key, "key:value" is one */
	if (n && n < line.len && line.at[n] == ':' && (n + 1 == line.len || line.at[n + 1] != '/'))
		return header_key(
			h, (struct span){line.at, n}, span_trim(span_from(line, n + 1)), f);
	return h->open ? add_text(h, h->open, line, f) : 0;
}

static int
header_read(struct header *h, struct fault *f)
{
	const char *at = h->v->sql, *end = at + h->v->sql_len;

	for (size_t number = 1; at < end; number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);
		struct span line = span_trim((struct span){at, len});

		if (line.len >= 2 && !memcmp(line.at, "--", 2)) {
			if (header_line(h, span_trim(span_from(line, 2)), f))
				return fault_within(f, "%s:%zu", h->v->file, number);
		} else if (line.len) {
			break;
		}
		at = newline ? newline + 1 : end;
	}
	if (!h->v->name)
		return fault_set(f, STATUS_CONFIG, "%s:1: the header has no \"-- invariant: %s\"",
			h->v->file, h->name);
	return 0;
}

int
invariant_parse(struct invariant *v, const char *file, const char *name, char *sql, size_t len,
	struct fault *f)
{
	struct header h = {.v = v, .name = name};
	int rc;

	*v = (struct invariant){.file = mem_copy(file),
		.sql = sql,
		.sql_len = len,
		.severity = SEVERITY_WARNING,
		.flap_count = 3,
		.flap_window_ms = 300000};
	buf_init(&h.about, TEXT_MAX);
	buf_init(&h.doc, TEXT_MAX);
	rc = header_read(&h, f);
	v->about = buf_take(&h.about);
	v->doc = buf_take(&h.doc);
	if (rc) {
		invariant_free(v);
		return -1;
	}
	return 0;
}

void
invariant_free(struct invariant *v)
{
	for (size_t i = 0; i < v->param_count; i++) {
		free(v->params[i].name);
		free(v->params[i].text);
	}
	free(v->params);
	free(v->name);
	free(v->file);
	free(v->sql);
	free(v->about);
	free(v->doc);
	*v = (struct invariant){0};
}
