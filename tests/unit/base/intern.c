/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/intern.h"
#include "unit.h"

int
main(void)
{
	struct intern *n = intern_open();
	char text[32];
	bool same = true;

	CHECK(intern_find(n, span_of("a")) == INTERN_NONE && intern_count(n) == 0);
	CHECK(intern_add(n, span_of("a")) == 0 && intern_add(n, span_of("b")) == 1 &&
		intern_add(n, span_of("a")) == 0);
	CHECK(intern_add(n, span_of("")) == 2 && intern_find(n, span_of("")) == 2);
	CHECK(intern_find(n, span_of("b")) == 1 && intern_find(n, span_of("c")) == INTERN_NONE);
	for (uint32_t i = 3; i < INTERN_MAX; i++) {
		(void)snprintf(text, sizeof text, "name %u", i);
		same &= intern_add(n, span_of(text)) == i;
	}
	CHECK(same && intern_count(n) == INTERN_MAX);
	CHECK(intern_add(n, span_of("one more")) == INTERN_NONE &&
		intern_add(n, span_of("b")) == 1);
	for (uint32_t i = 3; i < INTERN_MAX; i++) {
		(void)snprintf(text, sizeof text, "name %u", i);
		same &= intern_find(n, span_of(text)) == i && span_is(intern_text(n, i), text);
	}
	CHECK(same);
	intern_close(n);
	return unit_done();
}
