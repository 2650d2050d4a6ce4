/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_list.h"

#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/rules.h"
#include "ticket/ticket.h"
#include "ticket/ticket_table.h"
#include "ticket/tickets.h"

enum {
	PIECE = 1 << 24, /* bytes of JSON that are read before they are printed */
	PIECE_MAX = 1 << 30,
};

static void
add_row(struct buf *out, struct stmt *row)
{
	struct json_write w;

	json_write_init(&w, out);
	json_write_object(&w);
	ticket_json(&w, row, 0);
	json_write_object_end(&w);
}

/*
 * Reads the next piece of rows into out, below *below, which it lowers.
 * lead comes before the first row, then separator before each; 1: more may
 * follow, 0: that was all, -1.
 */
static int
read_piece(struct database *db, const struct tickets_filter *filter, const char *separator,
	int64_t *below, struct buf *out, struct fault *f)
{
	struct stmt *row = tickets_list(db, filter, *below, f);
	bool first = *below == INT64_MAX;
	int got = -1;

	if (!row)
		return -1;
	while (out->len < PIECE && (got = stmt_step(row, f)) > 0) {
		buf_add_text(out, first ? "" : separator);
		first = false;
		*below = stmt_i64(row, TICKET_ID);
		add_row(out, row);
		if (out->full) {
			stmt_reset(row);
			return fault_set(f, STATUS_TRY_AGAIN, "a ticket is larger than memory");
		}
	}
	if (got > 0)
		stmt_reset(row);
	return got;
}

static int
print_json(struct database *db, const struct tickets_filter *filter, bool array, FILE *out,
	struct fault *f)
{
	const char *separator = array ? ",\n" : "\n";
	int64_t below = INT64_MAX;
	struct buf piece;
	int got = db ? 1 : 0;

	buf_init(&piece, PIECE_MAX);
	(void)fputs(array ? "[" : "", out); /* whoever closes the FILE asks for failures */
	while (got > 0 && !ferror(out)) {
		buf_clear(&piece);
		got = read_piece(db, filter, separator, &below, &piece, f);
		if (got >= 0)
			(void)fwrite(piece.data, 1, piece.len, out);
	}
	if (got >= 0)
		(void)fputs(array ? "]\n" : below == INT64_MAX ? "" : "\n", out);
	buf_free(&piece);
	return got < 0 ? -1 : 0;
}

static int
print_table(struct database *db, const struct tickets_filter *filter, int64_t now_ms, FILE *out,
	struct fault *f)
{
	struct ticket_table *table;
	struct stmt *row;
	int got;

	if (!db)
		return 0;
	row = tickets_list(db, filter, INT64_MAX, f);
	if (!row)
		return -1;
	table = ticket_table_open(now_ms);
	while ((got = stmt_step(row, f)) > 0)
		ticket_table_add(table, row);
	if (got == 0)
		got = ticket_table_print(table, out, f);
	ticket_table_close(table);
	return got;
}

int
ticket_list(struct database *db, const struct tickets_filter *filter, enum ticket_format format,
	int64_t now_ms, FILE *out, struct fault *f)
{
	if (format == FORMAT_TABLE)
		return print_table(db, filter, now_ms, out, f);
	return print_json(db, filter, format == FORMAT_JSON, out, f);
}
