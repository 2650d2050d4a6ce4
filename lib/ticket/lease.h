/* SPDX-License-Identifier: ISC */
#ifndef OP_LEASE_H
#define OP_LEASE_H

#include <stdint.h>

struct cycle_row;

/*
 * If two monitors watch the same cluster, one ingests its cycles, and the other
 * stands by until the first one's lease has ended. The holder and the end of the
 * lease are in the cluster's row of the table cycles. They are read, judged and
 * written in the transaction that takes the cycle, by the database's clock.
 */

enum {
	LEASE_NAME_SIZE = 65,
	LEASE_DEFAULT_MS = 90000,
	LEASE_MAX_MS = 86400000, /* an end further away was written by a wrong clock */
};

/* The lease that a monitor wants. */
struct lease {
	char name[LEASE_NAME_SIZE];
	int64_t ms;
};

/* The form in words, for messages. */
#define LEASE_FORM "NAME or NAME:90s; the name has 1 to 64 letters, digits, . _ @ -; at most 1d"

/* Reads "mon-a" or "mon-a:90s". 0 or -1. */
int lease_parse(struct lease *l, const char *text);

/* The present holder, or NULL if there is none or the lease has ended. */
const char *lease_holder(const char *holder, int64_t until_ms, int64_t now_ms);

/*
 * The other monitor that has a valid lease; if NULL, the cycle may be judged.
 * wanted is NULL without --lease: every holder is then another one.
 */
const char *lease_other(const struct cycle_row *r, const struct lease *wanted);

#endif
