/* SPDX-License-Identifier: ISC */
#include "base/fault.h"
#include "ticket/store_cycle.h"

/* Cycles are not taken by this store yet. */
static int
refuse(struct fault *f)
{
	return fault_set(f, STATUS_CONFIG, "op-ticket-pg takes no cycles yet");
}

int
store_begin(struct database *db, const struct cluster_name *names, size_t count, struct fault *f)
{
	(void)db, (void)names, (void)count;
	return refuse(f);
}

int
store_load(struct database *db, const struct verdict_cycle *v, struct loaded *l, struct fault *f)
{
	(void)db, (void)v, (void)l;
	return refuse(f);
}

int
store_heal(struct database *db, const struct verdict_cycle *v, struct fault *f)
{
	(void)db, (void)v;
	return refuse(f);
}

int
store_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *asks,
	size_t count, int64_t *counts, struct fault *f)
{
	(void)db, (void)v, (void)asks, (void)count, (void)counts;
	return refuse(f);
}

int
store_apply(struct database *db, struct changes *c, struct fault *f)
{
	(void)db, (void)c;
	return refuse(f);
}

int
store_extend(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f)
{
	(void)db, (void)v, (void)lease;
	return refuse(f);
}

int
store_commit(struct database *db, struct fault *f)
{
	(void)db;
	return refuse(f);
}

void
store_rollback(struct database *db)
{
	(void)db;
}
