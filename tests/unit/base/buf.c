/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

int
main(void)
{
	struct buf b;
	char *taken;

	buf_init(&b, 8);
	buf_add_text(&b, "four");
	buf_printf(&b, "%d", 567);
	CHECK(!b.full && strcmp(b.data, "four567") == 0 && b.len == 7);
	buf_add_text(&b, "xy");
	CHECK(b.full && strcmp(b.data, "four567") == 0);
	buf_add_char(&b, 'z'); /* it would fit, but the text before it did not */
	CHECK(b.full && b.len == 7 && !buf_reserve(&b, 0));
	buf_clear(&b);
	buf_printf(&b, "%s", "more than eight");
	CHECK(b.full && b.len == 0 && !*b.data);
	buf_clear(&b);
	buf_add(&b, "12345678", 8);
	CHECK(!b.full && b.len == 8);
	taken = buf_take(&b);
	CHECK(strcmp(taken, "12345678") == 0 && b.len == 0 && !*b.data);
	free(taken);
	buf_free(&b);
	return unit_done();
}
