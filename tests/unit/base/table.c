/* SPDX-License-Identifier: ISC */
#include "base/table.h"

#include <stdio.h>
#include <time.h>

#include "base/fault.h"
#include "base/text.h"
#include "unit.h"

/* The processor time that a table of so many rows takes, in clock ticks. */
static double
cost(int rows)
{
	struct table *t = table_open();
	FILE *out = fopen("/dev/null", "w");
	clock_t begin = clock();
	struct fault f;
	char id[32];

	if (!out)
		return 0;
	table_column(t, "ID", TABLE_RIGHT);
	table_column(t, "CLUSTER", TABLE_VARIED);
	table_column(t, "MESSAGE", 0);
	for (int i = 0; i < rows; i++) {
		table_row(t);
		text_format(id, sizeof id, "%d", i);
		table_cell(t, 0, id, TABLE_PLAIN);
		table_cell(t, 1, "default", TABLE_PLAIN);
		table_cell(t, 2, "Store 1 is Down", TABLE_PLAIN);
	}
	CHECK(table_print_as(t, out, 24, false, &f) == 0);
	table_close(t);
	CHECK(fclose(out) == 0);
	return (double)(clock() - begin);
}

/* 16 times the rows cost about 16 times as much, not 256 times. */
static void
test_cost_grows_with_the_rows(void)
{
	double small = 0, large = 0;

	for (int i = 0; i < 5; i++) { /* the best of a few, since other processes run too */
		double one = cost(2000), other = cost(32000);

		small = i && small < one ? small : one;
		large = i && large < other ? large : other;
	}
	CHECK(large < 64 * small);
}

static void
test_no_rows(void)
{
	struct table *t = table_open();
	FILE *out = fopen("/dev/null", "w");
	struct fault f;

	table_column(t, "CLUSTER", TABLE_VARIED);
	CHECK(table_print_as(t, out, 80, false, &f) == 0);
	table_close(t);
	CHECK(fclose(out) == 0);
}

int
main(void)
{
	test_no_rows();
	test_cost_grows_with_the_rows();
	return unit_done();
}
