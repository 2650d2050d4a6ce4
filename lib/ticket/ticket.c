/* SPDX-License-Identifier: ISC */
#include "ticket/ticket.h"

#include <string.h>

#include "base/fault.h"
#include "base/jsonw.h"
#include "base/when.h"
#include "ticket/db.h"
#include "ticket/rule.h"

static void
column_json(struct jsonw *w, struct stmt *row, int column)
{
	size_t len;
	const char *text;

	jsonw_key(w, stmt_name(row, column));
	if (stmt_is_null(row, column)) {
		jsonw_null(w);
	} else if (column == TICKET_HELD || column == TICKET_FLAPPING) {
		jsonw_bool(w, stmt_i64(row, column) != 0);
	} else if (stmt_is_integer(row, column)) {
		jsonw_i64(w, stmt_i64(row, column));
	} else if (column == TICKET_FLAP_WINDOW) {
		jsonw_double(w, stmt_double(row, column));
	} else {
		text = stmt_text(row, column, &len);
		if (column == TICKET_SNAPSHOT)
			jsonw_raw(w, text, len);
		else
			jsonw_string_n(w, text, len);
	}
}

void
ticket_json(struct jsonw *w, struct stmt *row)
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
		*ms = RULE_NEVER;
		return 0;
	}
	if (when_parse(text, len, ms) == 0)
		return 0;
	return fault_set(f, STATUS_DATA, "the database is corrupt: %s of a ticket is no time",
		stmt_name(row, column));
}
