/* SPDX-License-Identifier: ISC */
/* columns, their index, and the order of ids: how a cycle's observations are stored */
#include "check/column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/column_index.h"
#include "check/id_order.h"
#include "stream/ident.h"
#include "unit.h"

static struct arena arena;

static uint32_t
text_of(const char *text)
{
	size_t len = strlen(text);
	uint32_t offset;
	char *room = arena_room(&arena, len + 8, &offset), *at;

	at = arena_put_length(room, len);
	memcpy(at, text, len);
	arena_take(&arena, (size_t)(at - room) + len);
	return offset;
}

static void
test_forms(void)
{
	CHECK(column_form("TEXT") == COLUMN_TEXT && column_form("varchar(9)") == COLUMN_TEXT);
	CHECK(column_form("bigint") == COLUMN_INTEGER && column_form("CHARINT") == COLUMN_INTEGER);
	CHECK(column_form("double") == COLUMN_REAL && column_form("REAL") == COLUMN_REAL);
	CHECK(column_form("") == COLUMN_ANY && column_form("ANY") == COLUMN_ANY);
}

static void
test_values(void)
{
	static const int64_t integers[] = {0, -1, 1, (int64_t)1 << 53, ((int64_t)1 << 53) + 1,
		-((int64_t)1 << 53) - 1, INT64_MAX, INT64_MIN};
	struct column c[4];
	struct value v;

	for (int form = COLUMN_TEXT; form <= COLUMN_ANY; form++)
		column_init(&c[form], (enum column_form)form);
	for (uint32_t i = 0; i < 8; i++) {
		uint32_t row = i * 1000;

		column_set_integer(&c[COLUMN_INTEGER], row, integers[i]);
		column_get(&c[COLUMN_INTEGER], &arena, row, &v);
		CHECK(v.type == VALUE_INTEGER && v.integer == integers[i]);
		column_set_integer(&c[COLUMN_ANY], row, integers[i]);
		column_get(&c[COLUMN_ANY], &arena, row, &v);
		CHECK(v.type == VALUE_INTEGER && v.integer == integers[i]);
	}
	column_set_integer(&c[COLUMN_REAL], 3, 7);
	column_get(&c[COLUMN_REAL], &arena, 3, &v);
	CHECK(v.type == VALUE_REAL && v.real > 6.99 && v.real < 7.01);
	column_set_real(&c[COLUMN_INTEGER], 3, 7.0);
	column_get(&c[COLUMN_INTEGER], &arena, 3, &v);
	CHECK(v.type == VALUE_INTEGER && v.integer == 7);
	column_set_real(&c[COLUMN_INTEGER], 3, 7.5);
	column_get(&c[COLUMN_INTEGER], &arena, 3, &v);
	CHECK(v.type == VALUE_REAL);
	column_set_real(&c[COLUMN_INTEGER], 3, 1e300);
	column_get(&c[COLUMN_INTEGER], &arena, 3, &v);
	CHECK(v.type == VALUE_REAL);
	column_set_text(&c[COLUMN_TEXT], 5000, text_of("Up"));
	column_get(&c[COLUMN_TEXT], &arena, 5000, &v);
	CHECK(v.type == VALUE_TEXT && v.text.len == 2 && !memcmp(v.text.at, "Up", 2));
	for (int form = COLUMN_TEXT; form <= COLUMN_ANY; form++) {
		column_get(&c[form], &arena, 5001, &v);
		CHECK(v.type == VALUE_NULL);
		column_get(&c[form], &arena, 4000000, &v);
		CHECK(v.type == VALUE_NULL);
		column_clear(&c[form]);
		column_get(&c[form], &arena, 3, &v);
		CHECK(v.type == VALUE_NULL);
	}
}

/* How many rows the index gives for a value; 0 if the wanted one is not among them. */
static int
gives(const struct column_index *l, const struct value *v, uint32_t wanted)
{
	int count = 0, found = 0;

	for (uint32_t row = column_index_first(l, v); row != COLUMN_INDEX_NONE;
		row = column_index_next(l, row)) {
		count++;
		found |= row == wanted;
	}
	return found ? count : 0;
}

static void
test_lookup(void)
{
	struct value text = {.type = VALUE_TEXT, .text = {"id77", 4}};
	struct value number = {.type = VALUE_INTEGER, .integer = 77};
	struct value same = {.type = VALUE_REAL, .real = 77.0};
	struct value zero = {.type = VALUE_REAL, .real = -0.0};
	struct column texts, numbers;
	struct column_index a = {0}, b = {0};
	char name[16];

	column_init(&texts, COLUMN_TEXT);
	column_init(&numbers, COLUMN_ANY);
	for (uint32_t i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof name, "id%u", i);
		if (i != 13)
			column_set_text(&texts, i, text_of(name));
		column_set_integer(&numbers, i, i);
	}
	column_index_build(&a, &texts, &arena, 5000);
	column_index_build(&b, &numbers, &arena, 5000);
	CHECK(column_index_serves(&a, &text) && !column_index_serves(&a, &number));
	CHECK(column_index_serves(&b, &number) && column_index_serves(&b, &same) &&
		!column_index_serves(&b, &text));
	CHECK(gives(&a, &text, 77) > 0 && gives(&a, &text, 77) < 20);
	CHECK(gives(&b, &number, 77) > 0 && gives(&b, &same, 77) == gives(&b, &number, 77));
	CHECK(gives(&b, &zero, 0) > 0);
	column_set_text(&numbers, 1, text_of("x"));
	column_index_clear(&b);
	column_index_build(&b, &numbers, &arena, 5000);
	CHECK(!column_index_serves(&b, &number) && !column_index_serves(&b, &text));
	column_index_clear(&a);
	column_index_clear(&b);
	column_clear(&texts);
	column_clear(&numbers);
}

/* Orders the ids PREFIX number SUFFIX; returns whether they ascend, as far as it is usable. */
static int
ordered(const char *prefix, const char *suffix, const unsigned numbers[3], int *usable)
{
	uint32_t count = numbers[0];
	struct column ids;
	struct id_order o = {0};
	struct value a, b;
	char name[64];
	int good = 1;

	column_init(&ids, COLUMN_TEXT);
	for (uint32_t i = 0; i < count; i++) {
		(void)snprintf(
			name, sizeof name, "%s%u%s", prefix, i * numbers[1] % numbers[2], suffix);
		column_set_text(&ids, i, text_of(name));
	}
	id_order_build(&o, &ids, &arena, count);
	*usable = o.usable;
	for (uint32_t i = 1; i < count && o.usable; i++) {
		column_get(&ids, &arena, o.rows ? o.rows[i - 1] : i - 1, &a);
		column_get(&ids, &arena, o.rows ? o.rows[i] : i, &b);
		good &= ident_compare(a.text.at, a.text.len, b.text.at, b.text.len) < 0;
	}
	id_order_clear(&o);
	column_clear(&ids);
	return good;
}

static void
test_order(void)
{
	static const struct {
		const char *prefix, *suffix;
		unsigned numbers[3]; /* count, step, modulus */
		int usable;
	} cases[] = {{"", "", {3000, 1, 3001}, 1}, {"", "", {3000, 7919, 3001}, 1},
		{"", "", {3000, 1, 2999}, 0}, {"", "000000", {3000, 7919, 3001}, 1},
		{"", "0000000000000000", {3000, 7919, 3001}, 1},
		{"tikv-", "", {3000, 7919, 3001}, 1}, {"tikv-", "", {3000, 7919, 2999}, 0},
		{"a-long-name-of-a-store-", "-and-more", {3000, 7919, 3001}, 1},
		{"", ".5", {3000, 7919, 3001}, 1}, {"/mnt/", "", {3000, 7919, 3001}, 1},
		{"00", "", {3000, 7919, 3001}, 1}, {"", "", {0, 1, 1}, 1}, {"", "", {1, 1, 1}, 1}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int usable;
		int good = ordered(cases[i].prefix, cases[i].suffix, cases[i].numbers, &usable);

		CHECK_AS(good && usable == cases[i].usable, cases[i].prefix);
	}
}

int
main(void)
{
	test_forms();
	test_values();
	test_lookup();
	test_order();
	arena_free(&arena);
	return unit_done();
}
