/* SPDX-License-Identifier: ISC */
#include "check/sql_lex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (c & 0x80);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The end of what begins with a quote; a doubled quote is one of the text. */
static size_t
quoted(struct span s, char quote)
{
	size_t i = 1;

	for (; i < s.len; i++) {
		if (s.at[i] != quote)
			continue;
		if (quote == ']' || i + 1 == s.len || s.at[i + 1] != quote)
			return i + 1;
		i++;
	}
	return i;
}

/* Blanks and comments; 0: none. */
static size_t
skipped(struct span s)
{
	size_t i = 0;

	if (*s.at == ' ' || (*s.at >= '\t' && *s.at <= '\r' && *s.at != '\v'))
		return 1;
	if (s.len > 1 && s.at[0] == '-' && s.at[1] == '-') {
		while (i < s.len && s.at[i] != '\n')
			i++;
	} else if (s.len > 1 && s.at[0] == '/' && s.at[1] == '*') {
		for (i = 2; i < s.len && (i < 4 || s.at[i - 2] != '*' || s.at[i - 1] != '/'); i++)
			;
	}
	return i;
}

static size_t
word(struct span s, size_t i)
{
	while (i < s.len && is_word(s.at[i]))
		i++;
	return i;
}

/* An exponent's sign belongs to the number. */
static size_t
number(struct span s)
{
	size_t i = 0;

	while (i < s.len &&
		(is_word(s.at[i]) || s.at[i] == '.' ||
			((s.at[i] == '+' || s.at[i] == '-') && i && (s.at[i - 1] | 32) == 'e' &&
				!(s.len > 1 && (s.at[1] | 32) == 'x'))))
		i++;
	return i;
}

static size_t
token(struct span s, enum sql_type *type)
{
	char c = *s.at;

	*type = SQL_OTHER;
	if (is_digit(c) || (c == '.' && s.len > 1 && is_digit(s.at[1]))) {
		*type = SQL_NUMBER;
		return number(s);
	}
	switch (c) {
	case '\'':
		*type = SQL_STRING;
		return quoted(s, c);
	case '"':
	case '`':
		*type = SQL_QUOTED;
		return quoted(s, c);
	case '[':
		*type = SQL_QUOTED;
		return quoted(s, ']');
	case '$':
	case ':':
	case '@':
	case '?':
		*type = SQL_VARIABLE;
		return word(s, 1);
	case '(':
		*type = SQL_OPEN;
		return 1;
	case ')':
		*type = SQL_CLOSE;
		return 1;
	case ',':
		*type = SQL_COMMA;
		return 1;
	case '.':
		*type = SQL_DOT;
		return 1;
	default:
		*type = is_word(c) ? SQL_WORD : SQL_OTHER;
		return is_word(c) ? word(s, 0) : 1;
	}
}

static void
match_parentheses(struct sql_lex *l)
{
	size_t *open = mem_array(l->count, sizeof *open), depth = 0;

	for (size_t i = 0; i < l->count; i++) {
		l->list[i].match = l->count;
		if (l->list[i].type == SQL_OPEN)
			open[depth++] = i;
		else if (l->list[i].type == SQL_CLOSE && depth)
			l->list[open[--depth]].match = i;
	}
	free(open);
}

void
sql_lex_read(struct sql_lex *l, struct span sql)
{
	*l = (struct sql_lex){0};
	while (sql.len) {
		size_t len = skipped(sql);
		enum sql_type type;

		if (!len) {
			len = token(sql, &type);
			l->list = mem_grow(l->list, l->count, &l->cap, sizeof *l->list);
			l->list[l->count++] = (struct sql_token){
				.type = type, .text = {sql.at, len}};
		}
		sql = span_from(sql, len);
	}
	match_parentheses(l);
}

void
sql_lex_free(struct sql_lex *l)
{
	free(l->list);
	*l = (struct sql_lex){0};
}

bool
sql_lex_same(struct span a, struct span b)
{
	return a.len == b.len && !strncasecmp(a.at, b.at, a.len);
}

bool
sql_lex_is_name(const struct sql_lex *l, size_t i)
{
	return i < l->count && (l->list[i].type == SQL_WORD || l->list[i].type == SQL_QUOTED);
}

struct span
sql_lex_name(const struct sql_token *t)
{
	if (t->type != SQL_QUOTED || t->text.len < 2)
		return t->text;
	return (struct span){t->text.at + 1, t->text.len - 2};
}

size_t
sql_lex_skip(const struct sql_lex *l, size_t i)
{
	if (l->list[i].type == SQL_OPEN && l->list[i].match < l->count)
		return l->list[i].match + 1;
	return i + 1;
}

const char *
sql_lex_start(const char *sql, const char *also)
{
	for (;;) {
		size_t len = *sql ? skipped((struct span){sql, strlen(sql)}) : 0;

		if (!len && *sql && strchr(also, *sql))
			len = 1;
		if (!len)
			return sql;
		sql += len;
	}
}
