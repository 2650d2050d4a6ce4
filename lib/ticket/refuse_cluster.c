/* SPDX-License-Identifier: ISC */
#include "base/buf.h"
#include "base/json_write.h"
#include "stream/cycle_read.h"
#include "ticket/ingest_part.h"
#include "ticket/verdict_cycle.h"
#include "ticket/verdict_cycle_set.h"

enum { FLAP_COUNT = 3, FLAP_WINDOW_S = 300 };

static void
describe(struct verdict_cycle *v, struct violation *violation, const char *known, const char *other)
{
	struct json_write w;
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_printf(&text, "cluster_id is %s, not %s: another cluster has this name", other, known);
	violation->message = arena_copy(&v->texts, (struct span){text.data, text.len});
	buf_clear(&text);
	json_write_init(&w, &text);
	json_write_object(&w);
	json_write_put_string(&w, "cluster_id", other);
	json_write_put_string(&w, "known_cluster_id", known);
	json_write_object_end(&w);
	violation->snapshot = arena_copy(&v->texts, (struct span){text.data, text.len});
	buf_free(&text);
}

/* Makes a cycle of our own, of the same time, that reports the refusal. */
static struct verdict_cycle *
own_cycle(const struct verdict_cycle *refused, const char *known)
{
	const struct cycle_head head = {
		.subject = refused->subject,
		.cluster = refused->cluster,
		.at_ms = refused->at_ms,
	};
	struct verdict_cycle *v = verdict_cycle_open(&head);
	struct violation *violation;
	uint32_t invariant;

	invariant = verdict_cycle_set_invariant(v, span_of(VERDICT_OWN_INVARIANT));
	v->invariants[invariant].checked = v->invariants[invariant].complete = true;
	violation = verdict_cycle_set_violation(v, verdict_cycle_set_add(v, invariant, NULL));
	*violation = (struct violation){
		.severity = SEVERITY_CRITICAL,
		.flap_count = FLAP_COUNT,
		.flap_window_s = FLAP_WINDOW_S,
	};
	describe(v, violation, known, refused->cluster_id);
	return v;
}

int
ingest_refuse(struct ingest *in, struct outbox *out, struct fault *f)
{
	const struct verdict_cycle *refused = in->v;
	struct verdict_cycle *own;
	int result;

	if (refused->at_ms < in->loaded.cycle.last_ms)
		return 0;
	own = own_cycle(refused, in->loaded.cycle.cluster_id);
	in->v = own;
	in->refused = true;
	result = ingest_take(in, out, f);
	in->v = refused;
	verdict_cycle_close(own);
	return result;
}
