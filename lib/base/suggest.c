/* SPDX-License-Identifier: ISC */
#include "base/suggest.h"

#include <string.h>

enum { LONGEST = 24, NEAR = 2 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: edits, and swaps of neighbours. */
static size_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t d[LONGEST + 1][LONGEST + 1];

	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			d[i][j] = least(change, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a_len][b_len];
}

const char *
suggest(const char *typed, const char *const *words, size_t count)
{
	size_t len = strlen(typed);
	size_t best = NEAR + 1;
	const char *found = NULL;

	if (len > LONGEST)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t word_len = strlen(words[i]);
		size_t d = word_len > LONGEST ? best : distance(typed, len, words[i], word_len);

		if (d >= best || d * 2 >= word_len)
			continue;
		best = d;
		found = words[i];
	}
	return found;
}
