/* SPDX-License-Identifier: ISC */
#include "ticket/event_line.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "ticket/database.h"
#include "ticket/ticket.h"

static void
put_column(struct json_write *w, const char *key, struct stmt *row, int column)
{
	json_write_put_span(w, key, stmt_span(row, column));
}

void
event_line_json(struct buf *out, const struct event_line *e, struct stmt *row, int first)
{
	struct json_write w;

	json_write_init(&w, out);
	json_write_object(&w);
	json_write_put_string(&w, "kind", "event");
	json_write_put_i64(&w, "id", e->id);
	json_write_put_i64(&w, "ticket_id", e->ticket_id);
	json_write_put_span(&w, "event", e->event);
	json_write_put_span(&w, "at", e->at);
	json_write_put_span(&w, "actor", e->actor);
	json_write_put_span(&w, "note", e->note);
	put_column(&w, "subject", row, first + TICKET_SUBJECT);
	put_column(&w, "cluster", row, first + TICKET_CLUSTER);
	put_column(&w, "invariant_name", row, first + TICKET_INVARIANT);
	put_column(&w, "store_id", row, first + TICKET_STORE);
	put_column(&w, "severity", row, first + TICKET_SEVERITY);
	put_column(&w, "message", row, first + TICKET_MESSAGE);
	json_write_put_bool(&w, "muted", e->muted);
	json_write_key(&w, "ticket");
	json_write_object(&w);
	ticket_json(&w, row, first);
	json_write_object_end(&w);
	json_write_object_end(&w);
}
