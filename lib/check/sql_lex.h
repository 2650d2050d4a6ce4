/* SPDX-License-Identifier: ISC */
#ifndef OP_SQL_LEX_H
#define OP_SQL_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* The tokens of a statement, as SQLite's tokenizer has them; comments and blanks are left out. */
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

struct sql_token {
	enum sql_type type;
	struct span text;
	size_t match; /* of SQL_OPEN: the index of its SQL_CLOSE, or the count if it has none */
};

struct sql_lex {
	struct sql_token *list;
	size_t count, cap;
};

void sql_lex_read(struct sql_lex *l, struct span sql);
void sql_lex_free(struct sql_lex *l);

/* Is token i an identifier, bare or quoted? Keywords are, too. */
bool sql_lex_is_name(const struct sql_lex *l, size_t i);

/* The identifier without its quotes. */
struct span sql_lex_name(const struct sql_token *t);

/* Identifiers compare without case. */
bool sql_lex_same(struct span a, struct span b);

/* Is token i this keyword? False past the end. Most differ in their first letter already. */
static inline bool
sql_lex_is(const struct sql_lex *l, size_t i, const char *keyword)
{
	return i < l->count && l->list[i].type == SQL_WORD &&
	       /* cppcheck-suppress nullPointerRedundantCheck ; a word has a text */
	       !((*l->list[i].text.at ^ *keyword) & ~0x20) &&
	       sql_lex_same(l->list[i].text, span_of(keyword));
}

/* The token after i at the same depth: past the parentheses that open at i. */
size_t sql_lex_skip(const struct sql_lex *l, size_t i);

/* The first byte of a statement, after blanks, comments and the characters of also. */
const char *sql_lex_start(const char *sql, const char *also);

#endif
