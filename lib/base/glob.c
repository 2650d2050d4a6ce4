/* SPDX-License-Identifier: ISC */
#include "base/glob.h"

#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

/* Takes the first character off. A byte that is not UTF-8 counts as one. */
static uint32_t
take(struct span *s)
{
	uint32_t code;
	size_t len = utf8_decode(s->at, s->len, &code);

	if (!len) {
		code = 0x80000000u | (unsigned char)*s->at;
		len = 1;
	}
	*s = span_from(*s, len);
	return code;
}

/* Matches c against the set after a [, and takes it off. -1 without a ], which is no set. */
static int
match_set(struct span *pattern, uint32_t c)
{
	struct span p = *pattern;
	bool negated = p.len && (*p.at == '^' || *p.at == '!');
	bool found = false, first = true;

	if (negated)
		p = span_from(p, 1);
	for (; p.len && (first || *p.at != ']'); first = false) {
		uint32_t low = take(&p), high = low;

		if (p.len > 1 && p.at[0] == '-' && p.at[1] != ']') {
			p = span_from(p, 1);
			high = take(&p);
		}
		found |= low <= c && c <= high;
	}
	if (!p.len)
		return -1;
	*pattern = span_from(p, 1);
	return found != negated;
}

/* Matches one character of the text against the beginning of the pattern, which is not *. */
static bool
match_one(struct span *pattern, struct span *text)
{
	uint32_t wanted = take(pattern);
	uint32_t c = take(text);
	int in_set;

	if (wanted == '?')
		return true;
	if (wanted == '[') {
		in_set = match_set(pattern, c);
		if (in_set >= 0)
			return in_set != 0;
	}
	return wanted == c;
}

bool
glob_match(struct span pattern, struct span text)
{
	struct span after_star = {NULL, 0}; /* the pattern after the last *, and */
	struct span from = {NULL, 0};	    /* where it was tried last */

	while (text.len) {
		if (pattern.len && *pattern.at == '*') {
			pattern = after_star = span_from(pattern, 1);
			from = text;
			continue;
		}
		if (pattern.len && match_one(&pattern, &text))
			continue;
		if (!after_star.at)
			return false;
		(void)take(&from);
		text = from;
		pattern = after_star;
	}
	while (pattern.len && *pattern.at == '*')
		pattern = span_from(pattern, 1);
	return pattern.len == 0;
}
