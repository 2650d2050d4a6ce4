/* SPDX-License-Identifier: ISC */
#include "check/completeness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "check/schema.h"

enum { ID_SHOWN = 128, ERROR_MAX = 8 << 10, ERROR_SHOWN = 1024 };

struct source_word {
	bool named;
	char *why;   /* NULL: complete, by its sources */
	char *error; /* why, and the source's own error */
	bool in_kinds;
	bool in_incomplete;
};

void
completeness_init(struct completeness *s, const struct schema *schema)
{
	s->schema = schema;
	s->words = mem_zero(schema->count, sizeof *s->words);
}

void
completeness_clear(struct completeness *s)
{
	for (size_t i = 0; i < s->schema->count; i++) {
		free(s->words[i].why);
		free(s->words[i].error);
		s->words[i] = (struct source_word){0};
	}
}

void
completeness_free(struct completeness *s)
{
	if (s->words)
		completeness_clear(s);
	free(s->words);
	*s = (struct completeness){0};
}

static int
json_fault(const struct json_read *j, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "%s", json_read_error(j));
}

/* A kind of the schema by its exact name, or NULL. */
static struct source_word *
find_word(struct completeness *s, const struct json_text *name)
{
	for (size_t i = 0; i < s->schema->count; i++)
		if (json_text_is(name, s->schema->kinds[i].name))
			return &s->words[i];
	return NULL;
}

static int
read_list(struct completeness *s, struct json_read *j, bool incomplete, struct fault *f)
{
	struct json_text t;
	enum json_token token;

	if (json_read_enter(j, JSON_ARRAY))
		return fault_set(f, STATUS_DATA, "the kinds of a source are not an array");
	while ((token = json_read_next(j, &t)) == JSON_STRING) {
		struct source_word *word = find_word(s, &t);

		if (!word)
			continue;
		word->in_kinds |= !incomplete;
		word->in_incomplete |= incomplete;
	}
	if (token == JSON_BAD)
		return json_fault(j, f);
	if (token != JSON_ARRAY_END)
		return fault_set(f, STATUS_DATA, "the kinds of a source are not texts");
	return 0;
}

/* Anything but true is a failure. */
static int
read_ok(struct json_read *j, bool *ok, struct fault *f)
{
	struct json_text t;
	enum json_token token = json_read_next(j, &t);

	*ok = token == JSON_TRUE;
	return json_read_finish(j, token) ? json_fault(j, f) : 0;
}

/* Reads a text or a number of at most max bytes; a longer one is skipped. */
static int
read_text(struct json_read *j, size_t max, char *out, struct fault *f)
{
	struct json_text t;
	enum json_token token = json_read_next(j, &t);

	if ((token == JSON_STRING || token == JSON_NUMBER) && t.len <= max)
		out[token == JSON_STRING ? json_text_decode(&t, out) : t.len] = '\0';
	if (token == JSON_NUMBER && t.len <= max)
		memcpy(out, t.at, t.len);
	return json_read_finish(j, token) ? json_fault(j, f) : 0;
}

static void
set_reason(struct source_word *word, const char *text, const char *error)
{
	struct buf all;

	word->why = mem_copy(text);
	buf_init(&all, ERROR_MAX);
	buf_printf(&all, "%s%s%s", text, *error ? ": " : "", error);
	word->error = buf_take(&all);
	buf_free(&all);
}

static void
conclude(struct completeness *s, const char *id, bool ok, const char *error)
{
	for (size_t i = 0; i < s->schema->count; i++) {
		struct source_word *word = &s->words[i];
		const char *kind = s->schema->kinds[i].name;
		char text[ID_SHOWN + 128];

		if (ok && word->in_incomplete)
			text_format(
				text, sizeof text, "source %s gave kind %s incomplete", id, kind);
		else if (!ok && (word->in_kinds || word->in_incomplete))
			text_format(text, sizeof text, "source %s failed", id);
		else
			text[0] = '\0';
		if (text[0] && !word->why && strcmp(kind, "source") != 0)
			set_reason(word, text, error);
		word->named |= word->in_kinds || word->in_incomplete;
		word->in_kinds = word->in_incomplete = false;
	}
}

int
completeness_add(struct completeness *s, struct json_read *j, struct span line, struct fault *f)
{
	char id[ID_SHOWN + 1] = "?", error[ERROR_SHOWN + 1] = "";
	struct json_text key;
	bool ok = false;
	int more = 0, result = 0;

	json_read_start(j, line.at, line.len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_fault(j, f);
	while (!result && (more = json_read_member(j, &key)) > 0) {
		if (json_text_is(&key, "id"))
			result = read_text(j, ID_SHOWN, id, f);
		else if (json_text_is(&key, "error"))
			result = read_text(j, ERROR_SHOWN, error, f);
		else if (json_text_is(&key, "ok"))
			result = read_ok(j, &ok, f);
		else if (json_text_is(&key, "kinds") || json_text_is(&key, "incomplete"))
			result = read_list(s, j, json_text_is(&key, "incomplete"), f);
		else if (json_read_skip(j))
			result = json_fault(j, f);
	}
	if (!result && more < 0)
		result = json_fault(j, f);
	if (!result)
		conclude(s, id, ok, error);
	return result;
}

int
completeness_check(const struct completeness *s, size_t kind, bool has_rows, struct fault *f)
{
	const char *name = s->schema->kinds[kind].name;
	const struct source_word *word = &s->words[kind];

	if (word->why)
		return fault_set(f, STATUS_DATA, "%s", word->why);
	if (has_rows || (word->named && strcmp(name, "source") != 0))
		return 0;
	return fault_set(f, STATUS_DATA, "no observation of kind %s", name);
}

const char *
completeness_error(const struct completeness *s, size_t kind)
{
	return s->words[kind].error;
}
