/* SPDX-License-Identifier: ISC */
#ifndef OP_ADDRESS_H
#define OP_ADDRESS_H

#include <stdbool.h>

#include "base/span.h"

struct fault;

/*
 * HOST:PORT, HOST, [V6]:PORT, or a bare V6. The spans point into the text
 * that was read. Nothing is resolved: hosts are names, and equal when they
 * are the same name (without regard to case or to a dot at the end) or the same IPv6 address.
 */
struct address {
	struct span host; /* without brackets; at is NULL if nothing could be read */
	struct span port; /* at is NULL if it has none */
	enum { ADDRESS_NAME, ADDRESS_V4, ADDRESS_V6 } family;
	unsigned char v6[16];
};

struct address address_read(struct span text);

/* The HOST:PORT of a URL, whatever its scheme; the whole text if it has none. */
struct span address_authority(struct span url);

/* address_read() of that. */
struct address address_of_url(struct span url);

/* Orders by host only; 0 if the hosts are equal. */
int address_compare(const struct address *a, const struct address *b);

bool address_same_port(const struct address *a, const struct address *b);
bool address_unspecified(const struct address *a); /* 0.0.0.0, [::] or nothing */

/* The part before the first dot of a name; empty for an IP address and for a name without a dot.
 */
struct address address_first_label(const struct address *a);

/*
 * Checks a server's base URL that a user gave, adds http:// if it has no scheme, and
 * removes a slash at the end. The result is the caller's to free(). NULL with
 * STATUS_USAGE for another scheme, a query, a fragment, a user or password (not
 * repeated in the fault), or characters that no URL has.
 */
char *address_base_url(const char *text, struct fault *f);

#endif
