/* SPDX-License-Identifier: ISC */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/out.h"
#include "report/card.h"
#include "report/chart.h"
#include "report/figures.h"
#include "report/history.h"
#include "report/html.h"
#include "report/incident.h"
#include "report/timeline.h"
#include "report/words.h"
#include "report/zone.h"

enum {
	SHORT_MS = 3600000, /* the times of a shorter page have seconds */
	PAGE_MAX = 1 << 30,
	PAGE_SIZE = 17 << 20, /* beyond this, snapshots are left out */
	CARD_SIZE = 900,      /* a card's markup, at most */
	EVENT_SIZE = 130,
	UNFOLDED = 12,	  /* cards of open tickets */
	OPEN_LINES = 100, /* in the list of what is open */
};

static const unsigned char style[] = {
#include "page.css.inc" /* page.css, as bytes */
};

struct page {
	const struct history *h;
	const struct page_options *options;
	struct buf out;
	const struct ticket **order; /* unresolved first, worst first; then the youngest first */
	size_t open;
	struct chart *charts;
	size_t chart_count;
};

static int
by_worth(const void *a, const void *b)
{
	const struct ticket *x = *(const struct ticket *const *)a;
	const struct ticket *y = *(const struct ticket *const *)b;
	int64_t young_x = x->resolved ? x->resolved_ms : x->began_ms;
	int64_t young_y = y->resolved ? y->resolved_ms : y->began_ms;

	if (x->resolved != y->resolved)
		return x->resolved ? 1 : -1;
	if (!x->resolved && x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (young_x != young_y)
		return young_x > young_y ? -1 : 1;
	return (x > y) - (x < y);
}

static void
add_title(struct page *p)
{
	struct buf *out = &p->out;

	if (p->options->title) {
		html_cut(out, span_of(p->options->title), 1024);
		return;
	}
	html_raw(out, "Tickets");
	for (size_t i = 0; i < p->chart_count && i < 4; i++) {
		html_raw(out, i ? ", " : " of ");
		html_cut(out, p->charts[i].cluster, 64);
	}
	if (p->chart_count > 4)
		html_printf(out, " and %zu more", p->chart_count - 4);
}

static void
add_head(struct page *p)
{
	struct buf *out = &p->out;

	html_raw(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"generator\" content=\"op-report " OP_VERSION "\">\n");
	if (p->options->refresh_s)
		html_printf(out, "<meta http-equiv=\"refresh\" content=\"%lld\">\n",
			(long long)p->options->refresh_s);
	html_raw(out, "<link rel=\"icon\" href=\"data:,\">\n<title>");
	add_title(p);
	html_raw(out, "</title>\n<style>\n");
	buf_add(out, style, sizeof style);
	html_raw(out, "</style>\n</head>\n<body>\n");
}

static void
add_masthead(struct page *p)
{
	struct buf *out = &p->out;
	char length[32];

	if (p->h->ticket_count)
		html_raw(out, "<a class=\"skip\" href=\"#tickets\">Skip to the tickets</a>\n");
	html_raw(out, "<header>\n<h1>");
	add_title(p);
	html_raw(out, "</h1>\n<p class=\"period\">");
	if (p->h->until_ms - p->h->since_ms < SHORT_MS) {
		words_second(out, p->h->since_ms);
		html_raw(out, " to ");
		words_second(out, p->h->until_ms);
	} else {
		words_time(out, p->h->since_ms);
		html_raw(out, " to ");
		words_time(out, p->h->until_ms);
	}
	html_printf(out, " %d, %s, times in %s</p>\n", zone_time(p->h->until_ms).year,
		duration_format(length, (p->h->until_ms - p->h->since_ms) / 1000 * 1000),
		p->options->zone);
	figures_sums(out, p->h);
	if (p->h->ticket_count)
		html_raw(out, "<nav aria-label=\"Sections\"><a href=\"#open\">Open</a> <a "
			      "href=\"#timeline\">Timeline"
			      "</a> <a href=\"#figures\">Figures</a> <a "
			      "href=\"#tickets\">Tickets</a></nav>\n");
	html_raw(out, "</header>\n<main>\n");
}

static void
add_open(struct page *p, const struct cards *c)
{
	struct buf *out = &p->out;

	html_raw(out, "<section aria-labelledby=\"open\">\n<h2 id=\"open\">Open</h2>\n");
	if (!p->open)
		html_raw(out, "<p class=\"calm\">Nothing is open.</p>\n");
	else
		html_raw(out, "<ol class=\"open-list\">\n");
	for (size_t i = 0; i < p->open && i < OPEN_LINES; i++)
		card_line(out, c, p->order[i]);
	if (p->open)
		html_raw(out, "</ol>\n");
	if (p->open > OPEN_LINES)
		html_printf(
			out, "<p><a href=\"#tickets\">%zu more</a></p>\n", p->open - OPEN_LINES);
	html_raw(out, "</section>\n");
}

static void
add_quiet(struct buf *out, const struct chart *c)
{
	if (!c->quiet_count)
		return;
	html_raw(out, "<details class=\"quiet\"><summary>");
	words_count(out, c->quiet_count, "row");
	html_raw(out, " without tickets in this time</summary><p>");
	for (size_t i = 0; i < c->quiet_count; i++) {
		html_raw(out, i ? ", " : "");
		html_cut(out, c->quiet[i], 64);
	}
	html_raw(out, "</p></details>\n");
}

static void
add_timelines(struct page *p)
{
	struct buf *out = &p->out;

	html_raw(
		out, "<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n");
	timeline_shapes(out);
	timeline_legend(out);
	for (size_t i = 0; i < p->chart_count; i++) {
		const struct chart *c = &p->charts[i];

		html_printf(
			out, "<figure class=\"chart\">\n<figcaption id=\"cluster-%zu\"><h3>", i);
		html_cut(out, c->cluster, 128);
		html_raw(out, "</h3> <span class=\"where\">");
		html_cut(out, c->subject, 128);
		html_raw(out, ", ");
		words_count(out, c->bar_count, "ticket");
		html_raw(out, "</span></figcaption>\n");
		timeline_chart(out, p->h, c, i);
		html_raw(out, "</figure>\n");
		add_quiet(out, c);
	}
	html_raw(out, "</section>\n");
}

static void
add_filter(struct page *p)
{
	static const char *const choices[][2] = {{"all", "all"}, {"unresolved", "open"},
		{"critical", "critical"}, {"warning", "warning"}, {"info", "info"}};

	html_raw(&p->out, "<fieldset class=\"filter\"><legend>Show</legend>\n");
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		html_printf(&p->out,
			"<input type=\"radio\" name=\"show\" id=\"show-%s\"%s><label "
			"for=\"show-%s\">%s</label>\n",
			choices[i][0], i ? "" : " checked", choices[i][0], choices[i][1]);
	html_raw(&p->out, "</fieldset>\n");
}

/* Returns how many bytes are left for snapshots after everything else. */
static size_t
snapshot_room(const struct page *p)
{
	size_t used = p->out.len;

	for (size_t i = 0; i < p->h->ticket_count; i++) {
		const struct ticket *t = &p->h->tickets[i];

		used += CARD_SIZE + t->event_count * EVENT_SIZE + t->message.len + t->doc.len +
			2 * t->link.len + 2 * t->diagnosis.len;
	}
	return used < PAGE_SIZE ? PAGE_SIZE - used : 0;
}

static void
add_tickets(struct page *p, struct cards *c)
{
	c->room = snapshot_room(p);
	html_raw(&p->out,
		"<section aria-labelledby=\"tickets\">\n<h2 id=\"tickets\">Tickets</h2>\n");
	add_filter(p);
	for (size_t i = 0; i < p->h->ticket_count; i++) {
		card_add(&p->out, c, p->order[i], i < p->open && i < UNFOLDED);
	}
	html_raw(&p->out, "</section>\n");
}

static void
add_body(struct page *p, struct cards *c)
{
	add_masthead(p);
	if (p->h->ticket_count) {
		add_open(p, c);
	} else {
		html_raw(&p->out,
			"<section aria-labelledby=\"open\">\n<h2 id=\"open\">No tickets</h2>\n"
			"<p class=\"calm\">There were no tickets in this time.</p>\n"
			"</section>\n");
	}
	if (p->chart_count)
		add_timelines(p);
	figures_tables(&p->out, p->h);
	if (p->h->ticket_count)
		add_tickets(p, c);
	html_raw(&p->out, "</main>\n<footer><p>Made by op-report " OP_VERSION
			  " from what <code>op-ticket list --events</code> wrote.</p></footer>\n"
			  "</body>\n</html>\n");
}

static void
put_in_order(struct page *p)
{
	const struct history *h = p->h;

	p->order = mem_array(h->ticket_count, sizeof(struct ticket *));
	for (size_t i = 0; i < h->ticket_count; i++) {
		p->order[i] = &h->tickets[i];
		p->open += !h->tickets[i].resolved;
	}
	qsort(p->order, h->ticket_count, sizeof(struct ticket *), by_worth);
}

int
page_write(const struct history *h, const struct page_options *o, FILE *file, struct fault *f)
{
	struct page p = {.h = h, .options = o};
	struct incidents incidents;
	struct cards cards = {.history = h, .incidents = &incidents};
	bool full;

	buf_init(&p.out, PAGE_MAX);
	cards.json = json_read_open();
	incidents_find(&incidents, h);
	put_in_order(&p);
	p.charts = charts_make(h, &p.chart_count);
	for (size_t i = 1; i < p.chart_count; i++)
		cards.many_clusters |= !span_equal(p.charts[0].cluster, p.charts[i].cluster);
	add_head(&p);
	add_body(&p, &cards);
	full = p.out.full;
	if (!full)
		out_bytes(file, p.out.data, p.out.len);
	charts_free(p.charts, p.chart_count);
	free(p.order);
	incidents_free(&incidents);
	json_read_close(cards.json);
	buf_free(&p.out);
	return full ? fault_set(f, STATUS_TRY_AGAIN, "not enough memory for the page") : 0;
}
