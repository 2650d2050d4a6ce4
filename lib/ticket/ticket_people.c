/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_people.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/span.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/vis.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/snapshot.h"
#include "ticket/ticket.h"
#include "ticket/ticket_table.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

enum {
	HISTORY_DAYS = 7,
	DAY_MS = 86400000,
	/* where folded lines continue */
	HEAD_INDENT = 2,
	LABEL_INDENT = 15, /* as in add_label() */
	TEXT_INDENT = 4,
	LIST_INDENT = 6,
};

/* The work on one page. */
struct page {
	struct buf *out;
	struct database *db;
	const struct view *view;
	struct stmt *row;
	int64_t id;
};

static void
add_text(struct buf *out, const char *text)
{
	vis_add(out, text, strlen(text));
}

static void
add_label(struct page *p, const char *label)
{
	buf_printf(p->out, "  %-12s ", label);
}

static const char *
column(const struct page *p, enum ticket_column n)
{
	return stmt_text(p->row, (int)n, NULL);
}

static bool
is_verdict(const struct page *p, const char *word)
{
	const char *verdict = column(p, TICKET_VERDICT);

	return verdict && strcmp(verdict, word) == 0;
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
add_line(struct page *p, const char *label, enum ticket_column n)
{
	const char *text = column(p, n);

	if (!text)
		return;
	add_label(p, label);
	add_text(p->out, text);
	buf_add_char(p->out, '\n');
}

/* "2026-11-26 02:00:05 (3m ago)". */
static void
add_when(struct page *p, const char *at)
{
	char text[VIEW_TIME_SIZE], age[32];

	ticket_age(age, at, p->view->now_ms);
	buf_printf(p->out, "%s (%s ago)", view_time_text(p->view, text, at), age);
}

static void
add_head(struct page *p)
{
	const char *store = column(p, TICKET_STORE);
	const char *message = column(p, TICKET_MESSAGE);

	buf_printf(p->out, "TKT-%lld  %s  %s", (long long)p->id, column(p, TICKET_SEVERITY),
		column(p, TICKET_STATUS));
	if (stmt_i64(p->row, TICKET_HELD))
		buf_add_text(p->out, "  HELD");
	if (stmt_i64(p->row, TICKET_FLAPPING))
		buf_add_text(p->out, "  FLAPPING");
	if (stmt_i64(p->row, TICKET_MUTED))
		buf_add_text(p->out, "  MUTED");
	buf_add_text(p->out, "\n  ");
	add_text(p->out, column(p, TICKET_INVARIANT));
	if (store) {
		buf_add_char(p->out, ' ');
		add_text(p->out, store);
	}
	buf_add_text(p->out, " in ");
	add_text(p->out, column(p, TICKET_SUBJECT));
	buf_add_char(p->out, '/');
	add_text(p->out, column(p, TICKET_CLUSTER));
	buf_add_text(p->out, "\n");
	if (message) {
		buf_add_text(p->out, "  ");
		add_text(p->out, message);
		buf_add_char(p->out, '\n');
	}
	buf_add_char(p->out, '\n');
}

static void
add_times(struct page *p)
{
	add_label(p, "since");
	add_when(p, column(p, TICKET_FIRST_SEEN));
	buf_add_char(p->out, '\n');
	add_label(p, "violated");
	buf_printf(p->out, "%lld time%s, last ", (long long)stmt_i64(p->row, TICKET_COUNT),
		stmt_i64(p->row, TICKET_COUNT) == 1 ? "" : "s");
	add_when(p, column(p, TICKET_LAST_SEEN));
	buf_add_char(p->out, '\n');
	if (column(p, TICKET_RESOLVED_AT)) {
		add_label(p, "resolved");
		add_when(p, column(p, TICKET_RESOLVED_AT));
		buf_printf(p->out, ", %s\n", column(p, TICKET_RESOLUTION));
	}
}

/* Adds a JSON array of names as plain text. */
static void
add_names(struct buf *out, const char *json)
{
	for (; *json; json++)
		if (*json == ',')
			buf_add_text(out, ", ");
		else if (!strchr("[]\" ", *json))
			vis_add(out, json, 1);
}

static void
add_verdict(struct page *p)
{
	const char *since = column(p, TICKET_VERDICT_SINCE);
	const char *reason = column(p, TICKET_REASON);
	const char *missing = column(p, TICKET_MISSING);
	char age[32];

	if (!column(p, TICKET_VERDICT))
		return;
	add_label(p, "verdict now");
	buf_add_text(p->out, column(p, TICKET_VERDICT));
	if (since) {
		ticket_age(age, since, p->view->now_ms);
		buf_printf(p->out, " for %s", age);
	}
	if (reason) {
		buf_add_text(p->out, ": ");
		add_text(p->out, reason);
	}
	if (missing) {
		buf_add_text(p->out, reason ? ", missing " : ": missing ");
		add_names(p->out, missing);
	}
	buf_add_char(p->out, '\n');
}

/* Sets out to the holder, the actor of the last such event; "" if there is none. */
static int
find_holder(struct page *p, char out[64], struct fault *f)
{
	struct stmt *row = ledger_after(p->db, 0, p->id, f);
	int got = row ? 1 : -1;

	out[0] = '\0';
	while (row && (got = stmt_step(row, f)) > 0)
		if (strcmp(stmt_text(row, LEDGER_EVENT, NULL), "held") == 0)
			text_format(out, 64, "%s", stmt_text(row, LEDGER_ACTOR, NULL));
	return got;
}

static void
add_quiet(struct page *p)
{
	const char *since = column(p, TICKET_OK_SINCE);
	char text[VIEW_TIME_SIZE];
	int64_t ms;

	add_label(p, "stays open");
	if (since && timestamp_parse(since, strlen(since), &ms) == 0) {
		ms += (int64_t)(stmt_double(p->row, TICKET_FLAP_WINDOW) * 1000);
		buf_printf(p->out, "flapping, quiet until %s\n", view_time(p->view, text, ms));
	} else {
		buf_printf(p->out, "flapping, needs to be ok for %gs\n",
			stmt_double(p->row, TICKET_FLAP_WINDOW));
	}
}

/* Adds why it stays open, one reason per line. */
static int
add_reasons(struct page *p, struct fault *f)
{
	const char *until = column(p, TICKET_HELD_UNTIL);
	char holder[64], text[VIEW_TIME_SIZE];

	if (strcmp(column(p, TICKET_STATUS), "resolved") == 0)
		return 0;
	if (!is_verdict(p, "ok")) {
		add_label(p, "stays open");
		buf_printf(p->out, "needs an ok verdict%s\n",
			is_verdict(p, "violated")     ? "; it is violated"
			: is_verdict(p, "not listed") ? ", or to stay unlisted: then it is gone"
						      : "");
	}
	if (stmt_i64(p->row, TICKET_HELD)) {
		if (find_holder(p, holder, f))
			return -1;
		add_label(p, "stays open");
		buf_add_text(p->out, holder[0] ? "held by " : "held");
		add_text(p->out, holder);
		if (until)
			buf_printf(p->out, " until %s", view_time_text(p->view, text, until));
		buf_add_char(p->out, '\n');
	}
	if (stmt_i64(p->row, TICKET_FLAPPING))
		add_quiet(p);
	if (stmt_i64(p->row, TICKET_MUTED)) {
		add_label(p, "muted");
		buf_add_text(p->out, "planned work: nobody is notified; see op-ticket mutes\n");
	}
	return 0;
}

/* "9 earlier in 7d, 1 flapping, last resolved 2026-11-26 03:54:00". */
static int
add_history(struct page *p, struct fault *f)
{
	const char *created = column(p, TICKET_CREATED_AT);
	struct tickets_history h;
	char since[TIMESTAMP_SIZE] = "", text[VIEW_TIME_SIZE];
	int64_t ms;

	if (timestamp_parse(created, strlen(created), &ms) == 0 &&
		ms > HISTORY_DAYS * (int64_t)DAY_MS)
		timestamp_format(since, ms - HISTORY_DAYS * (int64_t)DAY_MS);
	if (tickets_history(p->db, column(p, TICKET_SUBJECT), column(p, TICKET_CLUSTER),
		    column(p, TICKET_KEY), since, p->id, &h, f))
		return -1;
	if (!h.count)
		return 0;
	add_label(p, "history");
	buf_printf(p->out, "%lld earlier in %dd", (long long)h.count, HISTORY_DAYS);
	if (h.flapping)
		buf_printf(p->out, ", %lld flapping", (long long)h.flapping);
	buf_printf(p->out, ", last resolved %s\n", view_time_text(p->view, text, h.last_resolved));
	return 0;
}

static int
add_mates(struct page *p, struct fault *f)
{
	struct stmt *row = tickets_mates(p->db, column(p, TICKET_BATCH), column(p, TICKET_SUBJECT),
		column(p, TICKET_CLUSTER), p->id, f);
	int got = row ? 1 : -1;
	size_t count = 0;

	add_line(p, "incident", TICKET_BATCH);
	while (row && (got = stmt_step(row, f)) > 0) {
		if (++count > 20)
			continue;
		buf_printf(p->out, "    TKT-%lld  %s  %s  ", (long long)stmt_i64(row, 0),
			stmt_text(row, 2, NULL), stmt_text(row, 3, NULL));
		add_text(p->out, stmt_text(row, 1, NULL));
		buf_add_char(p->out, '\n');
	}
	if (count > 20)
		buf_printf(p->out, "    and %zu more\n", count - 20);
	return got;
}

static void
add_event(struct page *p, struct stmt *row)
{
	struct span event = stmt_span(row, LEDGER_EVENT);
	struct span note = stmt_span(row, LEDGER_NOTE);
	char text[VIEW_TIME_SIZE];
	struct buf shown;

	buf_printf(
		p->out, "    %s  ", view_time_text(p->view, text, stmt_text(row, LEDGER_AT, NULL)));
	add_text(p->out, event.at);
	buf_add_text(p->out, " by ");
	add_text(p->out, stmt_text(row, LEDGER_ACTOR, NULL));
	if (note.at) {
		buf_init(&shown, 1 << 20);
		view_note(p->view, &shown, event, note); /* a diagnosis is shown below */
		buf_add_text(p->out, ": ");
		vis_add(p->out, shown.data, shown.len);
		buf_free(&shown);
	}
	buf_add_char(p->out, '\n');
}

static int
add_events(struct page *p, struct fault *f)
{
	struct stmt *row = ledger_after(p->db, 0, p->id, f);
	int got = row ? 1 : -1;

	buf_add_text(p->out, "  events\n");
	while (row && (got = stmt_step(row, f)) > 0)
		add_event(p, row);
	return got;
}

static void
add_diagnosis(struct page *p)
{
	struct span rest = stmt_span(p->row, TICKET_DIAGNOSIS);

	if (!rest.at)
		return;
	buf_add_text(p->out, "  diagnosis\n");
	while (rest.at && rest.len) {
		struct span line = span_cut(&rest, '\n');

		buf_add_text(p->out, "    ");
		vis_add_lines(p->out, line.at, line.len);
		buf_add_char(p->out, '\n');
	}
}

static void
add_snapshot(struct page *p)
{
	struct span text = stmt_span(p->row, TICKET_SNAPSHOT);

	if (!text.at)
		return;
	buf_add_text(p->out, "  metrics when it was opened\n");
	snapshot_add(p->out, text.at, text.len);
}

/* Adds what to act on, which comes first. */
static int
add_summary(struct page *p, struct fault *f)
{
	add_times(p);
	add_verdict(p);
	if (add_reasons(p, f))
		return -1;
	add_line(p, "what to do", TICKET_DOC);
	add_line(p, "link", TICKET_LINK);
	return add_history(p, f);
}

/* Folds the lines of the page from start on to the screen. */
static size_t
fold(struct page *p, size_t start, size_t indent)
{
	view_fold(p->view, p->out, start, indent);
	return p->out->len;
}

static int
add_page(struct page *p, struct fault *f)
{
	size_t start = p->out->len;

	add_head(p);
	start = fold(p, start, HEAD_INDENT);
	if (add_summary(p, f))
		return -1;
	start = fold(p, start, LABEL_INDENT);
	if (add_mates(p, f) || add_events(p, f))
		return -1;
	start = fold(p, start, LIST_INDENT);
	add_diagnosis(p);
	start = fold(p, start, TEXT_INDENT);
	add_snapshot(p);
	(void)fold(p, start, LIST_INDENT);
	return 1;
}

int
people_ticket(
	struct buf *out, struct database *db, int64_t id, const struct view *v, struct fault *f)
{
	struct page p = {.out = out, .db = db, .view = v, .row = tickets_get(db, id, f), .id = id};
	int got = p.row ? stmt_step(p.row, f) : -1;

	if (got <= 0)
		return got;
	got = add_page(&p, f);
	stmt_reset(p.row);
	return got;
}
