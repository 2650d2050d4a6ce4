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
