/* SPDX-License-Identifier: ISC */
#include "ticket/ingest_cycle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ticket/admission.h"
#include "ticket/ingest_part.h"
#include "ticket/outbox.h"
#include "ticket/verdict_cycle.h"

/* The cycle itself, whatever became of it here. */
static void
report_heartbeat(const struct verdict_cycle *v, struct outbox *out)
{
	size_t checks = 0, complete = 0;
	char rest[64] = "";
	int len = 0;

	for (size_t i = 0; i < v->invariant_count; i++) {
		checks += v->invariants[i].checked;
		complete += v->invariants[i].complete;
	}
	if (complete && complete == checks && !v->violation_count && !v->unknown_count) {
		outbox_say(out, "Check complete: %zu invariants, all passing", checks);
		return;
	}
	if (v->unknown_count)
		len = snprintf(rest, sizeof rest, ", %zu unknown", v->unknown_count);
	if (complete < checks)
		text_format(rest + len, sizeof rest - (size_t)len, ", %zu not evaluated",
			checks - complete);
	outbox_say(out, "Check complete: %zu invariants, %zu violations%s", checks,
		v->violation_count, rest);
}

static void
report_created(const struct ingest *in, const struct change_open *o, struct outbox *out)
{
	struct span name = verdict_invariant(in->v, o->verdict);
	struct span store = verdict_store(in->v, o->verdict);
	struct span message = o->violation->message;

	outbox_say(out, "Created ticket %lld: %.*s%s%.*s (%s)%s%.*s", (long long)o->id,
		(int)name.len, name.at, store.at ? " " : "", (int)store.len,
		store.at ? store.at : "", severity_word(o->violation->severity),
		message.at ? ": " : "", (int)message.len, message.at ? message.at : "");
}

/* An event of a ticket that was there before. */
static void
report_event(const struct change_event *e, struct outbox *out)
{
	if (strcmp(e->event, "unheld") == 0)
		outbox_say(out, "Hold of ticket %lld has ended", (long long)e->ticket_id);
	else if (strcmp(e->event, "escalated") == 0)
		outbox_say(out, "Escalated ticket %lld: %s, was %s", (long long)e->ticket_id,
			e->note, severity_word(e->ticket->rule.severity));
}

/* Reports what was applied; only now are the ids known. */
static int
report(const struct ingest *in, struct outbox *out, struct fault *f)
{
	const struct changes *c = &in->changes;
	size_t resolved = 0;

	for (size_t i = 0; i < c->event_count; i++)
		if (c->events[i].ticket)
			report_event(&c->events[i], out);
	for (size_t i = 0; i < c->ticket_count; i++)
		resolved += c->tickets[i].kind == CHANGE_RESOLVE;
	if (resolved)
		outbox_say(out, "Auto-resolved %zu ticket(s)", resolved);
	for (size_t i = 0; i < c->open_count; i++)
		report_created(in, &c->opens[i], out);
	for (size_t i = 0; i < c->event_count; i++)
		if (outbox_event(out, in->db, c->events[i].event, in->v->at_ms,
			    c->events[i].ticket_id, f))
			return -1;
	return 0;
}

static int
take(struct ingest *in, struct outbox *out, struct fault *f)
{
	int result;

	in->claimed = mem_zero(in->v->count, sizeof *in->claimed);
	in->candidates = mem_zero(in->v->violation_count, sizeof *in->candidates);
	changes_init(&in->changes, in->v);
	update_open(in);
	result = open_new(in, f);
	in->changes.last_opened_ms = in->loaded.cycle.last_opened_ms;
	if (in->changes.open_count && in->changes.last_opened_ms < in->v->at_ms)
		in->changes.last_opened_ms = in->v->at_ms;
	if (result == 0)
		result = store_apply(in->db, &in->changes, f);
	if (result == 0)
		result = report(in, out, f);
	changes_free(&in->changes);
	batches_free(&in->batches);
	free(in->candidates);
	free(in->claimed);
	return result;
}

/* What was loaded waits for a time that has not come: it is moved back and loaded anew. */
static int
heal(struct ingest *in, struct fault *f)
{
	if (store_heal(in->db, in->v, f))
		return -1;
	loaded_free(&in->loaded);
	return store_load(in->db, in->v, &in->loaded, f);
}

static int
decide(struct ingest *in, struct outbox *out, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	switch (admission_judge(&in->loaded.cycle, in->v, clock_wall_ms(), f)) {
	case ADMISSION_REFUSE:
		outbox_complain(out, "%s", f->text);
		return 1;
	case ADMISSION_REPEAT:
		timestamp_format(at, in->v->at_ms);
		outbox_say(out, "Taken before: %s/%s at %s", in->v->subject, in->v->cluster, at);
		return 0;
	case ADMISSION_TAKE_SET_BACK:
		if (heal(in, f))
			return -1;
		break;
	case ADMISSION_TAKE:
		break;
	}
	return take(in, out, f);
}

int
ingest_cycle(struct database *db, const struct verdict_cycle *v, int64_t gone_after_ms,
	struct outbox *out, struct fault *f)
{
	struct ingest in = {.db = db, .v = v, .gone_after_ms = gone_after_ms};
	int result;

	if (store_load(db, v, &in.loaded, f))
		return -1;
	result = decide(&in, out, f);
	loaded_free(&in.loaded);
	if (result == 0)
		report_heartbeat(v, out);
	return result;
}
