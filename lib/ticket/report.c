/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "ticket/event_line.h"
#include "ticket/ingest_part.h"
#include "ticket/ledger.h"
#include "ticket/outbox.h"
#include "ticket/verdict_cycle.h"

/* What ingest logs of a cycle. */

/* " in NAME", unless the cluster has no name of its own. */
static const char *
in_cluster(const struct ingest *in)
{
	return strcmp(in->v->cluster, "default") == 0 ? "" : " in ";
}

static const char *
cluster_name(const struct ingest *in)
{
	return strcmp(in->v->cluster, "default") == 0 ? "" : in->v->cluster;
}

/* The invariant and what it is about: "store_down 2", for %.*s%s%.*s. */
#define WHAT(name, store)                                                    \
	(int)(name).len, (name).at, (store).at ? " " : "", (int)(store).len, \
		(store).at ? (store).at : ""

static void
report_created(const struct ingest *in, const struct change_open *o, struct outbox *out)
{
	struct span name = verdict_invariant(in->v, o->verdict);
	struct span store = verdict_store(in->v, o->verdict);
	struct span message = o->violation->message;

	outbox_say(out, "Created ticket %lld: %.*s%s%.*s (%s)%s%s%s%.*s", (long long)o->id,
		WHAT(name, store), severity_word(o->violation->severity), in_cluster(in),
		cluster_name(in), message.at ? ": " : "", (int)message.len,
		message.at ? message.at : "");
}

static void
report_escalated(const struct ingest *in, const struct change_event *e, struct outbox *out)
{
	struct span store = open_ticket_store(e->ticket);
	struct span message = e->violation->message;

	outbox_say(out, "Escalated ticket %lld: %.*s%s%.*s (%s, was %s)%s%s%s%.*s",
		(long long)e->ticket_id, WHAT(e->ticket->invariant, store), e->note,
		severity_word(e->ticket->rule.severity), in_cluster(in), cluster_name(in),
		message.at ? ": " : "", (int)message.len, message.at ? message.at : "");
}

static void
report_resolved(const struct ingest *in, const struct change_event *e, struct outbox *out)
{
	struct span store = open_ticket_store(e->ticket);
	int64_t lasted_ms = in->v->at_ms - e->ticket->first_seen_ms;
	char lasted[32];

	outbox_say(out, "Resolved ticket %lld: %.*s%s%.*s%s%s, %s after %s",
		(long long)e->ticket_id, WHAT(e->ticket->invariant, store), in_cluster(in),
		cluster_name(in), e->note,
		duration_format(lasted, lasted_ms < 0 ? 0 : lasted_ms / 1000 * 1000));
}

/* Logs events that have no function of their own. */
static void
report_other(const struct change_event *e, struct outbox *out)
{
	if (strcmp(e->event, "unheld") == 0)
		outbox_say(out, "Hold of ticket %lld has expired", (long long)e->ticket_id);
	else if (strcmp(e->event, "muted") == 0)
		outbox_say(out, "Muted ticket %lld: %s", (long long)e->ticket_id, e->note);
	else if (strcmp(e->event, "unmuted") == 0)
		outbox_say(out, "Mute of ticket %lld has ended", (long long)e->ticket_id);
}

static void
report_people(const struct ingest *in, struct outbox *out)
{
	const struct changes *c = &in->changes;
	size_t resolved = 0;

	for (size_t i = 0; i < c->event_count; i++)
		report_other(&c->events[i], out);
	for (size_t i = 0; i < c->open_count; i++)
		report_created(in, &c->opens[i], out);
	for (size_t i = 0; i < c->event_count; i++)
		if (strcmp(c->events[i].event, "escalated") == 0)
			report_escalated(in, &c->events[i], out);
	for (size_t i = 0; i < c->event_count; i++) {
		if (strcmp(c->events[i].event, "resolved") != 0)
			continue;
		report_resolved(in, &c->events[i], out);
		resolved++;
	}
	if (resolved)
		outbox_say(out, "Auto-resolved %zu ticket(s)", resolved);
}

int
report_changes(const struct ingest *in, struct outbox *out, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	report_people(in, out);
	timestamp_format(at, in->v->at_ms);
	for (size_t i = 0; i < in->changes.event_count; i++) {
		const struct change_event *e = &in->changes.events[i];
		const struct event_line line = {
			.id = e->id,
			.ticket_id = e->ticket_id,
			.event = span_of(e->event),
			.at = span_of(at),
			.actor = span_of(LEDGER_SELF),
			.note = span_of(e->note),
			.muted = e->muted,
		};

		if (outbox_event(out, in->db, &line, f))
			return -1;
	}
	return 0;
}

/* The counts in a heartbeat. */
struct counts {
	size_t checks, complete;
	size_t violations, judged; /* judged: of checks that are complete */
	size_t unknown;		   /* invariants */
};

static struct counts
count(const struct verdict_cycle *v)
{
	struct counts n = {.violations = v->violation_count};

	for (size_t i = 0; i < v->invariant_count; i++) {
		n.checks += v->invariants[i].checked;
		n.complete += v->invariants[i].complete;
		n.unknown += v->invariants[i].unknown_count != 0;
	}
	for (size_t i = 0; i < v->count && v->violation_count; i++)
		n.judged += v->items[i].state == VERDICT_VIOLATED &&
			    v->invariants[v->items[i].invariant].complete;
	return n;
}

/* " (1 pending, 2 muted)": the violations that are not reported yet. */
static void
add_beside(struct buf *text, size_t pending, size_t muted)
{
	if (!pending && !muted)
		return;
	buf_add_text(text, " (");
	if (pending)
		buf_printf(text, "%zu pending", pending);
	if (muted)
		buf_printf(text, "%s%zu muted", pending ? ", " : "", muted);
	buf_add_text(text, ")");
}

void
report_heartbeat(const struct ingest *in, struct outbox *out)
{
	struct counts n = count(in->v);
	struct buf text;

	buf_init(&text, 4096);
	if (n.complete && n.complete == n.checks && !n.violations && !n.unknown &&
		!in->tally.open) {
		buf_add_text(&text, "all passing");
	} else {
		buf_printf(&text, "%zu violations", n.violations);
		add_beside(&text, n.judged - in->tally.claimed, in->tally.muted);
		if (!n.violations && in->tally.open)
			buf_printf(&text, ", %zu open", in->tally.open);
		if (n.unknown)
			buf_printf(&text, ", %zu unknown", n.unknown);
		if (n.complete < n.checks)
			buf_printf(&text, ", %zu not evaluated", n.checks - n.complete);
	}
	if (*cluster_name(in))
		outbox_heartbeat(out, "Check complete: %zu invariants, %s (%s)", n.checks,
			text.data, in->v->cluster);
	else
		outbox_heartbeat(out, "Check complete: %zu invariants, %s", n.checks, text.data);
	buf_free(&text);
}
