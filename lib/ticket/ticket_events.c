/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_events.h"

#include <poll.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/vis.h"
#include "ticket/database.h"
#include "ticket/event_line.h"
#include "ticket/ledger.h"
#include "ticket/tickets.h"

enum {
	PIECE = 1 << 22, /* bytes that are read before they are printed */
	PIECE_MAX = 1 << 30,
	LOOK_EVERY_MS = 500,
};

static struct span
column(struct stmt *row, int n)
{
	struct span text;

	text.at = stmt_text(row, n, &text.len);
	return text;
}

static void
add_json(struct buf *out, struct stmt *row)
{
	const struct event_line line = {
		.id = stmt_i64(row, LEDGER_ID),
		.ticket_id = stmt_i64(row, LEDGER_TICKET),
		.event = column(row, LEDGER_EVENT),
		.at = column(row, LEDGER_AT),
		.actor = column(row, LEDGER_ACTOR),
		.note = column(row, LEDGER_NOTE),
		.muted = stmt_i64(row, LEDGER_MUTED) != 0,
	};

	event_line_json(out, &line, row, LEDGER_COLUMNS);
}

static void
add_line(struct buf *out, struct stmt *row)
{
	const char *event = stmt_text(row, LEDGER_EVENT, NULL);
	size_t actor_len, len;
	const char *actor = stmt_text(row, LEDGER_ACTOR, &actor_len);
	const char *note = stmt_text(row, LEDGER_NOTE, &len);

	buf_printf(out, "%s  TKT-%-6lld  %-12s  ", stmt_text(row, LEDGER_AT, NULL),
		(long long)stmt_i64(row, LEDGER_TICKET), event);
	vis_add(out, actor, actor_len);
	if (note && strcmp(event, "diagnosed") == 0) {
		buf_printf(out, "  %zu bytes", len);
	} else if (note) {
		buf_add_text(out, "  ");
		vis_add(out, note, len);
	}
}

/* 1: there may be more, 0: that was all, -1. */
static int
read_piece(struct database *db, int64_t ticket, enum ticket_format format, int64_t began,
	int64_t *last, struct buf *out, struct fault *f)
{
	struct stmt *row = ledger_after(db, *last, ticket, f);
	int got = -1;

	if (!row)
		return -1;
	while (out->len < PIECE && (got = stmt_step(row, f)) > 0) {
		if (format == FORMAT_JSON && *last != began)
			buf_add_text(out, ",\n");
		*last = stmt_i64(row, LEDGER_ID);
		if (format == FORMAT_TABLE)
			add_line(out, row);
		else
			add_json(out, row);
		if (format != FORMAT_JSON)
			buf_add_char(out, '\n');
	}
	if (got > 0)
		stmt_reset(row);
	if (got >= 0 && out->full)
		return fault_set(f, STATUS_TRY_AGAIN, "an event is larger than memory");
	return got;
}

static int
expect_ticket(struct database *db, int64_t ticket, struct fault *f)
{
	int got = db ? tickets_have(db, ticket, f) : 0;

	if (got == 0)
		return fault_set(f, STATUS_NO, "there is no ticket %lld", (long long)ticket);
	return got < 0 ? -1 : 0;
}

int
ticket_events(struct database *db, int64_t ticket, enum ticket_format format, int64_t *last,
	FILE *out, struct fault *f)
{
	const int64_t began = *last;
	struct buf piece;
	int got = db ? 1 : 0;

	if (ticket && expect_ticket(db, ticket, f))
		return -1;
	buf_init(&piece, PIECE_MAX);
	(void)fputs(format == FORMAT_JSON ? "[" : "", out); /* whoever closes the FILE looks */
	while (got > 0 && !ferror(out)) {
		buf_clear(&piece);
		got = read_piece(db, ticket, format, began, last, &piece, f);
		if (got >= 0)
			(void)fwrite(piece.data, 1, piece.len, out);
	}
	if (got >= 0)
		(void)fputs(format == FORMAT_JSON ? "]\n" : "", out);
	buf_free(&piece);
	return got < 0 ? -1 : 0;
}

bool
ticket_events_wait(FILE *out)
{
	struct pollfd reader = {.fd = fileno(out)};

	return poll(&reader, 1, LOOK_EVERY_MS) <= 0;
}
