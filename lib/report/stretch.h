/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_STRETCH_H
#define OP_REPORT_STRETCH_H

#include <stddef.h>
#include <stdint.h>

struct history;
struct ticket;

/* Parts of a ticket's life, sorted by time; no two touch. */
struct stretch {
	int64_t from_ms, until_ms;
};

struct stretches {
	struct stretch *list;
	size_t count, cap;
};

void stretches_free(struct stretches *s); /* a zeroed struct is empty */
void stretches_clear(struct stretches *s);

/* When there was no evidence: from evidence_lost to evidence_back, or to the ticket's end. */
void stretches_lost(struct stretches *s, const struct history *h, const struct ticket *t);

/* When it was muted, by its ledger and by the mutes that match it. */
void stretches_muted(struct stretches *s, const struct history *h, const struct ticket *t);

#endif
