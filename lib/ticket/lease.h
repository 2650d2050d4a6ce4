/* SPDX-License-Identifier: ISC */
#ifndef OP_LEASE_H
#define OP_LEASE_H

#include <stdint.h>

struct cycle_row;

/*
 * Of two monitors that watch the same cluster one ingests its cycles, the
 * other stands by until the lease of the first has ended. Who holds it, and
 * until when, stands in the cluster's row of the table cycles: it is read,
 * judged and written in the transaction that takes the cycle, by the
 * database's clock alone.
 */

enum {
	LEASE_NAME_SIZE = 65,
	LEASE_DEFAULT_MS = 90000,
	LEASE_MAX_MS = 86400000, /* an end further off than that was written by a wrong clock */
};

/* What a monitor asks for. */
struct lease {
	char name[LEASE_NAME_SIZE];
	int64_t ms;
};

/* The form in words, for messages. */
#define LEASE_FORM "NAME or NAME:90s; the name is of 1 to 64 letters, digits, . _ @ -; at most 1d"

/* Reads "mon-a" or "mon-a:90s". 0 or -1. */
int lease_parse(struct lease *l, const char *text);

/* Who holds it now: holder, or NULL if nobody does or the lease has ended. */
const char *lease_holder(const char *holder, int64_t until_ms, int64_t now_ms);

/*
 * The other monitor whose lease is valid; NULL: the cycle may be judged.
 * wanted is NULL if no lease is asked for: every holder is then another one.
 */
const char *lease_other(const struct cycle_row *r, const struct lease *wanted);

#endif
