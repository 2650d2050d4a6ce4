/* SPDX-License-Identifier: ISC */
#include "check/verdict_reads.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/sql_lex.h"
#include "check/sql_select.h"

enum { NAMES_MAX = 62, DEPTH_MAX = 8, SQL_MAX = 2 << 20, TERMS_MAX = 1 << 16 };

/* A text to insert into the query, after a token. */
struct insertion {
	size_t after;
	char *text;
};

/* A query and those around it, whose WITHs are visible. */
struct scope {
	const struct sql_select *select;
	const struct scope *outer;
};

struct work {
	struct verdict_reads *out;
	const struct sql_lex *lex;
	enum verdict_reads_form form;
	bool through;
	struct insertion *insertions;
	size_t insertion_count, insertion_cap;
	unsigned made; /* columns that were added to subqueries */
};

static bool scan(
	struct work *w, const struct scope *s, struct sql_range r, int depth, struct buf *terms);

static void
insert(struct work *w, size_t after, const char *text)
{
	w->insertions = mem_grow(
		w->insertions, w->insertion_count, &w->insertion_cap, sizeof *w->insertions);
	w->insertions[w->insertion_count++] = (struct insertion){after, mem_copy(text)};
}

/* The number of a name; NAMES_MAX if there are too many. */
static size_t
number_of(struct work *w, struct span name)
{
	struct verdict_reads *r = w->out;

	for (size_t i = 0; i < r->count; i++)
		if (sql_lex_same(span_of(r->names[i]), name))
			return i;
	if (r->count == NAMES_MAX)
		return NAMES_MAX;
	r->names = mem_grow(r->names, r->count, &r->cap, sizeof *r->names);
	r->names[r->count] = mem_copy_n(name.at, name.len);
	return r->count++;
}

static void
join_term(const struct work *w, struct buf *terms)
{
	if (terms->len)
		buf_add_text(terms, w->form == VERDICT_READS_MASK ? " | " : " || ");
}

/* A name as a text of SQL. */
static void
add_quoted(struct buf *b, struct span name)
{
	buf_add_char(b, '\'');
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] == '\'')
			buf_add_char(b, '\'');
		buf_add_char(b, name.at[i]);
	}
	buf_add_char(b, '\'');
}

/* The term of an expression that is read for the column `name`. */
static void
add_term(struct work *w, struct span expression, struct span name, struct buf *terms)
{
	size_t number = number_of(w, name);
	struct buf term;

	if (number == NAMES_MAX || w->form == VERDICT_READS_ROWS)
		return;
	buf_init(&term, TERMS_MAX);
	if (w->form == VERDICT_READS_MASK) {
		buf_printf(&term, "(%.*s IS NULL)", (int)expression.len, expression.at);
		if (number) /* << has no higher precedence than | */
			buf_printf(&term, " * %" PRId64, INT64_C(1) << number);
	} else {
		buf_add_char(&term, '(');
		add_quoted(&term, name);
		buf_printf(&term, " || ' = ' || quote(%.*s) || char(10))", (int)expression.len,
			expression.at);
	}
	if (!strstr(terms->data, term.data)) { /* it may read a column twice */
		join_term(w, terms);
		buf_add(terms, term.data, term.len);
	}
	buf_free(&term);
}

static struct span
text_of(const struct work *w, size_t first, size_t end)
{
	const struct sql_token *a = &w->lex->list[first], *b = &w->lex->list[end - 1];

	return (struct span){a->text.at, (size_t)(b->text.at + b->text.len - a->text.at)};
}

/* Whether the result of a query has a column of that name. */
static bool
find_column(const struct sql_select *s, struct span name, struct sql_column *c)
{
	size_t at = 0;

	while (sql_select_column(s, &at, c))
		if (c->name.at && sql_lex_same(c->name, name))
			return true;
	return false;
}

/* The query of a table that is a subquery or a visible table of a WITH; false for any other. */
static bool
find_query(const struct scope *s, const struct sql_table *t, struct sql_table *query,
	const struct scope **where)
{
	size_t at;

	*query = *t;
	*where = s;
	if (!t->name.at)
		return t->query.first < t->query.end;
	for (; s; s = s->outer) {
		at = 0;
		while (sql_select_with(s->select, &at, query)) {
			*where = s;
			if (sql_lex_same(query->name, t->name))
				return true;
		}
	}
	return false;
}

/*
 * Looks through a column of a subquery: adds a column to it for what that one is computed from, and
 * names it in terms. False if the column counts as itself.
 */
static bool
look_through(struct work *w, const struct scope *s, const struct sql_table *t, struct span name,
	int depth, struct buf *terms)
{
	struct sql_table query;
	struct sql_select inner;
	struct sql_column column;
	const struct scope *where;
	struct scope scope;
	struct buf own;
	bool found;

	if (!find_query(s, t, &query, &where) || query.named_columns ||
		sql_select_read(&inner, w->lex, query.query) || inner.compound || inner.distinct ||
		inner.aggregate || !find_column(&inner, name, &column))
		return false;
	scope = (struct scope){&inner, where};
	buf_init(&own, TERMS_MAX);
	found = scan(w, &scope, column.expression, depth + 1, &own) && own.len && !own.full;
	if (found) {
		struct buf text;

		buf_init(&text, TERMS_MAX + 64);
		buf_printf(&text, ", (%s) AS \"op reads %u\"", own.data, w->made);
		insert(w, inner.columns.end - 1, text.data);
		buf_free(&text);
		join_term(w, terms);
		buf_add_text(terms, "coalesce(");
		if (t->alias.at)
			buf_printf(terms, "\"%.*s\".", (int)t->alias.len, t->alias.at);
		buf_printf(terms, "\"op reads %u\", %s)", w->made++,
			w->form == VERDICT_READS_MASK ? "0" : "''");
	}
	buf_free(&own);
	return found;
}

/* Adds the term of a column that the tokens from first to end name. */
static void
add_column(struct work *w, const struct scope *s, size_t first, size_t end, int depth,
	struct buf *terms)
{
	struct span name = sql_lex_name(&w->lex->list[end - 1]);
	struct span qualifier = {0};
	struct sql_table t;
	size_t at = 0;

	if (end - first > 1)
		qualifier = sql_lex_name(&w->lex->list[end - 3]);
	while (w->through && depth < DEPTH_MAX && sql_select_table(s->select, &at, &t)) {
		if (qualifier.at && !(t.alias.at && sql_lex_same(t.alias, qualifier)))
			continue;
		if (look_through(w, s, &t, name, depth, terms))
			return;
	}
	add_term(w, text_of(w, first, end), name, terms);
}

/* An aggregate counts as the columns among its arguments, and is NULL as a whole. */
static void
add_aggregate(struct work *w, size_t first, size_t end, struct buf *terms)
{
	struct span all = text_of(w, first, end);

	for (size_t i = first + 2; i < w->lex->list[first + 1].match; i++)
		if (sql_lex_is_name(w->lex, i) && !sql_select_keyword(w->lex, i) &&
			w->lex->list[i + 1].type != SQL_OPEN && w->lex->list[i + 1].type != SQL_DOT)
			add_term(w, all, sql_lex_name(&w->lex->list[i]), terms);
}

/* The token after a column's name, with or without a table's; first if there is none. */
static size_t
column_end(const struct sql_lex *l, size_t first, size_t end)
{
	size_t i = first;

	if (!sql_lex_is_name(l, i) || sql_select_keyword(l, i) ||
		(i + 1 < end && l->list[i + 1].type == SQL_OPEN))
		return first;
	while (i + 2 < end && l->list[i + 1].type == SQL_DOT)
		i += 2;
	return i + 1;
}

/* Adds the terms of all columns of the row that an expression reads; subqueries are no part of it.
 */
static bool
scan(struct work *w, const struct scope *s, struct sql_range r, int depth, struct buf *terms)
{
	const struct sql_lex *l = w->lex;

	for (size_t i = r.first; i < r.end;) {
		size_t end = sql_select_aggregate(l, i);

		if (end) {
			add_aggregate(w, i, end, terms);
			i = end;
		} else if (l->list[i].type == SQL_OPEN &&
			   (sql_lex_is(l, i + 1, SQL_SELECT) || sql_lex_is(l, i + 1, SQL_WITH))) {
			i = sql_lex_skip(l, i);
		} else if (sql_lex_is(l, i, SQL_COLLATE)) {
			i += 2;
		} else if (sql_lex_is(l, i, SQL_AS)) { /* CAST(x AS TYPE) */
			while (i < r.end && l->list[i].type != SQL_CLOSE)
				i = sql_lex_skip(l, i);
		} else {
			end = column_end(l, i, r.end);
			if (end > i)
				add_column(w, s, i, end, depth, terms);
			i = end > i ? end : i + 1;
		}
	}
	return !terms->full;
}

/* Finds the column `violated`, or the one at *index if that is not 0; -1 if there is none. */
static int
find_violated(const struct sql_select *s, size_t *index, struct sql_column *c)
{
	size_t at = 0, i = 1;

	for (; sql_select_column(s, &at, c); i++) {
		if (c->star && *index)
			return -1;
		if (*index ? i == *index : sql_lex_same(c->name, span_of("violated"))) {
			*index = i;
			return 0;
		}
	}
	return -1;
}

/* Whether store_id is a column "id", with or without the name of its table. */
static bool
has_own_ids(const struct work *w, const struct sql_select *s)
{
	struct sql_column c;
	size_t count;

	if (!find_column(s, span_of("store_id"), &c))
		return false;
	count = c.expression.end - c.expression.first;
	return (count == 1 ||
		       (count == 3 && w->lex->list[c.expression.first + 1].type == SQL_DOT)) &&
	       sql_lex_is_name(w->lex, c.expression.end - 1) &&
	       sql_lex_same(sql_lex_name(&w->lex->list[c.expression.end - 1]), span_of("id"));
}

/* Finds the table, if the rows of the query are those of one table alone; -1 if not. */
static int
find_table(struct work *w, const struct sql_select *s)
{
	static const uint64_t others = SQL_BIT(SQL_GROUP) | SQL_BIT(SQL_HAVING) |
				       SQL_BIT(SQL_WINDOW) | SQL_BIT(SQL_ORDER) |
				       SQL_BIT(SQL_LIMIT) | SQL_BIT(SQL_OVER);
	struct sql_table t, second;
	size_t at = 0, selects = 0;

	if (w->lex->keywords & others)
		return -1;
	for (size_t i = 0; i < w->lex->count; i++)
		if (sql_lex_is(w->lex, i, SQL_SELECT) && selects++)
			return -1;
	if (s->aggregate || !sql_select_table(s, &at, &t) || sql_select_table(s, &at, &second) ||
		!t.name.at)
		return -1;
	w->out->table = t.name;
	w->out->own_ids = has_own_ids(w, s);
	return 0;
}

/* Adds the column to each SELECT of the query. */
static int
extend(struct work *w)
{
	struct sql_range range = {0, w->lex->count};
	struct sql_select s, first;
	struct scope outer = {&first, NULL};
	struct sql_column column;
	size_t index = 0;
	bool more = true;

	for (bool is_first = true; more; is_first = false) {
		struct buf terms;
		bool good;

		if (sql_select_read(&s, w->lex, range) || s.distinct || (s.compound && !s.all) ||
			find_violated(&s, &index, &column) ||
			(w->form == VERDICT_READS_ROWS && find_table(w, &s)))
			return -1;
		if (is_first)
			first = s;
		buf_init(&terms, TERMS_MAX);
		buf_add_text(&terms, "");
		good = scan(w, &(struct scope){&s, is_first ? NULL : &outer}, column.expression, 0,
			&terms);
		if (good && w->form != VERDICT_READS_ROWS) {
			struct buf text;

			buf_init(&text, TERMS_MAX + 64);
			buf_printf(&text, ", (%s) AS \"" VERDICT_READS_COLUMN "\"",
				terms.len			? terms.data
				: w->form == VERDICT_READS_MASK ? "0"
								: "''");
			insert(w, s.columns.end - 1, text.data);
			buf_free(&text);
		}
		buf_free(&terms);
		if (!good)
			return -1;
		more = s.compound;
		range.first = s.next;
	}
	return w->out->count ? 0 : -1;
}

/* Writes the query with all that was inserted. */
static void
write_query(struct work *w)
{
	const char *at = w->lex->list[0].text.at;

	for (size_t i = 0; i < w->lex->count; i++) {
		const char *end = w->lex->list[i].text.at + w->lex->list[i].text.len;

		buf_add(&w->out->sql, at, (size_t)(end - at));
		at = end;
		for (size_t n = 0; n < w->insertion_count; n++)
			if (w->insertions[n].after == i)
				buf_add_text(&w->out->sql, w->insertions[n].text);
	}
}

int
verdict_reads_find(struct verdict_reads *r, const struct sql_lex *lex, enum verdict_reads_form form,
	int through)
{
	struct work w = {.out = r, .lex = lex, .form = form, .through = through != 0};
	int result;

	*r = (struct verdict_reads){0};
	buf_init(&r->sql, SQL_MAX);
	result = extend(&w);
	if (!result && form != VERDICT_READS_ROWS)
		write_query(&w);
	if (r->sql.full)
		result = -1;
	for (size_t i = 0; i < w.insertion_count; i++)
		free(w.insertions[i].text);
	free(w.insertions);
	return result;
}

void
verdict_reads_free(struct verdict_reads *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->names[i]);
	free(r->names);
	buf_free(&r->sql);
	*r = (struct verdict_reads){0};
}
