/* SPDX-License-Identifier: ISC */
#include "report/history.h"

#include <stdlib.h>

void
history_free(struct history *h)
{
	free(h->tickets);
	free(h->mutes);
	free(h->gaps);
	free(h->events);
	arena_free(&h->texts);
	*h = (struct history){0};
}

int64_t
ticket_end(const struct ticket *t, const struct history *h)
{
	int64_t end = t->resolved && t->resolved_ms != HISTORY_NEVER ? t->resolved_ms : h->until_ms;

	return end > t->began_ms ? end : t->began_ms;
}

int64_t
mute_end(const struct mute *m)
{
	return m->lifted_ms != HISTORY_NEVER && m->lifted_ms < m->until_ms ? m->lifted_ms
									   : m->until_ms;
}
