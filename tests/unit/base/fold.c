/* SPDX-License-Identifier: ISC */
#include "base/fold.h"

#include <string.h>

#include "base/buf.h"
#include "base/width.h"
#include "unit.h"

static const struct {
	const char *page;
	size_t width, indent;
	const char *folded;
} cases[] = {
	{"", 10, 2, ""}, {"0123456789\n", 10, 2, "0123456789\n"},
	{"0123456789", 0, 2, "0123456789"},
	{"one two three four\n", 13, 2, "one two three\n  four\n"},
	{"one two  three\nfour\n", 9, 1, "one two\n three\nfour\n"},
	{"label one two", 12, 6, "label one\ntwo"}, /* too narrow for an indent */
	{"label one two three", 14, 6, "label one two\n      three"},
	{"label long-word-that-is-longer", 16, 6, "label long-word-\n      that-is-lo\n      nger"},
	{"one two             \n", 11, 2, "one two\n"},
	{"\u78c1\u76d8\u5df2\u6ee1\u78c1\u76d8", 9, 0, "\u78c1\u76d8\u5df2\u6ee1\n\u78c1\u76d8"},
	{"\u78c1", 1, 0, "\u78c1"}, /* it cannot be narrower */
};

int
main(void)
{
	struct buf page;

	width_set_locale();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_init(&page, 1 << 10);
		buf_add_text(&page, "a line before that stays as it is\n");
		size_t start = page.len;

		buf_add_text(&page, cases[i].page);
		fold_lines(&page, start, cases[i].width, cases[i].indent);
		CHECK_AS(strcmp(page.data + start, cases[i].folded) == 0, cases[i].page);
		buf_free(&page);
	}
	return unit_done();
}
