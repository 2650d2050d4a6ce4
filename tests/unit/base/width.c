/* SPDX-License-Identifier: ISC */
#include "base/width.h"

#include <string.h>

#include "unit.h"

static size_t
width(const char *text)
{
	return width_of(text, strlen(text));
}

static size_t
fit(const char *text, size_t columns)
{
	return width_fit(text, strlen(text), columns);
}

int
main(void)
{
	width_set_locale();
	CHECK(width("") == 0 && width("abc") == 3);
	CHECK(width("\xe7\xa3\x81\xe7\x9b\x98") == 4); /* two wide characters */
	CHECK(width("\xf0\x9f\x93\x80") == 2);	       /* an emoji */
	CHECK(width("e\xcc\x81") == 1);		       /* a mark takes no column */
	CHECK(width("\xff") == 1);		       /* an invalid byte */
	CHECK(fit("abc", 2) == 2 && fit("abc", 9) == 3);
	CHECK(fit("\xe7\xa3\x81\xe7\x9b\x98", 3) == 3); /* not half a character */
	CHECK(fit("e\xcc\x81x", 1) == 3);		/* its mark stays with it */
	return unit_done();
}
