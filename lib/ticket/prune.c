/* SPDX-License-Identifier: ISC */
#include "ticket/prune.h"

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/checks.h"
#include "ticket/database.h"
#include "ticket/store_lock.h"
#include "ticket/tickets.h"
#include "ticket/unknown.h"

enum { STRIDE = 5000 }; /* ids in a transaction */

static int
prune_range(struct database *db, int64_t from, const char *before, int64_t *count, struct fault *f)
{
	int64_t deleted;

	if (database_begin(db, f))
		return -1;
	if (tickets_prune(db, from, from + STRIDE, before, &deleted, f)) {
		database_rollback(db);
		return -1;
	}
	if (database_commit(db, f))
		return -1;
	*count += deleted;
	return 0;
}

static int
prune_checks(struct database *db, const char *before, struct fault *f)
{
	if (database_begin(db, f))
		return -1;
	if (store_lock_clusters(db, NULL, NULL, f) || unknown_prune(db, before, f) ||
		checks_prune(db, before, f)) {
		database_rollback(db);
		return -1;
	}
	return database_commit(db, f);
}

int
prune(struct database *db, int64_t before_ms, int64_t *count, struct fault *f)
{
	char before[TIMESTAMP_SIZE] = "";
	int64_t last;

	*count = 0;
	if (before_ms >= 0)
		timestamp_format(before, before_ms); /* else "", before every time */
	if (tickets_last_id(db, &last, f))
		return -1;
	for (int64_t from = 0; from < last; from += STRIDE)
		if (prune_range(db, from, before, count, f))
			return -1;
	return prune_checks(db, before, f);
}
