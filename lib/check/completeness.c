/* SPDX-License-Identifier: ISC */
#include "check/completeness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/schema.h"

enum { ID_SHOWN = 128 };

struct source_word {
	bool named;
	char *why; /* NULL: complete as far as its sources say */
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

/* A kind of ours by its exact name, or NULL. */
static struct source_word *
find_word(struct completeness *s, const struct json_text *name)
{
	for (size_t i = 0; i < s->schema->count; i++)
		if (json_text_is(name, s->schema->kinds[i].name))
			return &s->words[i];
	return NULL;
}

static const char *
read_list(struct completeness *s, struct json_read *j, bool incomplete)
{
	struct json_text t;
	enum json_token token;

	if (json_read_enter(j, JSON_ARRAY))
		return "a source's kinds are no array";
	while ((token = json_read_next(j, &t)) == JSON_STRING) {
		struct source_word *word = find_word(s, &t);

		if (!word)
			continue;
		word->in_kinds |= !incomplete;
		word->in_incomplete |= incomplete;
	}
	if (token == JSON_BAD)
		return json_read_error(j);
	return token == JSON_ARRAY_END ? NULL : "a source's kinds are no texts";
}

/* Only an ok of true is one. */
static const char *
read_ok(struct json_read *j, bool *ok)
{
	struct json_text t;
	enum json_token token = json_read_next(j, &t);

	*ok = token == JSON_TRUE;
	return json_read_finish(j, token) ? json_read_error(j) : NULL;
}

static const char *
read_id(struct json_read *j, char id[ID_SHOWN + 1])
{
	struct json_text t;
	enum json_token token = json_read_next(j, &t);

	if ((token == JSON_STRING || token == JSON_NUMBER) && t.len <= ID_SHOWN)
		id[token == JSON_STRING ? json_text_decode(&t, id) : t.len] = '\0';
	if (token == JSON_NUMBER && t.len <= ID_SHOWN)
		memcpy(id, t.at, t.len);
	return json_read_finish(j, token) ? json_read_error(j) : NULL;
}

static void
conclude(struct completeness *s, const char *id, bool ok)
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
			word->why = mem_copy(text);
		word->named |= word->in_kinds || word->in_incomplete;
		word->in_kinds = word->in_incomplete = false;
	}
}

const char *
completeness_add(struct completeness *s, struct json_read *j, const char *line, size_t len)
{
	char id[ID_SHOWN + 1] = "?";
	const char *why = NULL;
	struct json_text key;
	bool ok = false;
	int more = 0;

	json_read_start(j, line, len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_read_error(j);
	while (!why && (more = json_read_member(j, &key)) > 0) {
		if (json_text_is(&key, "id"))
			why = read_id(j, id);
		else if (json_text_is(&key, "ok"))
			why = read_ok(j, &ok);
		else if (json_text_is(&key, "kinds") || json_text_is(&key, "incomplete"))
			why = read_list(s, j, json_text_is(&key, "incomplete"));
		else if (json_read_skip(j))
			why = json_read_error(j);
	}
	if (why || more < 0)
		return why ? why : json_read_error(j);
	conclude(s, id, ok);
	return NULL;
}

const char *
completeness_check(struct completeness *s, size_t kind, bool has_rows)
{
	const char *name = s->schema->kinds[kind].name;
	struct source_word *word = &s->words[kind];
	char text[192];

	if (word->why)
		return word->why;
	if (has_rows || (word->named && strcmp(name, "source") != 0))
		return NULL;
	text_format(text, sizeof text, "no observation of kind %s", name);
	word->why = mem_copy(text);
	return word->why;
}
