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
	(void)fault_set(f, STATUS_DATA, "%s/%s: the cycle of %s is refused: %s", v->subject,
		v->cluster, at, why);
	return ADMISSION_REFUSE;
}

enum admission
admission_judge(const struct cycle_row *last, const struct verdict_cycle *v, int64_t now_ms,
	struct fault *f)
{
	char digest[CYCLES_DIGEST_SIZE];

	if (!last->taken)
		return ADMISSION_TAKE;
	if (last->cluster_id && v->cluster_id && strcmp(last->cluster_id, v->cluster_id) != 0)
		return refuse(v, f, "its cluster_id is another one than that name's");
	if (v->at_ms == last->last_ms) {
		cycles_digest(digest, v);
		if (strcmp(last->digest, digest) == 0)
			return ADMISSION_REPEAT;
		return refuse(v, f, "one of the same time but other content was taken before");
	}
	if (v->at_ms > last->last_ms)
		return ADMISSION_TAKE;
	if (!rules_set_back(last->last_ms, v->at_ms, now_ms))
		return refuse(v, f, "a later one was taken before");
	return ADMISSION_TAKE_SET_BACK;
}
