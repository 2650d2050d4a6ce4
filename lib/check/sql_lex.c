/* SPDX-License-Identifier: ISC */
#include "check/sql_lex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { BYTES_A_TOKEN = 8 }; /* on average, with blanks and comments */

/* By their numbers. */
static const struct span keywords[SQL_KEYWORDS] = {[SQL_ALL] = {"ALL", 3},
	[SQL_AND] = {"AND", 3},
	[SQL_AS] = {"AS", 2},
	[SQL_BETWEEN] = {"BETWEEN", 7},
	[SQL_CASE] = {"CASE", 4},
	[SQL_CAST] = {"CAST", 4},
	[SQL_COLLATE] = {"COLLATE", 7},
	[SQL_CROSS] = {"CROSS", 5},
	[SQL_DISTINCT] = {"DISTINCT", 8},
	[SQL_ELSE] = {"ELSE", 4},
	[SQL_END] = {"END", 3},
	[SQL_ESCAPE] = {"ESCAPE", 6},
	[SQL_EXCEPT] = {"EXCEPT", 6},
	[SQL_EXISTS] = {"EXISTS", 6},
	[SQL_FALSE] = {"FALSE", 5},
	[SQL_FILTER] = {"FILTER", 6},
	[SQL_FROM] = {"FROM", 4},
	[SQL_FULL] = {"FULL", 4},
	[SQL_GLOB] = {"GLOB", 4},
	[SQL_GROUP] = {"GROUP", 5},
	[SQL_HAVING] = {"HAVING", 6},
	[SQL_IN] = {"IN", 2},
	[SQL_INDEXED] = {"INDEXED", 7},
	[SQL_INNER] = {"INNER", 5},
	[SQL_INTERSECT] = {"INTERSECT", 9},
	[SQL_IS] = {"IS", 2},
	[SQL_ISNULL] = {"ISNULL", 6},
	[SQL_JOIN] = {"JOIN", 4},
	[SQL_LEFT] = {"LEFT", 4},
	[SQL_LIKE] = {"LIKE", 4},
	[SQL_LIMIT] = {"LIMIT", 5},
	[SQL_MATCH] = {"MATCH", 5},
	[SQL_NATURAL] = {"NATURAL", 7},
	[SQL_NOT] = {"NOT", 3},
	[SQL_NOTNULL] = {"NOTNULL", 7},
	[SQL_NULL] = {"NULL", 4},
	[SQL_ON] = {"ON", 2},
	[SQL_OR] = {"OR", 2},
	[SQL_ORDER] = {"ORDER", 5},
	[SQL_OUTER] = {"OUTER", 5},
	[SQL_OVER] = {"OVER", 4},
	[SQL_RECURSIVE] = {"RECURSIVE", 9},
	[SQL_REGEXP] = {"REGEXP", 6},
	[SQL_RIGHT] = {"RIGHT", 5},
	[SQL_SELECT] = {"SELECT", 6},
	[SQL_THEN] = {"THEN", 4},
	[SQL_TRUE] = {"TRUE", 4},
	[SQL_UNION] = {"UNION", 5},
	[SQL_USING] = {"USING", 5},
	[SQL_WHEN] = {"WHEN", 4},
	[SQL_WHERE] = {"WHERE", 5},
	[SQL_WINDOW] = {"WINDOW", 6},
	[SQL_WITH] = {"WITH", 4}};

/* The first one of each letter. */
static const unsigned char first_keywords[26] = {['A' - 'A'] = SQL_ALL,
	['B' - 'A'] = SQL_BETWEEN,
	['C' - 'A'] = SQL_CASE,
	['D' - 'A'] = SQL_DISTINCT,
	['E' - 'A'] = SQL_ELSE,
	['F' - 'A'] = SQL_FALSE,
	['G' - 'A'] = SQL_GLOB,
	['H' - 'A'] = SQL_HAVING,
	['I' - 'A'] = SQL_IN,
	['J' - 'A'] = SQL_JOIN,
	['L' - 'A'] = SQL_LEFT,
	['M' - 'A'] = SQL_MATCH,
	['N' - 'A'] = SQL_NATURAL,
	['O' - 'A'] = SQL_ON,
	['R' - 'A'] = SQL_RECURSIVE,
	['S' - 'A'] = SQL_SELECT,
	['T' - 'A'] = SQL_THEN,
	['U' - 'A'] = SQL_UNION,
	['W' - 'A'] = SQL_WHEN};

bool
sql_lex_in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (c & 0x80);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

/* The end of a quoted text, in which a doubled quote stands for one. */
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
	const char *newline;
	size_t i = 0;

	while (i < s.len && is_blank(s.at[i]))
		i++;
	if (i)
		return i;
	if (s.len > 1 && s.at[0] == '-' && s.at[1] == '-') {
		newline = memchr(s.at, '\n', s.len);
		i = newline ? (size_t)(newline - s.at) : s.len;
	} else if (s.len > 1 && s.at[0] == '/' && s.at[1] == '*') {
		for (i = 2; i < s.len && (i < 4 || s.at[i - 2] != '*' || s.at[i - 1] != '/'); i++)
			;
	}
	return i;
}

static size_t
word(struct span s, size_t i)
{
	while (i < s.len && sql_lex_in_word(s.at[i]))
		i++;
	return i;
}

/* An exponent's sign belongs to the number. */
static size_t
number(struct span s)
{
	size_t i = 0;

	while (i < s.len &&
		(sql_lex_in_word(s.at[i]) || s.at[i] == '.' ||
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
		*type = sql_lex_in_word(c) ? SQL_WORD : SQL_OTHER;
		return sql_lex_in_word(c) ? word(s, 0) : 1;
	}
}

static enum sql_keyword
keyword_of(struct span word)
{
	unsigned letter = (unsigned)(*word.at & ~0x20) - 'A';
	unsigned k = letter < 26 ? first_keywords[letter] : SQL_NO_KEYWORD;

	for (; k && k < SQL_KEYWORDS && (unsigned)*keywords[k].at == 'A' + letter; k++)
		if (keywords[k].len == word.len && sql_lex_same(keywords[k], word))
			return (enum sql_keyword)k;
	return SQL_NO_KEYWORD;
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

static void
add_token(struct sql_lex *l, enum sql_type type, struct span text)
{
	enum sql_keyword k = type == SQL_WORD ? keyword_of(text) : SQL_NO_KEYWORD;

	if (l->count == l->cap)
		l->list = mem_grow(l->list, l->count, &l->cap, sizeof *l->list);
	l->list[l->count++] = (struct sql_token){.type = type, .keyword = k, .text = text};
	l->keywords |= SQL_BIT(k);
}

void
sql_lex_read(struct sql_lex *l, struct span sql)
{
	*l = (struct sql_lex){.cap = sql.len / BYTES_A_TOKEN + 1};
	l->list = mem_array(l->cap, sizeof *l->list);
	while (sql.len) {
		size_t len = skipped(sql);
		enum sql_type type;

		if (!len) {
			len = token(sql, &type);
			add_token(l, type, (struct span){sql.at, len});
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
	struct span rest = span_of(sql);

	while (rest.len) {
		size_t len = skipped(rest);

		if (!len && strchr(also, *rest.at))
			len = 1;
		if (!len)
			break;
		rest = span_from(rest, len);
	}
	return rest.at;
}
