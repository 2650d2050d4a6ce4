/* SPDX-License-Identifier: ISC */
#include "check/query_fault.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "check/invariant.h"
#include "check/lint.h"
#include "check/sandbox.h"
#include "check/schema.h"
#include "check/sql_lex.h"

/* The first occurrence as a word, else within another word; or NULL. */
static const char *
find_word(const char *text, const char *word)
{
	const char *at = *word ? strcasestr(text, word) : NULL, *first = at;

	for (; at; at = strcasestr(at + 1, word))
		if ((at == text || !sql_lex_in_word(at[-1])) && !sql_lex_in_word(at[strlen(word)]))
			return at;
	return first;
}

static struct lint_place
place_at(const struct invariant *v, const char *at, size_t len)
{
	return (struct lint_place){v->file, {v->sql, v->sql_len}, at, len};
}

int
query_fault_at(
	struct lint *l, const struct invariant *v, const char *at, int len, const char *fmt, ...)
{
	struct lint_place p = place_at(v, at, (size_t)len);
	char text[512];
	va_list args;

	va_start(args, fmt);
	text_vformat(text, sizeof text, fmt, args);
	va_end(args);
	return lint_error(l, &p, "%s", text);
}

/*
 * Where in the text the error is: at SQLite's offset, at the word that it is about, at the end if
 * more was expected, or at the statement.
 */
static struct lint_place
place_of(const struct sandbox *s, const struct invariant *v, const char *message)
{
	const char *word = s->word, *table = strstr(message, "no such table: "), *found;
	int offset = sqlite3_error_offset(s->db);
	const char *start = sql_lex_start(v->sql, "");
	struct span sql = span_trim((struct span){v->sql, v->sql_len});

	if (offset >= 0) {
		const char *at = v->sql + offset, *stop = at;

		while (sql_lex_in_word(*stop) || *stop == '.')
			stop++;
		return place_at(v, at, (size_t)(stop - at));
	}
	if (!strcmp(message, "incomplete input"))
		return place_at(v, sql.at + sql.len, 1);
	if (table)
		word = table + 15;
	found = find_word(start, word);
	return found ? place_at(v, found, strlen(word)) : place_at(v, start, 1);
}

/* Names that a wrong column or table may stand for. */
static const char **
known_names(const struct schema *schema, bool tables, size_t *count)
{
	const char **names = NULL;
	size_t cap = 0;

	*count = 0;
	for (size_t i = 0; i < schema->count; i++) {
		for (size_t n = 0; n < (tables ? 1 : schema->kinds[i].count); n++) {
			names = mem_grow(names, *count, &cap, sizeof *names);
			names[(*count)++] = tables ? schema->kinds[i].name
						   : schema->kinds[i].columns[n].name;
		}
	}
	return names;
}

int
query_fault_sql(struct lint *l, const struct sandbox *s, const struct invariant *v)
{
	const char *message = sqlite3_errmsg(s->db), *word = NULL, *quoted;
	struct lint_place p = place_of(s, v, message);
	bool tables = !strncmp(message, "no such table: ", 15);
	char hint[128] = "";

	if (tables)
		word = message + 15;
	else if (!strncmp(message, "no such column: ", 16))
		word = message + 16;
	if (word && !s->denied[0]) {
		size_t count, len = strcspn(word, " ");
		const char **names = known_names(s->schema, tables, &count);
		const char *dot = memchr(word, '.', len);
		struct span name = {word, len};

		if (dot)
			name = span_from(name, (size_t)(dot + 1 - word));
		quoted = p.at && *p.at == '"' ? " (texts are in single quotes)" : "";
		(void)lint_hint(hint, name, names, count);
		free(names);
		if (!*hint)
			text_format(hint, sizeof hint, "%s", quoted);
	}
	return lint_error(l, &p, "%s%s", s->denied[0] ? s->denied : message, hint);
}

int
query_fault_param(struct lint *l, const struct invariant *v, const char *name)
{
	const char **words = mem_array(v->param_count + 2, sizeof *words);
	struct lint_place p = place_at(v, sql_lex_start(v->sql, ""), 1);
	const char *found = find_word(p.at, name);
	struct span word = span_of(name);
	size_t count = 0;
	char hint[128];

	words[count++] = "at";
	words[count++] = "cluster";
	for (size_t i = 0; i < v->param_count; i++)
		words[count++] = v->params[i].name;
	if (found)
		p = place_at(v, found, word.len);
	(void)lint_hint(hint, span_from(word, word.len > 1), words, count);
	free(words);
	return lint_error(l, &p, "a parameter that is not declared: %s%s", name, hint);
}

int
query_fault_unused(struct lint *l, const struct invariant *v, const char *name)
{
	const char *header = strstr(v->sql, "param:"), *found = header;
	struct lint_place p;

	if (!l->strict)
		return 0; /* harmless when it runs */
	for (; header; header = strstr(header + 1, "param:")) {
		found = header + 6 + strspn(header + 6, " \t");
		if (!strncmp(found, name, strlen(name)) && !sql_lex_in_word(found[strlen(name)]))
			break;
	}
	p = place_at(v, found ? found : v->sql, strlen(name));
	return lint_warning(l, &p, "parameter %s is not used", name);
}
