/* SPDX-License-Identifier: ISC */
#include "ticket/database.h"

int
database_number(struct database *db, const char *sql, int64_t *out, struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);
	int got = s ? stmt_step(s, f) : -1;

	if (got < 0)
		return -1;
	*out = got ? stmt_i64(s, 0) : 0;
	stmt_reset(s);
	return 0;
}
