/* SPDX-License-Identifier: ISC */
#include "ticket/admission.h"

#include <string.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/cycles.h"
#include "ticket/rules.h"
#include "ticket/verdict_cycle.h"

static enum admission
refuse(const struct verdict_cycle *v, struct fault *f, const char *why)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	fault_put(f, STATUS_DATA, "%s/%s: the cycle of %s is refused: %s", v->subject, v->cluster,
		at, why);
	return ADMISSION_REFUSE;
}

static enum admission
refuse_cluster(const struct verdict_cycle *v, struct fault *f, const char *known)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	fault_put(f, STATUS_DATA,
		"%s/%s: the cycle of %s is refused: its cluster_id is %s, not %s; if that is "
		"right: "
		"op-ticket adopt --cluster %s %s",
		v->subject, v->cluster, at, v->cluster_id, known, v->cluster, v->cluster_id);
	return ADMISSION_REFUSE_CLUSTER;
}

enum admission
admission_judge(const struct cycle_row *last, const struct verdict_cycle *v, int64_t now_ms,
	struct fault *f)
{
	char digest[CYCLES_DIGEST_SIZE];

	if (rules_ahead(v->at_ms, now_ms))
		return refuse(v, f, "it is more than 10 minutes ahead of the clock");
	if (!last->taken)
		return ADMISSION_TAKE;
	if (last->cluster_id && v->cluster_id && strcmp(last->cluster_id, v->cluster_id) != 0)
		return refuse_cluster(v, f, last->cluster_id);
	if (v->at_ms == last->last_ms) {
		cycles_digest(digest, v->digest);
		if (strcmp(last->digest, digest) == 0)
			return ADMISSION_REPEAT;
		return refuse(v, f, "another cycle of the same time was taken before");
	}
	if (v->at_ms > last->last_ms)
		return ADMISSION_TAKE;
	if (!rules_set_back(last->last_ms, v->at_ms, now_ms))
		return refuse(v, f, "a later one was taken before");
	return ADMISSION_TAKE_SET_BACK;
}
