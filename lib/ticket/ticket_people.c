/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_people.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/vis.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/ticket.h"
#include "ticket/ticket_table.h"

static void
add_text(struct buf *out, const char *text)
{
	vis_add(out, text, strlen(text)); /* whoever prints it asks whether it is full */
}

static void
add_label(struct buf *out, const char *label)
{
	buf_printf(out, "  %-11s ", label);
}

void
people_batch(struct buf *out, const char *batch, const char *subject, const char *cluster)
{
	add_text(out, batch);
	buf_add_text(out, " of ");
	add_text(out, subject);
	buf_add_char(out, '/');
	add_text(out, cluster);
	buf_add_text(out, "\n\n");
}

static void
add_line(struct buf *out, struct stmt *row, const char *label, int column)
{
	const char *text = stmt_text(row, column, NULL);

	if (!text)
		return;
	add_label(out, label);
	add_text(out, text);
	buf_add_char(out, '\n');
}

static void
add_when(struct buf *out, struct stmt *row, const char *label, int column, int64_t now_ms)
{
	const char *text = stmt_text(row, column, NULL);
	char age[32];

	if (!text)
		return;
	ticket_age(age, text, now_ms);
	add_label(out, label);
	add_text(out, text);
	buf_printf(out, " (%s ago)\n", age);
}

static void
add_head(struct buf *out, struct stmt *row)
{
	const char *until = stmt_text(row, TICKET_HELD_UNTIL, NULL);

	buf_printf(out, "TKT-%lld  ", (long long)stmt_i64(row, TICKET_ID));
	add_text(out, stmt_text(row, TICKET_STATUS, NULL));
	buf_add_text(out, "  ");
	add_text(out, stmt_text(row, TICKET_SEVERITY, NULL));
	if (stmt_i64(row, TICKET_HELD))
		buf_add_text(out, until ? "  HELD until " : "  HELD");
	if (stmt_i64(row, TICKET_HELD) && until)
		add_text(out, until);
	if (stmt_i64(row, TICKET_FLAPPING))
		buf_add_text(out, "  FLAPPING");
	buf_add_char(out, '\n');
}

/* One line a member; what is not a plain value stays JSON. */
static void
add_snapshot(struct buf *out, const char *text, size_t len)
{
	struct json_read *j = json_read_open();
	struct json_text key, value;

	buf_add_text(out, "  metrics when it was opened\n");
	json_read_start(j, text, len);
	if (json_read_enter(j, JSON_OBJECT) == 0) {
		while (json_read_member(j, &key) > 0 && json_read_raw(j, &value) == 0) {
			buf_add_text(out, "    ");
			vis_add(out, key.at, key.len);
			buf_add_text(out, " = ");
			vis_add(out, value.at, value.len);
			buf_add_char(out, '\n');
		}
	}
	json_read_close(j);
}

static void
add_diagnosis(struct buf *out, const char *text, size_t len)
{
	buf_add_text(out, "  diagnosis\n");
	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;

		buf_add_text(out, "    ");
		vis_add_lines(out, text, n);
		buf_add_char(out, '\n');
		n += newline != NULL;
		text += n;
		len -= n;
	}
}

void
people_ticket(struct buf *out, struct stmt *row, int64_t now_ms)
{
	size_t len;
	const char *text;

	add_head(out, row);
	add_line(out, row, "message", TICKET_MESSAGE);
	add_line(out, row, "invariant", TICKET_INVARIANT);
	add_line(out, row, "store", TICKET_STORE);
	add_line(out, row, "subject", TICKET_SUBJECT);
	add_line(out, row, "cluster", TICKET_CLUSTER);
	add_line(out, row, "count", TICKET_COUNT);
	add_when(out, row, "first seen", TICKET_FIRST_SEEN, now_ms);
	add_when(out, row, "last seen", TICKET_LAST_SEEN, now_ms);
	add_when(out, row, "ok since", TICKET_OK_SINCE, now_ms);
	add_when(out, row, "absent since", TICKET_ABSENT_SINCE, now_ms);
	add_when(out, row, "resolved", TICKET_RESOLVED_AT, now_ms);
	add_line(out, row, "resolution", TICKET_RESOLUTION);
	add_line(out, row, "batch", TICKET_BATCH);
	text = stmt_text(row, TICKET_SNAPSHOT, &len);
	if (text)
		add_snapshot(out, text, len);
	text = stmt_text(row, TICKET_DIAGNOSIS, &len);
	if (text)
		add_diagnosis(out, text, len);
	buf_add_text(out, "  events\n");
}

void
people_event(struct buf *out, struct stmt *row)
{
	const char *event = stmt_text(row, LEDGER_EVENT, NULL);
	size_t len;
	const char *note = stmt_text(row, LEDGER_NOTE, &len);

	buf_add_text(out, "    ");
	add_text(out, stmt_text(row, LEDGER_AT, NULL));
	buf_add_text(out, "  ");
	add_text(out, event);
	buf_add_text(out, " by ");
	add_text(out, stmt_text(row, LEDGER_ACTOR, NULL));
	if (note && strcmp(event, "diagnosed") == 0)
		buf_printf(out, " (%zu bytes)", len); /* it is shown above, or was replaced */
	else if (note) {
		buf_add_text(out, ": ");
		add_text(out, note);
	}
	buf_add_char(out, '\n');
}
