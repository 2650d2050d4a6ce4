/* SPDX-License-Identifier: ISC */
#include "ticket/ingest_cycle.h"

#include <stdbool.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/admission.h"
#include "ticket/ingest_part.h"
#include "ticket/lease.h"
#include "ticket/outbox.h"
#include "ticket/verdict_cycle.h"

/* Moves timers that are in the future back, and loads everything again. */
static int
heal(struct ingest *in, struct fault *f)
{
	if (store_heal(in->db, in->v, f))
		return -1;
	loaded_free(&in->loaded);
	return store_load(in->db, in->v, &in->loaded, f);
}

/* Whether another monitor holds the lease, and ingests the cycles. */
static bool
stands_by(const struct ingest *in, struct outbox *out, int *status)
{
	const char *other = lease_other(&in->loaded.cycle, in->lease);
	char text[TIMESTAMP_SIZE];

	if (!other)
		return false;
	if (in->lease) {
		outbox_heartbeat(out, "Standing by: %s watches %s/%s", other, in->v->subject,
			in->v->cluster);
		*status = STATUS_OK;
		return true;
	}
	timestamp_format(text, in->loaded.cycle.holder_until_ms);
	outbox_complain(out,
		"%s/%s: the cycle is refused: %s holds the lease until %s, and none is asked for "
		"here (--lease)",
		in->v->subject, in->v->cluster, other, text);
	*status = STATUS_TRY_AGAIN;
	return true;
}

/* 0: taken; STATUS_DATA: refused; -1. */
static int
decide(struct ingest *in, struct outbox *out, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	switch (admission_judge(&in->loaded.cycle, in->v, clock_wall_ms(), f)) {
	case ADMISSION_REFUSE:
		outbox_complain(out, "%s", f->text);
		return STATUS_DATA;
	case ADMISSION_REFUSE_CLUSTER:
		outbox_complain(out, "%s", f->text);
		return ingest_refuse(in, out, f) ? -1 : STATUS_DATA;
	case ADMISSION_REPEAT:
		timestamp_format(at, in->v->at_ms);
		outbox_say(out, "Taken before: %s/%s at %s", in->v->subject, in->v->cluster, at);
		tally_loaded(in);
		return in->lease ? store_extend(in->db, in->v, in->lease, f) : 0;
	case ADMISSION_TAKE_SET_BACK:
		if (heal(in, f))
			return -1;
		break;
	case ADMISSION_TAKE:
		break;
	}
	return ingest_take(in, out, f);
}

int
ingest_cycle(struct database *db, const struct verdict_cycle *v,
	const struct ingest_options *options, struct fault *f)
{
	struct ingest in = {
		.db = db,
		.v = v,
		.gone_after_ms = options->gone_after_ms,
		.lease = options->lease,
		.last = options->last,
	};
	int result;

	if (store_load(db, v, &in.loaded, f))
		return -1;
	if (!stands_by(&in, options->out, &result)) {
		result = decide(&in, options->out, f);
		if (result == 0)
			report_heartbeat(&in, options->out);
	}
	loaded_free(&in.loaded);
	return result;
}
