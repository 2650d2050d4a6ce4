/* SPDX-License-Identifier: ISC */
#ifndef OP_SQL_LEX_H
#define OP_SQL_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* The tokens of a statement, as SQLite's tokenizer splits it, without comments and blanks. */
enum sql_type {
	SQL_WORD,   /* an identifier or a keyword, bare */
	SQL_QUOTED, /* an identifier in "", [] or `` */
	SQL_STRING,
	SQL_NUMBER,
	SQL_VARIABLE, /* $name, :name, @name, ?1 */
	SQL_OPEN,
	SQL_CLOSE,
	SQL_COMMA,
	SQL_DOT,
	SQL_OTHER,
};

/* The keywords that op-check knows, in alphabetical order. */
enum sql_keyword {
	SQL_NO_KEYWORD,
	SQL_ALL,
	SQL_AND,
	SQL_AS,
	SQL_BETWEEN,
	SQL_CASE,
	SQL_CAST,
	SQL_COLLATE,
	SQL_CROSS,
	SQL_DISTINCT,
	SQL_ELSE,
	SQL_END,
	SQL_ESCAPE,
	SQL_EXCEPT,
	SQL_EXISTS,
	SQL_FALSE,
	SQL_FILTER,
	SQL_FROM,
	SQL_FULL,
	SQL_GLOB,
	SQL_GROUP,
	SQL_HAVING,
	SQL_IN,
	SQL_INDEXED,
	SQL_INNER,
	SQL_INTERSECT,
	SQL_IS,
	SQL_ISNULL,
	SQL_JOIN,
	SQL_LEFT,
	SQL_LIKE,
	SQL_LIMIT,
	SQL_MATCH,
	SQL_NATURAL,
	SQL_NOT,
	SQL_NOTNULL,
	SQL_NULL,
	SQL_ON,
	SQL_OR,
	SQL_ORDER,
	SQL_OUTER,
	SQL_OVER,
	SQL_RECURSIVE,
	SQL_REGEXP,
	SQL_RIGHT,
	SQL_SELECT,
	SQL_THEN,
	SQL_TRUE,
	SQL_UNION,
	SQL_USING,
	SQL_WHEN,
	SQL_WHERE,
	SQL_WINDOW,
	SQL_WITH,
	SQL_KEYWORDS,
};

/* A set of keywords is a sum of these. */
#define SQL_BIT(keyword) (UINT64_C(1) << (keyword))

struct sql_token {
	enum sql_type type;
	enum sql_keyword keyword; /* of a SQL_WORD */
	struct span text;
	size_t match; /* of SQL_OPEN: the index of its SQL_CLOSE, or the count if it has none */
};

struct sql_lex {
	struct sql_token *list;
	size_t count, cap;
	uint64_t keywords; /* the set of those in it */
};

void sql_lex_read(struct sql_lex *l, struct span sql);
void sql_lex_free(struct sql_lex *l);

/* Whether token i is an identifier, bare or quoted. Keywords count, too. */
bool sql_lex_is_name(const struct sql_lex *l, size_t i);

/* The identifier without its quotes. */
struct span sql_lex_name(const struct sql_token *t);

/* Whether a bare word can have this character after its first one. */
bool sql_lex_in_word(char c);

/* Identifiers compare without case. */
bool sql_lex_same(struct span a, struct span b);

/* Whether token i is this keyword, or one of this set. False past the end. */
static inline bool
sql_lex_is(const struct sql_lex *l, size_t i, enum sql_keyword keyword)
{
	return i < l->count && l->list[i].keyword == keyword;
}

static inline bool
sql_lex_is_one(const struct sql_lex *l, size_t i, uint64_t set)
{
	return i < l->count && (SQL_BIT(l->list[i].keyword) & set);
}

/* The token after i at the same depth: past the parentheses that open at i. */
size_t sql_lex_skip(const struct sql_lex *l, size_t i);

/* The first byte of a statement, after blanks, comments and the characters of also. */
const char *sql_lex_start(const char *sql, const char *also);

#endif
