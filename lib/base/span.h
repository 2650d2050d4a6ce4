/* SPDX-License-Identifier: ISC */
#ifndef OP_SPAN_H
#define OP_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A slice of a text that somebody else owns. It does not end with a NUL. at
 * is NULL if there is no text at all, which is not the same as an empty one.
 */
struct span {
	const char *at;
	size_t len;
};

struct span span_of(const char *text); /* of a C string, or of NULL */

/* Are both there, and the same bytes? */
bool span_equal(struct span a, struct span b);
bool span_is(struct span s, const char *text);
bool span_starts(struct span s, const char *prefix);

/* Order by bytes, a prefix before what it begins: below, at or above 0. No text sorts first. */
int span_compare(struct span a, struct span b);

/* Without its first n bytes; n <= s.len. */
struct span span_from(struct span s, size_t n);

/* Without the blanks (space, tab, CR, LF) at both ends. */
struct span span_trim(struct span s);

/*
 * Cuts off and returns what comes before the first separator. *rest becomes
 * what follows that separator; if there was none, its at becomes NULL:
 *
 *	while (rest.at)
 *		take(span_cut(&rest, '\n'));
 */
struct span span_cut(struct span *rest, char separator);

#endif
