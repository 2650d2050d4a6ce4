/* SPDX-License-Identifier: ISC */
#include "loop/pipeline.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "unit.h"

enum { ARGS_MAX = 16 };

/* Splits the words of text into stages, and writes these as "a b; c". */
static const char *
split(const char *text, char out[256], struct fault *f)
{
	static char words[256];
	char *argv[ARGS_MAX], *at = words;
	struct pipeline s;
	size_t n = 0, len = 0;

	(void)snprintf(words, sizeof words, "%s", text);
	while (*at && n < ARGS_MAX - 1) {
		argv[n++] = at;
		at += strcspn(at, " ");
		if (*at)
			*at++ = '\0';
	}
	argv[n] = NULL;
	if (pipeline_split(&s, argv, f))
		return NULL;
	out[0] = '\0';
	for (size_t i = 0; i < s.count; i++)
		for (char **arg = s.list[i].argv; *arg; arg++)
			len += (size_t)snprintf(out + len, 256 - len, "%s%s", *arg,
				arg[1]		  ? " "
				: i + 1 < s.count ? "; "
						  : "");
	pipeline_free(&s);
	return out;
}

static void
test_split(void)
{
	static const struct {
		const char *in, *out, *error;
	} cases[] = {
		{"a", "a", NULL},
		{"a b -c", "a b -c", NULL},
		{"a b | c | d e", "a b; c; d e", NULL},
		{"a || b", "a || b", NULL},
		{"a |b c|", "a |b c|", NULL},
		{"", NULL, "no command"},
		{"|", NULL, "stage 1 of 2 is empty: '|' separates commands"},
		{"a |", NULL, "stage 2 of 2 is empty: '|' separates commands"},
		{"| a", NULL, "stage 1 of 2 is empty: '|' separates commands"},
		{"a | | b", NULL, "stage 2 of 3 is empty: '|' separates commands"},
	};
	struct fault f;
	char room[256];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *out = split(cases[i].in, room, &f);

		if (cases[i].out)
			CHECK_AS(out && strcmp(out, cases[i].out) == 0, cases[i].in);
		else
			CHECK_AS(!out && f.status == STATUS_USAGE &&
					 strcmp(f.text, cases[i].error) == 0,
				cases[i].in);
	}
}

static void
test_status(void)
{
	static const struct {
		int stage[3];
		int status, hopeless;
	} cases[] = {
		{{0, 0, 0}, 0, 0},
		{{1, 0, 0}, 1, 0},
		{{1, 2, 0}, 2, 0},
		{{3, 2, 1}, 1, 0},
		{{69, 0, 0}, 69, 0},
		{{0, 0, 69}, 69, 0},
		{{69, 65, 0}, 65, 0},
		{{65, 69, 0}, 65, 0}, /* a real failure is not hidden by a 69 */
		{{137, 0, 69}, 137, 0},
		{{64, 65, 65}, 65, 64},
		{{127, 65, 65}, 65, 127},
		{{0, 126, 0}, 126, 126},
		{{64, 78, 0}, 78, 78},
		{{127, 64, 1}, 1, 64},
		{{0, 128, 63}, 63, 0},
	};
	struct stage list[3];
	struct pipeline s = {.list = list, .count = 3};
	char name[64];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (size_t k = 0; k < 3; k++)
			list[k] = (struct stage){.status = cases[i].stage[k]};
		(void)snprintf(name, sizeof name, "%d | %d | %d", cases[i].stage[0],
			cases[i].stage[1], cases[i].stage[2]);
		CHECK_AS(pipeline_status(&s) == cases[i].status, name);
		CHECK_AS(pipeline_hopeless(&s) == cases[i].hopeless, name);
	}
	CHECK(!pipeline_running(&s));
	list[1].pid = 5;
	CHECK(pipeline_running(&s));
}

int
main(void)
{
	test_split();
	test_status();
	return unit_done();
}
