/* SPDX-License-Identifier: ISC */
#include "ticket/pending.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/ticket.h"

void
pending_free(struct pending_rows *p)
{
	free(p->items);
	arena_free(&p->texts);
	*p = (struct pending_rows){.items = NULL};
}

static int
add_row(struct pending_rows *p, struct stmt *row, struct fault *f)
{
	struct pending_row *r;

	p->items = mem_grow(p->items, p->count, &p->cap, sizeof *p->items);
	r = &p->items[p->count++];
	r->key = ticket_keep(&p->texts, row, 0);
	r->invariant = ticket_keep(&p->texts, row, 1);
	if (ticket_when(row, 2, &r->first_seen_ms, f) || ticket_when(row, 3, &r->last_seen_ms, f))
		return -1;
	return 0;
}

int
pending_load(struct database *db, const char *subject, const char *cluster, struct pending_rows *p,
	struct fault *f)
{
	static const char sql[] =
		"SELECT violation_key, invariant_name, first_seen_at, last_seen_at"
		" FROM pending"
		" WHERE subject = $1 AND cluster = $2";
	struct stmt *row = database_query(db, sql, f);
	int got;

	if (!row)
		return -1;
	stmt_bind_text(row, 1, subject);
	stmt_bind_text(row, 2, cluster);
	while ((got = stmt_step(row, f)) > 0) {
		if (add_row(p, row, f)) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}
