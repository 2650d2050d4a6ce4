/* SPDX-License-Identifier: ISC */
#include "report/figures.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/duration.h"
#include "report/history.h"
#include "report/html.h"
#include "report/tally.h"
#include "report/words.h"

enum { FLAPPERS_MAX = 20, LIST_MAX = 100 };

/* Adds a duration, or a dash if it was computed from no tickets. */
static void
add_length(struct buf *out, int64_t ms, size_t of)
{
	char length[32];

	html_raw(out,
		of ? duration_format(length, ms < 1000 ? ms : ms / 1000 * 1000) : "\xe2\x80\x93");
}

static void
add_sum(struct buf *out, const char *name, size_t count)
{
	html_printf(out, "<li><span>%s</span><b>%zu</b></li>\n", name, count);
}

static void
add_time(struct buf *out, const char *name, int64_t ms, size_t of)
{
	html_printf(out, "<li><span>%s</span><b>", name);
	add_length(out, ms, of);
	html_raw(out, "</b></li>\n");
}

static int64_t
unwatched_ms(const struct history *h)
{
	int64_t sum = 0;

	for (size_t i = 0; i < h->gap_count; i++) {
		const struct gap *g = &h->gaps[i];
		int64_t from = g->began_ms > h->since_ms ? g->began_ms : h->since_ms;
		int64_t until = g->ended_ms == HISTORY_NEVER || g->ended_ms > h->until_ms
					? h->until_ms
					: g->ended_ms;

		sum += until > from ? until - from : 0;
	}
	return sum;
}

void
figures_sums(struct buf *out, const struct history *h)
{
	struct tally all = tally_all(h);
	size_t opened = 0, critical = 0;
	int64_t unwatched = unwatched_ms(h);

	for (size_t i = 0; i < h->ticket_count; i++) {
		const struct ticket *t = &h->tickets[i];

		opened += t->created_ms >= h->since_ms;
		critical += !t->resolved && t->severity == SEVERITY_CRITICAL;
	}
	html_raw(out, "<ul class=\"sums\">\n");
	if (critical)
		html_printf(out,
			"<li class=\"critical\"><span>Open</span><b>%zu</b> %zu critical</li>\n",
			all.open, critical);
	else
		add_sum(out, "Open", all.open);
	add_sum(out, "Opened in this period", opened);
	add_sum(out, "Resolved", all.resolved);
	add_time(out, "Mean time to resolve", all.mean_ms, all.resolved);
	add_time(out, "Median to acknowledge", all.acknowledged_ms, all.acknowledged);
	if (unwatched)
		add_time(out, "Nothing watched for", unwatched, 1);
	html_raw(out, "</ul>\n");
}

/* columns holds the <th> elements after the first. */
static void
start_table(struct buf *out, const char *caption, const char *first, const char *columns)
{
	html_printf(out,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table>\n"
		"<caption>%s</caption>\n<thead><tr><th scope=\"col\">%s</th>",
		caption, caption, first);
	html_raw(out, columns);
	html_raw(out, "</tr></thead>\n<tbody>\n");
}

static void
end_table(struct buf *out)
{
	html_raw(out, "</tbody></table></div>\n");
}

static void
add_number(struct buf *out, size_t n)
{
	html_printf(out, n ? "<td>%zu</td>" : "<td class=\"none\">%zu</td>", n);
}

static void
add_lengths(struct buf *out, const struct tally *t)
{
	const int64_t lengths[] = {t->mean_ms, t->median_ms, t->longest_ms};

	for (size_t i = 0; i < 3; i++) {
		html_raw(out, "<td>");
		add_length(out, lengths[i], t->resolved);
		html_raw(out, "</td>");
	}
}

static void
add_invariants(struct buf *out, const struct history *h)
{
	size_t count;
	struct tally *list = tally_invariants(h, &count);

	start_table(out, "By invariant", "Invariant",
		"<th scope=\"col\">Worst</th><th scope=\"col\">Tickets</th><th "
		"scope=\"col\">Open</th>"
		"<th scope=\"col\">Flapping</th><th scope=\"col\">MTTR</th><th "
		"scope=\"col\">Median</th>"
		"<th scope=\"col\">Longest</th>");
	for (size_t i = 0; i < count; i++) {
		html_raw(out, "<tr><th scope=\"row\">");
		html_cut(out, list[i].name, 128);
		html_printf(out, "</th><td><span class=\"sev %s\">%s</span></td>",
			severity_word(list[i].worst), severity_word(list[i].worst));
		add_number(out, list[i].tickets);
		add_number(out, list[i].open);
		add_number(out, list[i].flapping);
		add_lengths(out, &list[i]);
		html_raw(out, "</tr>\n");
	}
	end_table(out);
	free(list);
}

static void
add_flappers(struct buf *out, const struct history *h)
{
	size_t count;
	struct tally *list = tally_flappers(h, &count);

	if (count) {
		start_table(out, "Recurring", "What",
			"<th scope=\"col\">Tickets</th><th scope=\"col\">Flapping</th><th "
			"scope=\"col\">"
			"MTTR</th><th scope=\"col\">Median</th><th scope=\"col\">Longest</th>"
			"<th scope=\"col\">Newest</th>");
		for (size_t i = 0; i < count && i < FLAPPERS_MAX; i++) {
			html_raw(out, "<tr><th scope=\"row\">");
			words_ticket(out, list[i].newest);
			html_raw(out, " <span class=\"where\">");
			html_cut(out, list[i].newest->cluster, 64);
			html_raw(out, "</span></th>");
			add_number(out, list[i].tickets);
			add_number(out, list[i].flapping);
			add_lengths(out, &list[i]);
			html_raw(out, "<td>");
			words_link(out, list[i].newest);
			html_raw(out, "</td></tr>\n");
		}
		end_table(out);
		if (count > FLAPPERS_MAX)
			html_printf(out, "<p>And %zu more.</p>\n", count - FLAPPERS_MAX);
	}
	free(list);
}

static void
add_pattern(struct buf *out, const char *name, struct span pattern)
{
	if (!pattern.at)
		return;
	html_printf(out, "%s ", name);
	html_cut(out, pattern, 128);
	html_raw(out, " ");
}

static void
add_mutes(struct buf *out, const struct history *h)
{
	if (!h->mute_count)
		return;
	start_table(out, "Planned work (mutes)", "What",
		"<th scope=\"col\">From</th><th scope=\"col\">Until</th><th "
		"scope=\"col\">Reason</th>"
		"<th scope=\"col\">By</th>");
	for (size_t i = 0; i < h->mute_count && i < LIST_MAX; i++) {
		const struct mute *m = &h->mutes[i];

		html_raw(out, "<tr><th scope=\"row\">");
		add_pattern(out, "cluster", m->cluster);
		add_pattern(out, "invariant", m->invariant);
		add_pattern(out, "store", m->store);
		html_raw(out, "</th><td>");
		words_time(out, m->from_ms);
		html_raw(out, "</td><td>");
		words_time(out, mute_end(m));
		html_raw(out, m->lifted_ms == HISTORY_NEVER ? "" : ", lifted");
		html_raw(out, "</td><td class=\"text\">");
		html_cut(out, m->reason, 1024);
		html_raw(out, "</td><td>");
		html_cut(out, m->actor, 128);
		html_raw(out, "</td></tr>\n");
	}
	end_table(out);
	if (h->mute_count > LIST_MAX)
		html_printf(out, "<p>And %zu more.</p>\n", h->mute_count - LIST_MAX);
}

static void
add_gaps(struct buf *out, const struct history *h)
{
	if (!h->gap_count)
		return;
	start_table(out, "When nothing was watched", "Cluster",
		"<th scope=\"col\">From</th><th scope=\"col\">Until</th><th "
		"scope=\"col\">Length</th>");
	for (size_t i = 0; i < h->gap_count && i < LIST_MAX; i++) {
		const struct gap *g = &h->gaps[i];
		int64_t ended = g->ended_ms == HISTORY_NEVER ? h->until_ms : g->ended_ms;

		html_raw(out, "<tr><th scope=\"row\">");
		html_cut(out, g->cluster, 128);
		html_raw(out, "</th><td>");
		words_time(out, g->began_ms);
		html_raw(out, "</td><td>");
		words_time(out, g->ended_ms);
		html_raw(out, "</td><td>");
		add_length(out, ended > g->began_ms ? ended - g->began_ms : 0, 1);
		html_raw(out, "</td></tr>\n");
	}
	end_table(out);
	if (h->gap_count > LIST_MAX)
		html_printf(out, "<p>And %zu more.</p>\n", h->gap_count - LIST_MAX);
}

void
figures_tables(struct buf *out, const struct history *h)
{
	if (!h->ticket_count && !h->mute_count && !h->gap_count)
		return;
	html_raw(out, "<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">Figures</h2>\n");
	if (h->ticket_count)
		add_invariants(out, h);
	add_flappers(out, h);
	add_mutes(out, h);
	add_gaps(out, h);
	html_raw(out, "</section>\n");
}
