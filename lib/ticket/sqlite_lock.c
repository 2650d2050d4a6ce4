/* SPDX-License-Identifier: ISC */
#include "ticket/store_lock.h"

int
store_lock_tickets(struct database *db, const int64_t *ids, size_t count, struct fault *f)
{
	(void)db;
	(void)ids;
	(void)count;
	(void)f;
	return 0;
}

int
store_lock_clusters(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	(void)db;
	(void)subject;
	(void)cluster;
	(void)f;
	return 0;
}

int
store_lock_matching(struct database *db, struct span cluster, struct fault *f)
{
	(void)db;
	(void)cluster;
	(void)f;
	return 0;
}
