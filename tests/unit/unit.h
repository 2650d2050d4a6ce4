/* SPDX-License-Identifier: ISC */
#ifndef OP_UNIT_H
#define OP_UNIT_H

/*
 * Unit tests print TAP. A program is a list of checks:
 *
 *	CHECK(number_u64("12", 2, 99, &n) == 0 && n == 12);
 *	return unit_done();
 */

#include <stdio.h>

static int unit_count, unit_failures;

static void
unit_check(int ok, const char *text, const char *file, int line)
{
	unit_count++;
	unit_failures += !ok;
	printf("%sok %d - %s:%d ", ok ? "" : "not ", unit_count, file, line);
	for (; *text; text++)
		putchar((unsigned char)*text < 0x20 || *text == '#' ? '?' : *text);
	putchar('\n');
}

#define CHECK(condition) unit_check((condition) != 0, #condition, __FILE__, __LINE__)

/* Like CHECK, for tables: names the test after its input. */
#define CHECK_AS(condition, name) unit_check((condition) != 0, name, __FILE__, __LINE__)

static int
unit_done(void)
{
	printf("1..%d\n", unit_count);
	return unit_failures != 0;
}

#endif
