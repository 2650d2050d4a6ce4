/* SPDX-License-Identifier: ISC */
#include "ticket/ingest_cycle.h"

#include <stdio.h>

#include "base/fault.h"
#include "ticket/admission.h"
#include "ticket/database.h"
#include "ticket/ingest_part.h"
#include "ticket/outbox.h"
#include "ticket/verdict_cycle.h"

/* How the cycle itself looks, whatever became of it here. */
static void
say_heartbeat(const struct verdict_cycle *v, struct outbox *out)
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
		(void)snprintf(rest + len, sizeof rest - (size_t)len, ", %zu not evaluated",
			checks - complete);
	outbox_say(out, "Check complete: %zu invariants, %zu violations%s", checks,
		v->violation_count, rest);
}

static int
take(struct ingest *in, struct fault *f)
{
	if (update_open(in, f))
		return -1;
	if (in->resolved)
		outbox_say(in->out, "Auto-resolved %zu ticket(s)", in->resolved);
	if (open_new(in, f))
		return -1;
	if (in->opened && in->last_opened_ms < in->v->at_ms)
		in->last_opened_ms = in->v->at_ms;
	return admission_note(in->db, in->v, in->last_opened_ms, f);
}

int
ingest_cycle(struct database *db, struct verdict_cycle *v, int64_t gone_after_ms,
	struct outbox *out, struct fault *f)
{
	struct ingest in = {.db = db, .v = v, .out = out, .gone_after_ms = gone_after_ms};
	int result = 0;

	timestamp_format(in.at, v->at_ms);
	switch (admission_ask(db, v, timestamp_now(), &in.last_opened_ms, f)) {
	case ADMISSION_FAILED:
		return -1;
	case ADMISSION_REFUSE:
		outbox_complain(out, "%s", f->text);
		return 1;
	case ADMISSION_REPEAT:
		outbox_say(out, "Taken before: %s/%s at %s", v->subject, v->cluster, in.at);
		break;
	case ADMISSION_TAKE:
		result = take(&in, f);
		break;
	}
	batches_free(&in.batches);
	if (result == 0)
		say_heartbeat(v, out);
	return result;
}
