/* SPDX-License-Identifier: ISC */
#include "report/card.h"

#include <stdint.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/json_read.h"
#include "report/history.h"
#include "report/html.h"
#include "report/incident.h"
#include "report/markdown.h"
#include "report/snapshot.h"
#include "report/timeline.h"
#include "report/words.h"
#include "stream/event_note.h"

enum { MATES = 8, LINE_CHARS = 240, LINK_CHARS = 80 };

static void
add_severity(struct buf *out, const struct ticket *t)
{
	html_printf(out, "<span class=\"sev %s\">%s</span>", severity_word(t->severity),
		severity_word(t->severity));
}

static void
add_name(struct buf *out, const struct cards *c, const struct ticket *t)
{
	html_raw(out, "<span class=\"name\">");
	words_ticket(out, t);
	html_raw(out, "</span>");
	if (c->many_clusters) {
		html_raw(out, " <span class=\"where\">");
		html_cut(out, t->cluster, LINK_CHARS);
		html_raw(out, "</span>");
	}
}

static void
add_flags(struct buf *out, const struct ticket *t)
{
	if (t->held && !t->resolved)
		html_raw(out, " <span class=\"flag\">held</span>");
	if (t->flapping)
		html_raw(out, " <span class=\"flag\">flapping</span>");
	if (t->muted)
		html_raw(out, " <span class=\"flag\">muted</span>");
	if (!t->resolved &&
		(span_is(t->verdict, "unknown") || span_is(t->verdict, "not evaluated")))
		html_raw(out, " <span class=\"flag\">no evidence</span>");
}

/* "open for 12m", "resolved, lasted 12m" */
static void
add_state(struct buf *out, const struct history *h, const struct ticket *t)
{
	char length[32];

	html_raw(out, "<span class=\"state\">");
	html_text(out, t->status);
	html_printf(out, "%s %s</span>", t->resolved ? " after" : ", for",
		duration_format(length, (ticket_end(t, h) - t->began_ms) / 1000 * 1000));
}

static void
add_message(struct buf *out, const struct ticket *t, size_t max)
{
	html_raw(out, "<span class=\"msg\">");
	html_cut(out, t->message, max);
	html_raw(out, "</span>");
}

void
card_line(struct buf *out, const struct cards *c, const struct ticket *t)
{
	html_printf(out, "<li class=\"%s\">", severity_word(t->severity));
	add_severity(out, t);
	html_raw(out, "<span class=\"what\"><a href=\"#");
	words_anchor(out, t);
	html_raw(out, "\">");
	add_name(out, c, t);
	html_raw(out, "</a>");
	add_flags(out, t);
	html_raw(out, "</span>");
	add_state(out, c->history, t);
	add_message(out, t, LINE_CHARS);
	html_raw(out, "</li>\n");
}

static void
add_term(struct buf *out, const char *term)
{
	html_printf(out, "<dt>%s</dt><dd>", term);
}

static void
end_term(struct buf *out)
{
	html_raw(out, "</dd>\n");
}

/* The names of columns: the strings of an array. */
static void
add_missing(struct buf *out, struct span missing, struct json_read *j)
{
	struct json_text t;
	const char *separator = "; missing: ";

	if (!missing.at)
		return;
	json_read_start(j, missing.at, missing.len);
	if (json_read_enter(j, JSON_ARRAY))
		return; /* cannot happen: history_read() has parsed it */
	while (json_read_next(j, &t) == JSON_STRING) {
		html_raw(out, separator);
		html_text(out, (struct span){t.at, t.len});
		separator = ", ";
	}
}

static void
add_verdict(struct buf *out, const struct cards *c, const struct ticket *t)
{
	if (t->resolved || !t->verdict.at)
		return;
	add_term(out, "Verdict");
	html_text(out, t->verdict);
	if (t->verdict_since_ms != HISTORY_NEVER) {
		html_raw(out, " since ");
		words_second(out, t->verdict_since_ms);
	}
	if (t->reason.at) {
		html_raw(out, " (");
		html_text(out, t->reason);
		html_raw(out, ")");
	}
	add_missing(out, t->missing, c->json);
	end_term(out);
}

static void
add_incident(struct buf *out, const struct cards *c, const struct ticket *t)
{
	size_t count, shown = 0;
	const struct ticket *const *mates = incidents_of(c->incidents, t, &count);

	if (count < 2)
		return;
	add_term(out, "Incident");
	html_raw(out, "with ");
	for (size_t i = 0; i < count && shown < MATES; i++) {
		if (mates[i] == t)
			continue;
		html_raw(out, shown++ ? ", " : "");
		words_link(out, mates[i]);
	}
	if (count - 1 > shown)
		html_printf(out, " and %zu more", count - 1 - shown);
	end_term(out);
}

static void
add_facts(struct buf *out, const struct cards *c, const struct ticket *t)
{
	html_printf(out, "<div class=\"facts\"><h3>TKT-%lld</h3>\n<dl>\n", (long long)t->id);
	add_term(out, "Began");
	words_second(out, t->began_ms);
	end_term(out);
	if (t->resolved) {
		add_term(out, "Resolved");
		words_second(out, t->resolved_ms);
		if (t->resolution.at) {
			html_raw(out, ", ");
			html_text(out, t->resolution);
		}
		end_term(out);
	}
	if (t->held && !t->resolved) {
		add_term(out, "Held");
		html_raw(out, t->held_until_ms == HISTORY_NEVER ? "until released" : "until ");
		words_second(out, t->held_until_ms);
		end_term(out);
	}
	add_verdict(out, c, t);
	if (t->count) {
		add_term(out, "Violated in");
		words_count(out, (size_t)t->count, "cycle");
		end_term(out);
	}
	add_incident(out, c, t);
	html_raw(out, "</dl></div>\n");
}

static void
add_advice(struct buf *out, const struct ticket *t)
{
	if (!t->doc.len && !t->link.len)
		return;
	html_raw(out, "<h4>What to do</h4>\n");
	if (t->doc.len) {
		html_raw(out, "<p class=\"text\">");
		html_text(out, t->doc);
		html_raw(out, "</p>\n");
	}
	if (!t->link.len)
		return;
	if (html_link_ok(t->link)) {
		html_raw(out, "<p><a class=\"link\" href=\"");
		html_text(out, t->link);
		html_raw(out, "\" rel=\"noopener noreferrer\">");
		html_cut(out, t->link, LINK_CHARS);
		html_raw(out, "</a></p>\n");
	} else {
		html_raw(out, "<p class=\"text\">");
		html_text(out, t->link);
		html_raw(out, "</p>\n");
	}
}

static void
add_diagnosis(struct buf *out, const struct ticket *t)
{
	if (!t->diagnosis.len)
		return;
	html_raw(out, "<h4>Diagnosis</h4>\n<div class=\"prose\">\n");
	markdown_html(out, t->diagnosis);
	html_raw(out, "</div>\n");
}

/* Writes a word of the ledger for people: evidence_lost becomes "evidence lost". */
static void
add_word(struct buf *out, struct span word)
{
	while (word.at) {
		html_text(out, span_cut(&word, '_'));
		html_raw(out, word.at ? " " : "");
	}
}

/* A time that op wrote into the note is shown in the page's time zone. */
static void
add_note(struct buf *out, const struct event *e)
{
	struct event_note parts;

	if (!event_note_split(e->word, e->note, &parts)) {
		html_text(out, e->note);
		return;
	}
	html_raw(out, parts.before.len ? "" : "until ");
	html_text(out, parts.before);
	words_second(out, parts.ms);
	html_text(out, parts.after);
}

static void
add_event(struct buf *out, const struct ticket *t, const struct event *e)
{
	bool diagnosed = span_is(e->word, "diagnosed");

	html_raw(out, "<li>");
	words_second(out, e->at_ms);
	html_raw(out, " ");
	add_word(out, e->word);
	if (e->actor.at && !span_is(e->actor, "op")) {
		html_raw(out, " by ");
		html_text(out, e->actor);
	}
	/* the last diagnosis is on the card already; an earlier one is still worth reading */
	if (e->note.len && !(diagnosed && span_equal(e->note, t->diagnosis))) {
		html_raw(out, diagnosed ? ", replaced since: <q>" : ": <q>");
		add_note(out, e);
		html_raw(out, "</q>");
	}
	html_raw(out, "</li>\n");
}

static void
add_events(struct buf *out, const struct cards *c, const struct ticket *t)
{
	if (!t->event_count)
		return;
	html_raw(out, "<h4>History</h4>\n<ol class=\"history\">\n");
	for (size_t i = 0; i < t->event_count; i++)
		add_event(out, t, &c->history->events[t->first_event + i]);
	html_raw(out, "</ol>\n");
}

static void
add_snapshot(struct buf *out, struct cards *c, const struct ticket *t)
{
	size_t before;

	if (t->snapshot.len <= 2) /* {} */
		return;
	if (2 * t->snapshot.len > c->room) {
		html_printf(out,
			"<p class=\"left-out\">Measurements left out to limit the page's size: "
			"<code>op-ticket show %lld</code></p>\n",
			(long long)t->id);
		return;
	}
	before = out->len;
	html_raw(out, "<details class=\"snapshot\"><summary>Measured when it "
		      "opened</summary>\n<table>\n");
	snapshot_rows(out, t->snapshot, c->json);
	html_raw(out, "</table>\n</details>\n");
	c->room -= out->len - before < c->room ? out->len - before : c->room;
}

void
card_add(struct buf *out, struct cards *c, const struct ticket *t, bool unfolded)
{
	char class[32];

	words_class(class, sizeof class, "card", t->severity);
	html_printf(out, "<details class=\"%s%s\"%s>\n<summary>", class, t->resolved ? "" : " open",
		unfolded ? " open" : "");
	add_severity(out, t);
	html_raw(out, "<span class=\"what\">");
	add_name(out, c, t);
	add_flags(out, t);
	html_raw(out, "</span>");
	add_state(out, c->history, t);
	add_message(out, t, SIZE_MAX);
	html_raw(out, "</summary>\n<div class=\"body\" id=\"");
	words_anchor(out, t);
	html_raw(out, "\">\n");
	add_facts(out, c, t);
	html_raw(out, "<div class=\"story\">\n");
	add_advice(out, t);
	add_diagnosis(out, t);
	add_events(out, c, t);
	add_snapshot(out, c, t);
	html_raw(out, "</div>\n</div>\n</details>\n");
}
