/* SPDX-License-Identifier: ISC */
#ifndef OP_SPAN_H
#define OP_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of a text that somebody else owns; at is NULL where there is none. No NUL stands behind
 * it. */
struct span {
	const char *at;
	size_t len;
};

struct span span_of(const char *text); /* of a C string, or of NULL */
bool span_equal(struct span a, struct span b);
bool span_is(struct span s, const char *text);

#endif
