/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/names.h"
#include "unit.h"

int
main(void)
{
	struct names *n = names_open();
	char text[32];
	bool same = true;

	CHECK(names_find(n, span_of("a")) == NAMES_NONE && names_count(n) == 0);
	CHECK(names_add(n, span_of("a")) == 0 && names_add(n, span_of("b")) == 1 &&
		names_add(n, span_of("a")) == 0);
	CHECK(names_add(n, span_of("")) == 2 && names_find(n, span_of("")) == 2);
	CHECK(names_find(n, span_of("b")) == 1 && names_find(n, span_of("c")) == NAMES_NONE);
	for (uint32_t i = 3; i < NAMES_MAX; i++) {
		(void)snprintf(text, sizeof text, "name %u", i);
		same &= names_add(n, span_of(text)) == i;
	}
	CHECK(same && names_count(n) == NAMES_MAX);
	CHECK(names_add(n, span_of("one more")) == NAMES_NONE && names_add(n, span_of("b")) == 1);
	for (uint32_t i = 3; i < NAMES_MAX; i++) {
		(void)snprintf(text, sizeof text, "name %u", i);
		same &= names_find(n, span_of(text)) == i && span_is(names_text(n, i), text);
	}
	CHECK(same);
	names_close(n);
	return unit_done();
}
