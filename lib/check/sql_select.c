/* SPDX-License-Identifier: ISC */
#include "check/sql_select.h"

#include <string.h>

static bool
is_one_of(const struct sql_lex *l, size_t i, const char *const *words, size_t count)
{
	for (size_t n = 0; n < count; n++)
		if (sql_lex_is(l, i, words[n]))
			return true;
	return false;
}

#define IS_ONE_OF(l, i, words) is_one_of(l, i, words, sizeof(words) / sizeof *(words))

bool
sql_select_keyword(const struct sql_lex *l, size_t i)
{
	static const char *const words[] = {"AND", "AS", "BETWEEN", "CASE", "CAST", "COLLATE",
		"DISTINCT", "ELSE", "END", "ESCAPE", "EXISTS", "FALSE", "FILTER", "FROM", "GLOB",
		"IN", "IS", "ISNULL", "LIKE", "MATCH", "NOT", "NOTNULL", "NULL", "OR", "OVER",
		"REGEXP", "THEN", "TRUE", "WHEN"};

	return IS_ONE_OF(l, i, words);
}

/* Does the call at i have two arguments or more? */
static bool
has_comma(const struct sql_lex *l, size_t open)
{
	for (size_t i = open + 1; i < l->list[open].match; i = sql_lex_skip(l, i))
		if (l->list[i].type == SQL_COMMA)
			return true;
	return false;
}

size_t
sql_select_aggregate(const struct sql_lex *l, size_t i)
{
	static const char *const names[] = {"avg", "count", "group_concat", "json_group_array",
		"json_group_object", "median", "percentile", "percentile_cont", "percentile_disc",
		"string_agg", "sum", "total"};
	size_t end;
	bool is;

	if (!sql_lex_is_name(l, i) || i + 1 >= l->count || l->list[i + 1].type != SQL_OPEN ||
		sql_select_keyword(l, i))
		return 0;
	is = IS_ONE_OF(l, i, names) ||
	     ((sql_lex_is(l, i, "min") || sql_lex_is(l, i, "max")) && !has_comma(l, i + 1));
	end = sql_lex_skip(l, i + 1);
	if (sql_lex_is(l, end, "FILTER") && end + 1 < l->count) {
		end = sql_lex_skip(l, end + 1);
		is = true;
	}
	if (sql_lex_is(l, end, "OVER") && end + 1 < l->count) {
		end = sql_lex_skip(l, end + 1);
		is = true;
	}
	return is ? end : 0;
}

/* The end of a clause: the next word at its depth that begins another one. */
static size_t
clause_end(const struct sql_lex *l, size_t i, size_t end)
{
	static const char *const words[] = {"FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER",
		"LIMIT", "UNION", "INTERSECT", "EXCEPT"};

	for (; i < end; i = sql_lex_skip(l, i))
		if (IS_ONE_OF(l, i, words) &&
			!(sql_lex_is(l, i, "FROM") && i && sql_lex_is(l, i - 1, "DISTINCT")))
			return i;
	return end;
}

static bool
calls_aggregate(const struct sql_lex *l, struct sql_range r)
{
	for (size_t i = r.first; i < r.end; i++) {
		size_t end = sql_select_aggregate(l, i);

		if (l->list[i].type == SQL_OPEN &&
			(sql_lex_is(l, i + 1, "SELECT") || sql_lex_is(l, i + 1, "WITH")))
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
	if (sql_lex_is(l, i, "WITH")) {
		s->with.first = i + 1 + sql_lex_is(l, i + 1, "RECURSIVE");
		while (i < range.end && !sql_lex_is(l, i, "SELECT"))
			i = sql_lex_skip(l, i);
		s->with.end = i;
	}
	if (i >= range.end || !sql_lex_is(l, i, "SELECT"))
		return -1;
	i++;
	s->distinct = sql_lex_is(l, i, "DISTINCT");
	s->columns.first = i + (s->distinct || sql_lex_is(l, i, "ALL"));
	s->columns.end = i = clause_end(l, s->columns.first, range.end);
	s->aggregate = calls_aggregate(l, s->columns);
	for (; i < range.end; i = clause_end(l, i + 1, range.end)) {
		if (sql_lex_is(l, i, "FROM"))
			s->from = (struct sql_range){i + 1, clause_end(l, i + 1, range.end)};
		else if (sql_lex_is(l, i, "GROUP"))
			s->aggregate = true;
		s->compound = sql_lex_is(l, i, "UNION") || sql_lex_is(l, i, "INTERSECT") ||
			      sql_lex_is(l, i, "EXCEPT");
		s->all = sql_lex_is(l, i, "UNION") && sql_lex_is(l, i + 1, "ALL");
		s->next = i + 1 + s->all;
		if (s->compound)
			break;
	}
	return s->columns.first < s->columns.end ? 0 : -1;
}

/* Can an operand end with this token, so that a name after it is an alias? */
static bool
ends_operand(const struct sql_lex *l, size_t i)
{
	switch (l->list[i].type) {
	case SQL_WORD:
		return !sql_select_keyword(l, i) || sql_lex_is(l, i, "END") ||
		       sql_lex_is(l, i, "NULL") || sql_lex_is(l, i, "TRUE") ||
		       sql_lex_is(l, i, "FALSE") || sql_lex_is(l, i, "ISNULL") ||
		       sql_lex_is(l, i, "NOTNULL");
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
	if (last > c->expression.first && sql_lex_is(l, last - 1, "AS"))
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
	static const char *const words[] = {"ON", "USING", "JOIN", "LEFT", "RIGHT", "FULL", "INNER",
		"OUTER", "CROSS", "NATURAL", "INDEXED", "NOT"};

	if (i < end && sql_lex_is(l, i, "AS"))
		i++;
	else if (IS_ONE_OF(l, i, words))
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
	while (i < s->from.end && l->list[i].type != SQL_COMMA && !sql_lex_is(l, i, "JOIN"))
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
	while (i < s->with.end && !sql_lex_is(l, i, "AS"))
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
