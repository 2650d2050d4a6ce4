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

bool
span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.at && s.len >= len && memcmp(s.at, prefix, len) == 0;
}

int
span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.at, b.at, len) : 0;

	if (!order)
		order = (a.len > b.len) - (a.len < b.len);
	return order ? order : (a.at != NULL) - (b.at != NULL);
}

struct span
span_from(struct span s, size_t n)
{
	return (struct span){s.at + n, s.len - n};
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.len && is_blank(*s.at))
		s = span_from(s, 1);
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct span
span_cut(struct span *rest, char separator)
{
	const char *found = rest->len ? memchr(rest->at, separator, rest->len) : NULL;
	struct span piece = *rest;

	if (!found) {
		*rest = (struct span){0};
		return piece;
	}
	piece.len = (size_t)(found - piece.at);
	*rest = span_from(*rest, piece.len + 1);
	return piece;
}
