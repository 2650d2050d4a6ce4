/* SPDX-License-Identifier: ISC */
#include "report/timeline.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "report/axis.h"
#include "report/chart.h"
#include "report/history.h"
#include "report/html.h"
#include "report/incident.h"
#include "report/snapshot.h"
#include "report/stretch.h"
#include "report/words.h"
#include "report/zone.h"

/* Pixels. */
enum {
	AXIS = 28,
	LANE = 13,
	ROW_PAD = 9,
	TALL = 400, /* a chart so high has its axis at the bottom, too */
	LABEL_CHARS = 15,
	TITLE_CHARS = 100,
};

/* Percent of the width. A shorter grace is not drawn. */
#define GRACE_LEAST 0.05

/* Narrower bars are drawn this wide: browsers draw nothing for a bar without width. */
#define BAR_LEAST 0.15

/* A narrower bar has no room for marks. */
#define MARK_ROOM 0.8

struct drawing {
	struct buf *out;
	const struct history *h;
	const struct chart *c;
	int *row_y; /* where each row begins */
	int *bar_y; /* the middle of each bar */
	int height; /* of the rows and the axis above them */
	struct stretches scratch;
	struct json_read *json;
};

void
timeline_shapes(struct buf *out)
{
	html_raw(out,
		"<svg class=\"shapes\" width=\"0\" height=\"0\" aria-hidden=\"true\" "
		"><defs>"
		"<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
		"patternTransform=\"rotate(45)\"><rect class=\"stripe\" width=\"2.6\" "
		"height=\"5\"/></pattern>"
		"<pattern id=\"fog\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">"
		"<circle class=\"speck\" cx=\"2\" cy=\"2\" r=\"0.8\"/></pattern>"
		"<path id=\"acknowledged\" d=\"M0-7V7M-2.5-7H2.5\"/>"
		"<path id=\"diagnosed\" d=\"M0-4L4 0L0 4L-4 0Z\"/>"
		"<path id=\"escalated\" d=\"M-3.5 3.5L0-4L3.5 3.5Z\"/>"
		"<path id=\"goes-on\" d=\"M1.5-5L6.5 0L1.5 5Z\"/>"
		"</defs></svg>\n");
}

void
timeline_legend(struct buf *out)
{
	static const char *const entries[][2] = {
		{"<rect class=\"critical bar\" y=\"2\" width=\"30\" height=\"10\"/>", "critical"},
		{"<rect class=\"warning bar\" y=\"3.5\" width=\"30\" height=\"7\"/>", "warning"},
		{"<rect class=\"info bar\" y=\"5\" width=\"30\" height=\"4\"/>", "info"},
		{"<rect class=\"critical bar\" y=\"2\" width=\"30\" height=\"10\"/>"
		 "<rect class=\"lost\" y=\"2\" width=\"30\" height=\"10\"/>",
			"evidence lost"},
		{"<rect class=\"warning bar\" x=\"3\" y=\"4\" width=\"24\" height=\"6\"/>"
		 "<rect class=\"muted\" x=\"1\" y=\"1.5\" width=\"28\" height=\"11\"/>",
			"muted"},
		{"<rect class=\"gap\" width=\"30\" height=\"14\"/>"
		 "<rect class=\"fog\" width=\"30\" height=\"14\"/>",
			"nothing watched"},
		{"<use class=\"mark\" href=\"#acknowledged\" x=\"15\" y=\"7\"/>", "acknowledged"},
		{"<use class=\"mark\" href=\"#diagnosed\" x=\"15\" y=\"7\"/>", "diagnosed"},
		{"<use class=\"mark\" href=\"#escalated\" x=\"15\" y=\"7\"/>", "escalated"},
		{"<line class=\"join\" x1=\"15\" y1=\"0\" x2=\"15\" y2=\"14\"/>"
		 "<circle class=\"join\" cx=\"15\" cy=\"7\" r=\"2\"/>",
			"one incident"},
		{"<rect class=\"critical bar\" y=\"2\" width=\"22\" height=\"10\"/>"
		 "<use class=\"goes-on critical\" href=\"#goes-on\" x=\"22\" y=\"7\"/>",
			"still open"},
	};

	html_raw(out, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		html_raw(out, "<li><svg width=\"30\" height=\"14\" aria-hidden=\"true\" "
			      ">");
		html_raw(out, entries[i][0]);
		html_printf(out, "</svg>%s</li>\n", entries[i][1]);
	}
	html_raw(out, "</ul>\n");
}

/* The position of a time in percent; a time outside the window is at its edge. */
static double
place(const struct drawing *d, int64_t ms)
{
	double x = 100.0 * (double)(ms - d->h->since_ms) /
		   (double)(d->h->until_ms - d->h->since_ms);

	return x < 0 ? 0 : x > 100 ? 100 : x;
}

static void
lay_out(struct drawing *d)
{
	int y = AXIS;

	for (size_t i = 0; i < d->c->row_count; i++) {
		const struct row *row = &d->c->rows[i];

		d->row_y[i] = y;
		for (size_t k = row->first_bar; k < row->first_bar + row->bar_count; k++)
			d->bar_y[k] = y + ROW_PAD / 2 + (int)d->c->bars[k].lane * LANE + LANE / 2 +
				      1;
		y += ROW_PAD + (int)row->lanes * LANE;
	}
	d->row_y[d->c->row_count] = y;
	d->height = y;
}

static void
draw_axis(struct drawing *d, bool bottom)
{
	struct tick ticks[AXIS_TICKS];
	size_t count = axis_ticks(d->h->since_ms, d->h->until_ms, ticks);

	html_raw(d->out, "<g class=\"axis\" aria-hidden=\"true\">\n");
	for (size_t i = 0; i < count; i++) {
		double x = place(d, ticks[i].at_ms);

		/* on a narrow screen only each second or fourth label has room */
		html_printf(d->out,
			"<g class=\"%s%s\"><line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>",
			i % 4 == 0   ? "often"
			: i % 2 == 0 ? "sometimes"
				     : "seldom",
			ticks[i].strong ? " strong" : "", x, x, AXIS - 6, d->height);
		html_printf(d->out, "<text x=\"%.2f%%\" y=\"%d\">%s</text>", x, AXIS - 11,
			ticks[i].label);
		if (bottom)
			html_printf(d->out, "<text x=\"%.2f%%\" y=\"%d\">%s</text>", x,
				d->height + 16, ticks[i].label);
		html_raw(d->out, "</g>\n");
	}
	html_raw(d->out, "</g>\n");
}

static void
draw_span_of_time(struct drawing *d, int64_t from_ms, int64_t until_ms)
{
	char a[ZONE_TEXT], b[ZONE_TEXT], length[32];

	html_printf(d->out, "%s to %s (%s)", zone_minute(a, from_ms), zone_minute(b, until_ms),
		duration_format(length, until_ms - from_ms));
}

static void
draw_gaps(struct drawing *d)
{
	html_raw(d->out, "<g class=\"gaps\">\n");
	for (size_t i = 0; i < d->h->gap_count; i++) {
		const struct gap *g = &d->h->gaps[i];
		int64_t ended = g->ended_ms == HISTORY_NEVER ? d->h->until_ms : g->ended_ms;
		double x = place(d, g->began_ms);
		double width = place(d, ended) - x;

		if (!span_equal(g->cluster, d->c->cluster) ||
			!span_equal(g->subject, d->c->subject) || width <= 0)
			continue;
		for (int layer = 0; layer < 2; layer++) {
			html_printf(d->out,
				"<rect class=\"%s\" x=\"%.2f%%\" y=\"%d\" width=\"%.2f%%\" "
				"height=\"%d\"><title>Nothing was watched from ",
				layer ? "fog" : "gap", x, AXIS, width, d->height - AXIS);
			draw_span_of_time(d, g->began_ms, ended);
			html_raw(d->out, "</title></rect>\n");
		}
	}
	html_raw(d->out, "</g>\n");
}

/* A long id, as PD members have, gives way to the name or address in the newest snapshot. */
static void
draw_label(struct drawing *d, const struct row *row)
{
	static const char *const better[] = {"name", "address"};
	struct span snapshot = {0}, kind;

	if (row->bar_count)
		snapshot = d->c->bars[row->first_bar + row->bar_count - 1].ticket->snapshot;
	for (size_t i = 0; row->store.len > LABEL_CHARS && i < 2; i++) {
		struct span name = snapshot_text(snapshot, better[i], d->json);

		if (!name.len || name.len > LABEL_CHARS)
			continue;
		html_raw(d->out, "<title>");
		html_cut(d->out, row->store, TITLE_CHARS);
		html_raw(d->out, "</title>");
		html_text(d->out, name);
		return;
	}
	kind = snapshot_kind(snapshot);
	words_row(d->out, row->store, kind, LABEL_CHARS);
}

static void
draw_labels(struct drawing *d)
{
	html_raw(d->out, "<g class=\"rows\">\n");
	for (size_t i = 0; i < d->c->row_count; i++) {
		const struct row *row = &d->c->rows[i];

		if (i)
			html_printf(d->out, "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>",
				d->row_y[i], d->row_y[i]);
		html_printf(d->out, "<text x=\"-10\" y=\"%d\"%s>",
			d->row_y[i] + (ROW_PAD + LANE) / 2 + 5,
			row->store.at ? "" : " class=\"whole\"");
		draw_label(d, row);
		html_raw(d->out, "</text>\n");
	}
	html_raw(d->out, "</g>\n");
}

static void
draw_rect(struct drawing *d, const char *class, int64_t from_ms, int64_t until_ms, int y,
	double height)
{
	double x = place(d, from_ms);
	double width = place(d, until_ms) - x;

	if (width < BAR_LEAST) {
		width = BAR_LEAST;
		x = x > 100 - width ? 100 - width : x;
	}
	html_printf(d->out,
		"<rect class=\"%s\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"%.0f\"/>",
		class, x, y - height / 2, width, height);
}

static void
draw_marks(struct drawing *d, const struct ticket *t, int y)
{
	static const char *const words[] = {"acknowledged", "diagnosed", "escalated"};

	for (size_t i = 0; i < t->event_count; i++) {
		const struct event *e = &d->h->events[t->first_event + i];
		char at[ZONE_TEXT];

		if (e->at_ms < d->h->since_ms || e->at_ms > d->h->until_ms)
			continue;
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			if (!span_is(e->word, words[k]))
				continue;
			html_printf(d->out,
				"<use class=\"mark\" href=\"#%s\" x=\"%.2f%%\" y=\"%d\"><title>%s "
				"%s",
				words[k], place(d, e->at_ms), y, words[k],
				zone_minute(at, e->at_ms));
			if (e->actor.at) {
				html_raw(d->out, " by ");
				html_cut(d->out, e->actor, TITLE_CHARS);
			}
			html_raw(d->out, "</title></use>");
		}
	}
}

static void
draw_title(struct drawing *d, const struct ticket *t)
{
	char from[ZONE_TEXT], to[ZONE_TEXT], length[32];
	int64_t end = ticket_end(t, d->h);

	html_printf(d->out, "<title>TKT-%lld ", (long long)t->id);
	words_ticket(d->out, t);
	html_printf(d->out, ", %s, ", severity_word(t->severity));
	if (t->resolved)
		html_printf(d->out, "%s to %s (%s)", zone_minute(from, t->began_ms),
			zone_minute(to, end), duration_format(length, end - t->began_ms));
	else
		html_printf(d->out, "since %s (%s)", zone_minute(from, t->began_ms),
			duration_format(length, end - t->began_ms));
	if (t->message.at) {
		html_raw(d->out, ": ");
		html_cut(d->out, t->message, TITLE_CHARS);
	}
	html_raw(d->out, "</title>");
}

static void
draw_bar(struct drawing *d, size_t number)
{
	static const double heights[] = {4, 7, 10};
	const struct ticket *t = d->c->bars[number].ticket;
	double height = heights[t->severity];
	int y = d->bar_y[number];
	int64_t end = ticket_end(t, d->h);
	bool narrow;

	html_printf(d->out, "<a class=\"%s\" href=\"#", severity_word(t->severity));
	words_anchor(d->out, t);
	html_raw(d->out, "\">");
	draw_title(d, t);
	if (place(d, t->created_ms) - place(d, t->began_ms) > GRACE_LEAST)
		html_printf(d->out,
			"<line class=\"grace\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>",
			place(d, t->began_ms), place(d, t->created_ms), y, y);
	narrow = place(d, end) - place(d, t->began_ms) < MARK_ROOM;
	if (narrow)
		draw_marks(d, t, y); /* below it: they would hide it */
	draw_rect(d, "bar", t->created_ms < end ? t->created_ms : end, end, y, height);
	stretches_clear(&d->scratch);
	stretches_lost(&d->scratch, d->h, t);
	for (size_t i = 0; i < d->scratch.count; i++)
		draw_rect(d, "lost", d->scratch.list[i].from_ms, d->scratch.list[i].until_ms, y,
			height);
	stretches_clear(&d->scratch);
	stretches_muted(&d->scratch, d->h, t);
	for (size_t i = 0; i < d->scratch.count; i++)
		draw_rect(d, "muted", d->scratch.list[i].from_ms, d->scratch.list[i].until_ms, y,
			LANE);
	if (!t->resolved)
		html_printf(d->out,
			"<use class=\"goes-on\" href=\"#goes-on\" x=\"100%%\" y=\"%d\"/>", y);
	if (!narrow)
		draw_marks(d, t, y);
	html_raw(d->out, "</a>\n");
}

struct joint {
	const struct ticket *ticket;
	int y;
};

static int
by_incident(const void *a, const void *b)
{
	const struct joint *x = a, *y = b;
	int order = incident_compare(x->ticket, y->ticket);

	return order ? order : (x->y > y->y) - (x->y < y->y);
}

/* The tickets of one incident, from the highest row to the lowest. */
static void
draw_join(struct drawing *d, const struct joint *joints, size_t count)
{
	int64_t began = joints[0].ticket->began_ms;
	double x;

	for (size_t i = 1; i < count; i++)
		if (joints[i].ticket->began_ms < began)
			began = joints[i].ticket->began_ms;
	x = place(d, began);
	html_printf(d->out, "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>", x, x,
		joints[0].y, joints[count - 1].y);
	for (size_t i = 0; i < count; i++) {
		double to = place(d, joints[i].ticket->began_ms);

		if (to > x)
			html_printf(d->out,
				"<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>", x, to,
				joints[i].y, joints[i].y);
		html_printf(d->out, "<circle cx=\"%.2f%%\" cy=\"%d\" r=\"2\"/>", to, joints[i].y);
	}
	html_raw(d->out, "\n");
}

static void
draw_joins(struct drawing *d)
{
	struct joint *joints = mem_array(d->c->bar_count, sizeof *joints);
	size_t count = 0;

	for (size_t i = 0; i < d->c->bar_count; i++)
		if (d->c->bars[i].ticket->batch.at)
			joints[count++] = (struct joint){d->c->bars[i].ticket, d->bar_y[i]};
	qsort(joints, count, sizeof *joints, by_incident);
	html_raw(d->out, "<g class=\"join\" aria-hidden=\"true\">\n");
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count; n++)
			if (incident_compare(joints[i].ticket, joints[i + n].ticket) != 0)
				break;
		if (n > 1)
			draw_join(d, joints + i, n);
	}
	html_raw(d->out, "</g>\n");
	free(joints);
}

void
timeline_chart(struct buf *out, const struct history *h, const struct chart *c, size_t number)
{
	struct drawing d = {.out = out, .h = h, .c = c};
	bool bottom;

	d.row_y = mem_array(c->row_count + 1, sizeof *d.row_y);
	d.bar_y = mem_array(c->bar_count, sizeof *d.bar_y);
	d.json = json_read_open();
	lay_out(&d);
	bottom = d.height > TALL;
	html_printf(out,
		"<svg class=\"plot\" width=\"100%%\" height=\"%d\" role=\"group\" "
		"aria-labelledby=\"cluster-%zu\">\n",
		d.height + (bottom ? AXIS : 6), number);
	draw_gaps(&d);
	draw_axis(&d, bottom);
	draw_labels(&d);
	draw_joins(&d);
	html_raw(out, "<g class=\"bars\">\n");
	for (size_t i = 0; i < c->bar_count; i++)
		draw_bar(&d, i);
	html_raw(out, "</g>\n</svg>\n");
	stretches_free(&d.scratch);
	json_read_close(d.json);
	free(d.row_y);
	free(d.bar_y);
}
