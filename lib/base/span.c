/* SPDX-License-Identifier: ISC */
#include "base/span.h"

#include <string.h>

struct span
span_of(const char *text)
{
	return (struct span){text, text ? strlen(text) : 0};
}

bool
span_equal(struct span a, struct span b)
{
	return a.at && b.at && a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

bool
span_is(struct span s, const char *text)
{
	return span_equal(s, span_of(text));
}
