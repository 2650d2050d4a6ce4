/* SPDX-License-Identifier: ISC */
#include "base/suggest.h"

#include <string.h>

#include "unit.h"

static void
test_suggestions(void)
{
	static const char *const words[] = {"ingest", "list", "ack", "unhold"};
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{"lsit", "list"},
		{"lis", "list"},
		{"lists", "list"},
		{"ignest", "ingest"},
		{"digest", "ingest"},
		{"akc", "ack"},
		{"unhlod", "unhold"},
		{"x", NULL},
		{"delete", NULL},
		{"", NULL},
		{"a-very-long-word-that-is-none-of-them", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *got = suggest(cases[i].typed, words, sizeof words / sizeof words[0]);

		CHECK_AS(cases[i].meant ? got && strcmp(got, cases[i].meant) == 0 : !got,
			cases[i].typed);
	}
}

int
main(void)
{
	test_suggestions();
	return unit_done();
}
