/* SPDX-License-Identifier: ISC */
#include "ticket/store_cycle.h"

void
loaded_free(struct loaded *l)
{
	cycle_row_free(&l->cycle);
	open_tickets_free(&l->tickets);
	pending_free(&l->pending);
	checks_free(&l->checks);
	mutes_free(&l->mutes);
}

const char *const store_heal_sql[STORE_HEALS] = {
	"UPDATE pending SET first_seen_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND first_seen_at > $3",
	"UPDATE tickets"
	" SET ok_since = CASE WHEN ok_since > $3 THEN $3 ELSE ok_since END,"
	" absent_since = CASE WHEN absent_since > $3 THEN $3 ELSE absent_since END,"
	" updated_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
	" AND (ok_since > $3 OR absent_since > $3)",
	"UPDATE tickets"
	" SET verdict_since = CASE WHEN verdict_since > $3 THEN $3 ELSE verdict_since END,"
	" lost_since = CASE WHEN lost_since > $3 THEN $3 ELSE lost_since END"
	" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
	" AND (verdict_since > $3 OR lost_since > $3)",
	"UPDATE checks SET last_complete_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND last_complete_at > $3",
	"UPDATE checks SET last_known_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND last_known_at > $3",
	"UPDATE unknown SET since = $3"
	" WHERE subject = $1 AND cluster = $2 AND since > $3",
	"UPDATE cycles SET identified_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND identified_at > $3",
};
