/* SPDX-License-Identifier: ISC */
#include "ticket/ticket.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/rules.h"

static void
column_json(struct json_write *w, struct stmt *row, int column)
{
	size_t len;
	const char *text;

	json_write_key(w, stmt_name(row, column));
	if (stmt_is_null(row, column)) {
		json_write_null(w);
	} else if (column == TICKET_HELD || column == TICKET_FLAPPING) {
		json_write_bool(w, stmt_i64(row, column) != 0);
	} else if (stmt_is_integer(row, column)) {
		json_write_i64(w, stmt_i64(row, column));
	} else if (column == TICKET_FLAP_WINDOW) {
		json_write_double(w, stmt_double(row, column));
	} else {
		text = stmt_text(row, column, &len);
		if (column == TICKET_SNAPSHOT)
			json_write_raw(w, text, len);
		else
			json_write_string_n(w, text, len);
	}
}

void
ticket_json(struct json_write *w, struct stmt *row)
{
	for (int i = 0; i < TICKET_COLUMN_COUNT; i++)
		column_json(w, row, i);
}

int
ticket_when(struct stmt *row, int column, int64_t *ms, struct fault *f)
{
	size_t len;
	const char *text = stmt_text(row, column, &len);

	if (!text) {
		*ms = TIMESTAMP_NEVER;
		return 0;
	}
	if (timestamp_parse(text, len, ms) == 0)
		return 0;
	return fault_set(f, STATUS_DATA, "the database is corrupt: %s of a ticket is no time",
		stmt_name(row, column));
}

struct span
ticket_keep(struct arena *t, struct stmt *row, int column)
{
	size_t len;
	const char *text = stmt_text(row, column, &len);
	char *copy;

	if (!text)
		return span_of(NULL);
	copy = arena_alloc(t, len);
	memcpy(copy, text, len);
	return (struct span){copy, len};
}
