/* SPDX-License-Identifier: ISC */
#include "ticket/ticket.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/number.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/output.h"
#include "ticket/rules.h"

const char *const ticket_statuses[TICKET_STATUSES] = {
	"open", "acknowledged", "diagnosed", "resolved"};

static const char *const names[TICKET_COLUMN_COUNT] = {
	[TICKET_ID] = "id",
	[TICKET_SUBJECT] = "subject",
	[TICKET_CLUSTER] = "cluster",
	[TICKET_KEY] = "violation_key",
	[TICKET_INVARIANT] = "invariant_name",
	[TICKET_STORE] = "store_id",
	[TICKET_STATUS] = "status",
	[TICKET_HELD] = "held",
	[TICKET_HELD_UNTIL] = "held_until",
	[TICKET_FLAPPING] = "flapping",
	[TICKET_FLAP_WINDOW] = "flap_window_s",
	[TICKET_BATCH] = "batch_key",
	[TICKET_COUNT] = "occurrence_count",
	[TICKET_FIRST_SEEN] = "first_seen_at",
	[TICKET_LAST_SEEN] = "last_seen_at",
	[TICKET_OK_SINCE] = "ok_since",
	[TICKET_ABSENT_SINCE] = "absent_since",
	[TICKET_RESOLVED_AT] = "resolved_at",
	[TICKET_RESOLUTION] = "resolution",
	[TICKET_MESSAGE] = "message",
	[TICKET_SEVERITY] = "severity",
	[TICKET_DIAGNOSIS] = "diagnosis",
	[TICKET_SNAPSHOT] = "metric_snapshot",
	[TICKET_CREATED_AT] = "created_at",
	[TICKET_UPDATED_AT] = "updated_at",
	[TICKET_DOC] = "doc",
	[TICKET_LINK] = "link",
	[TICKET_MUTED] = "muted",
	[TICKET_VERDICT] = "verdict",
	[TICKET_VERDICT_SINCE] = "verdict_since",
	[TICKET_REASON] = "reason",
	[TICKET_MISSING] = "missing",
};

static void
column_json(struct json_write *w, struct stmt *row, enum ticket_column name, int column)
{
	size_t len;
	const char *text;

	json_write_key(w, names[name]);
	if (stmt_is_null(row, column)) {
		json_write_null(w);
	} else if (name == TICKET_HELD || name == TICKET_FLAPPING || name == TICKET_MUTED) {
		json_write_bool(w, stmt_i64(row, column) != 0);
	} else if (stmt_is_integer(row, column)) {
		json_write_i64(w, stmt_i64(row, column));
	} else if (name == TICKET_FLAP_WINDOW) {
		json_write_double(w, stmt_double(row, column));
	} else {
		text = stmt_text(row, column, &len);
		if (name == TICKET_SNAPSHOT || name == TICKET_MISSING)
			json_write_raw(w, text, len);
		else
			json_write_string_n(w, text, len);
	}
}

int
ticket_id_parse(const char *text, int64_t *id)
{
	if (strncmp(text, "TKT-", 4) == 0 || strncmp(text, "tkt-", 4) == 0)
		text += 4;
	if (*text < '0' || *text > '9')
		return -1;
	return number_i64(text, strlen(text), 1, INT64_MAX, id);
}

void
ticket_json(struct json_write *w, struct stmt *row, int first)
{
	for (int i = 0; i < TICKET_COLUMN_COUNT; i++)
		column_json(w, row, (enum ticket_column)i, first + i);
}

static void
put_column(struct output *o, struct stmt *row, enum ticket_column name, int column)
{
	const char *key = names[name];
	struct span text;

	if (stmt_is_null(row, column)) {
		output_null(o, key);
	} else if (name == TICKET_HELD || name == TICKET_FLAPPING || name == TICKET_MUTED) {
		output_bool(o, key, stmt_i64(row, column) != 0);
	} else if (stmt_is_integer(row, column)) {
		output_i64(o, key, stmt_i64(row, column));
	} else if (name == TICKET_FLAP_WINDOW) {
		output_double(o, key, stmt_double(row, column));
	} else {
		text = stmt_span(row, column);
		if (name == TICKET_SNAPSHOT || name == TICKET_MISSING)
			output_json(o, key, text);
		else
			output_span(o, key, text);
	}
}

void
ticket_put(struct output *o, struct stmt *row, int first)
{
	for (int i = 0; i < TICKET_COLUMN_COUNT; i++)
		put_column(o, row, (enum ticket_column)i, first + i);
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
	return fault_set(f, STATUS_DATA, "the database is corrupt: %s of a ticket is not a time",
		stmt_name(row, column));
}

struct span
ticket_keep(struct arena *t, struct stmt *row, int column)
{
	return arena_copy(t, stmt_span(row, column));
}
