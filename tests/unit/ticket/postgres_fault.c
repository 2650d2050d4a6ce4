/* SPDX-License-Identifier: ISC */
#include "ticket/postgres_fault.h"

#include <string.h>

#include "unit.h"

/* SQLSTATEs, and the status and a part of the message of each. The server's words may be in any
 * language, so only the SQLSTATE decides. */
static void
test_states(void)
{
	static const struct {
		const char *state;
		int status;
		const char *part;
	} rows[] = {
		{"", STATUS_TRY_AGAIN, "db: the words"},
		{"08006", STATUS_TRY_AGAIN, "db: the words"},
		{"22P02", STATUS_DATA, "the words"},
		{"23505", STATUS_DATA, "the words"},
		{"25006", STATUS_PERMISSION, "db: takes no changes"},
		{"28P01", STATUS_PERMISSION, "the words"},
		{"3D000", STATUS_CONFIG, "the words"},
		{"3F000", STATUS_CONFIG, "CREATE SCHEMA"},
		{"40P01", STATUS_TRY_AGAIN, "the words"},
		{"42501", STATUS_PERMISSION, "the words"},
		{"42P01", STATUS_CONFIG, "op-ticket --db URI create"},
		{"42703", STATUS_IO, "the words"},
		{"53100", STATUS_TRY_AGAIN, "the words"},
		{"55P03", STATUS_TRY_AGAIN, "db: it has been locked by another process"},
		{"57014", STATUS_TRY_AGAIN, "the words"},
		{"58030", STATUS_IO, "the words"},
		{"XX001", STATUS_DATA, "the words"},
		{"XX000", STATUS_IO, "the words"},
	};
	struct fault f;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK(postgres_fault(&f, "db", rows[i].state, "the words\nDETAIL: x") == -1);
		CHECK(f.status == rows[i].status);
		CHECK(strstr(f.text, rows[i].part));
		CHECK(!strchr(f.text, '\n'));
	}
}

static void
test_code(void)
{
	char state[6];

	postgres_fault_code("connection to server failed: FATAL:  28000: no entry", state);
	CHECK(strcmp(state, "28000") == 0);
	postgres_fault_code("FATAL:  no: code:  here", state);
	CHECK(strcmp(state, "") == 0);
	postgres_fault_code("", state);
	CHECK(strcmp(state, "") == 0);
}

int
main(void)
{
	test_states();
	test_code();
	return unit_done();
}
