/* SPDX-License-Identifier: ISC */
#include "check/sql_select.h"

#include <string.h>

/* Keywords that cannot be a column's name, */
static const uint64_t keywords = SQL_BIT(SQL_AND) | SQL_BIT(SQL_AS) | SQL_BIT(SQL_BETWEEN) |
				 SQL_BIT(SQL_CASE) | SQL_BIT(SQL_CAST) | SQL_BIT(SQL_COLLATE) |
				 SQL_BIT(SQL_DISTINCT) | SQL_BIT(SQL_ELSE) | SQL_BIT(SQL_END) |
				 SQL_BIT(SQL_ESCAPE) | SQL_BIT(SQL_EXISTS) | SQL_BIT(SQL_FALSE) |
				 SQL_BIT(SQL_FILTER) | SQL_BIT(SQL_FROM) | SQL_BIT(SQL_GLOB) |
				 SQL_BIT(SQL_IN) | SQL_BIT(SQL_IS) | SQL_BIT(SQL_ISNULL) |
				 SQL_BIT(SQL_LIKE) | SQL_BIT(SQL_MATCH) | SQL_BIT(SQL_NOT) |
				 SQL_BIT(SQL_NOTNULL) | SQL_BIT(SQL_NULL) | SQL_BIT(SQL_OR) |
				 SQL_BIT(SQL_OVER) | SQL_BIT(SQL_REGEXP) | SQL_BIT(SQL_THEN) |
				 SQL_BIT(SQL_TRUE) | SQL_BIT(SQL_WHEN);

/* those of them that an operand can end with, */
static const uint64_t operands = SQL_BIT(SQL_END) | SQL_BIT(SQL_NULL) | SQL_BIT(SQL_TRUE) |
				 SQL_BIT(SQL_FALSE) | SQL_BIT(SQL_ISNULL) | SQL_BIT(SQL_NOTNULL);

/* those that begin a clause of a SELECT, or the next SELECT, */
static const uint64_t clauses = SQL_BIT(SQL_FROM) | SQL_BIT(SQL_WHERE) | SQL_BIT(SQL_GROUP) |
				SQL_BIT(SQL_HAVING) | SQL_BIT(SQL_WINDOW) | SQL_BIT(SQL_ORDER) |
				SQL_BIT(SQL_LIMIT) | SQL_BIT(SQL_UNION) | SQL_BIT(SQL_INTERSECT) |
				SQL_BIT(SQL_EXCEPT);

static const uint64_t compounds = SQL_BIT(SQL_UNION) | SQL_BIT(SQL_INTERSECT) | SQL_BIT(SQL_EXCEPT);

/* and those that follow a table without an alias. */
static const uint64_t joins = SQL_BIT(SQL_ON) | SQL_BIT(SQL_USING) | SQL_BIT(SQL_JOIN) |
			      SQL_BIT(SQL_LEFT) | SQL_BIT(SQL_RIGHT) | SQL_BIT(SQL_FULL) |
			      SQL_BIT(SQL_INNER) | SQL_BIT(SQL_OUTER) | SQL_BIT(SQL_CROSS) |
			      SQL_BIT(SQL_NATURAL) | SQL_BIT(SQL_INDEXED) | SQL_BIT(SQL_NOT);

bool
sql_select_keyword(const struct sql_lex *l, size_t i)
{
	return sql_lex_is_one(l, i, keywords);
}

/* Whether the call at i has two arguments or more. */
static bool
has_comma(const struct sql_lex *l, size_t open)
{
	for (size_t i = open + 1; i < l->list[open].match; i = sql_lex_skip(l, i))
		if (l->list[i].type == SQL_COMMA)
			return true;
	return false;
}

static bool
is_aggregate(const struct sql_lex *l, size_t i)
{
	static const char *const names[] = {"avg", "count", "group_concat", "json_group_array",
		"json_group_object", "median", "percentile", "percentile_cont", "percentile_disc",
		"string_agg", "sum", "total"};
	struct span name = l->list[i].text;

	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		if (sql_lex_same(name, span_of(names[n])))
			return true;
	return (sql_lex_same(name, span_of("min")) || sql_lex_same(name, span_of("max"))) &&
	       !has_comma(l, i + 1);
}

size_t
sql_select_aggregate(const struct sql_lex *l, size_t i)
{
	size_t end;
	bool is;

	if (i + 1 >= l->count || l->list[i + 1].type != SQL_OPEN || !sql_lex_is_name(l, i) ||
		sql_select_keyword(l, i))
		return 0;
	is = is_aggregate(l, i);
	end = sql_lex_skip(l, i + 1);
	if (sql_lex_is(l, end, SQL_FILTER) && end + 1 < l->count) {
		end = sql_lex_skip(l, end + 1);
		is = true;
	}
	if (sql_lex_is(l, end, SQL_OVER) && end + 1 < l->count) {
		end = sql_lex_skip(l, end + 1);
		is = true;
	}
	return is ? end : 0;
}

/* The end of a clause: the next word at its depth that begins another one. */
static size_t
clause_end(const struct sql_lex *l, size_t i, size_t end)
{
	for (; i < end; i = sql_lex_skip(l, i))
		if (sql_lex_is_one(l, i, clauses) &&
			!(sql_lex_is(l, i, SQL_FROM) && i && sql_lex_is(l, i - 1, SQL_DISTINCT)))
			return i;
	return end;
}

static bool
calls_aggregate(const struct sql_lex *l, struct sql_range r)
{
	for (size_t i = r.first; i < r.end; i++) {
		size_t end = sql_select_aggregate(l, i);

		if (l->list[i].type == SQL_OPEN &&
			(sql_lex_is(l, i + 1, SQL_SELECT) || sql_lex_is(l, i + 1, SQL_WITH)))
			i = sql_lex_skip(l, i) - 1;
		else if (end && l->list[end - 1].type == SQL_CLOSE)
			return true;
	}
	return false;
}

int
sql_select_read(struct sql_select *s, const struct sql_lex *l, struct sql_range range)
{
	size_t i = range.first;

	*s = (struct sql_select){.lex = l};
	if (sql_lex_is(l, i, SQL_WITH)) {
		s->with.first = i + 1 + sql_lex_is(l, i + 1, SQL_RECURSIVE);
		while (i < range.end && !sql_lex_is(l, i, SQL_SELECT))
			i = sql_lex_skip(l, i);
		s->with.end = i;
	}
	if (i >= range.end || !sql_lex_is(l, i, SQL_SELECT))
		return -1;
	i++;
	s->distinct = sql_lex_is(l, i, SQL_DISTINCT);
	s->columns.first = i + (s->distinct || sql_lex_is(l, i, SQL_ALL));
	s->columns.end = i = clause_end(l, s->columns.first, range.end);
	s->aggregate = calls_aggregate(l, s->columns);
	for (; i < range.end; i = clause_end(l, i + 1, range.end)) {
		if (sql_lex_is(l, i, SQL_FROM))
			s->from = (struct sql_range){i + 1, clause_end(l, i + 1, range.end)};
		else if (sql_lex_is(l, i, SQL_GROUP))
			s->aggregate = true;
		s->compound = sql_lex_is_one(l, i, compounds);
		s->all = sql_lex_is(l, i, SQL_UNION) && sql_lex_is(l, i + 1, SQL_ALL);
		s->next = i + 1 + s->all;
		if (s->compound)
			break;
	}
	return s->columns.first < s->columns.end ? 0 : -1;
}

/* Whether an operand can end with this token, so that a name after it is an alias. */
static bool
ends_operand(const struct sql_lex *l, size_t i)
{
	switch (l->list[i].type) {
	case SQL_WORD:
		return !sql_lex_is_one(l, i, keywords & ~operands);
	case SQL_QUOTED:
	case SQL_STRING:
	case SQL_NUMBER:
	case SQL_VARIABLE:
	case SQL_CLOSE:
		return true;
	default:
		return false;
	}
}

bool
sql_select_column(const struct sql_select *s, size_t *at, struct sql_column *c)
{
	const struct sql_lex *l = s->lex;
	size_t i = *at ? *at : s->columns.first, last;

	if (i >= s->columns.end)
		return false;
	*c = (struct sql_column){.expression = {i, i}};
	while (i < s->columns.end && l->list[i].type != SQL_COMMA)
		i = sql_lex_skip(l, i);
	*at = i + 1;
	c->expression.end = i;
	if (i == c->expression.first)
		return true;
	last = i - 1;
	c->star = l->list[last].type == SQL_OTHER && *l->list[last].text.at == '*';
	if (!sql_lex_is_name(l, last) || sql_select_keyword(l, last))
		return true;
	if (last > c->expression.first && sql_lex_is(l, last - 1, SQL_AS))
		c->expression.end = last - 1;
	else if (last > c->expression.first && ends_operand(l, last - 1))
		c->expression.end = last;
	else if (last > c->expression.first && l->list[last - 1].type != SQL_DOT)
		return true;
	c->name = sql_lex_name(&l->list[last]);
	return true;
}

/* A name that may follow a table, with or without AS. */
static size_t
read_alias(const struct sql_lex *l, size_t i, size_t end, struct span *alias)
{
	if (i < end && sql_lex_is(l, i, SQL_AS))
		i++;
	else if (sql_lex_is_one(l, i, joins))
		return i;
	if (i < end && sql_lex_is_name(l, i)) {
		*alias = sql_lex_name(&l->list[i]);
		i++;
	}
	return i;
}

bool
sql_select_table(const struct sql_select *s, size_t *at, struct sql_table *t)
{
	const struct sql_lex *l = s->lex;
	size_t i = *at ? *at : s->from.first;

	if (i >= s->from.end)
		return false;
	*t = (struct sql_table){0};
	if (l->list[i].type == SQL_OPEN) {
		t->query = (struct sql_range){i + 1, l->list[i].match};
		i = sql_lex_skip(l, i);
	} else if (sql_lex_is_name(l, i)) {
		if (i + 2 < s->from.end && l->list[i + 1].type == SQL_DOT)
			i += 2;
		t->name = t->alias = sql_lex_name(&l->list[i++]);
		if (i < s->from.end && l->list[i].type == SQL_OPEN) {
			t->name = (struct span){0}; /* a function: json_each(...) */
			i = sql_lex_skip(l, i);
		}
	}
	i = read_alias(l, i, s->from.end, &t->alias);
	while (i < s->from.end && l->list[i].type != SQL_COMMA && !sql_lex_is(l, i, SQL_JOIN))
		i = sql_lex_skip(l, i);
	*at = i + 1;
	return true;
}

bool
sql_select_with(const struct sql_select *s, size_t *at, struct sql_table *t)
{
	const struct sql_lex *l = s->lex;
	size_t i = *at ? *at : s->with.first;

	if (i >= s->with.end || !sql_lex_is_name(l, i))
		return false;
	*t = (struct sql_table){.name = sql_lex_name(&l->list[i])};
	i++;
	t->named_columns = i < s->with.end && l->list[i].type == SQL_OPEN;
	while (i < s->with.end && !sql_lex_is(l, i, SQL_AS))
		i = sql_lex_skip(l, i);
	while (i < s->with.end && l->list[i].type != SQL_OPEN)
		i++;
	if (i < s->with.end) {
		t->query = (struct sql_range){i + 1, l->list[i].match};
		i = sql_lex_skip(l, i);
	}
	*at = i + 1; /* and the comma */
	return true;
}
