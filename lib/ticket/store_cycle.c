/* SPDX-License-Identifier: ISC */
#include "ticket/store_cycle.h"

#include "ticket/unknown.h"

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
	pending_heal_sql,
	tickets_heal_timers_sql,
	tickets_heal_verdicts_sql,
	checks_heal_complete_sql,
	checks_heal_known_sql,
	unknown_heal_sql,
	cycles_heal_sql,
};
