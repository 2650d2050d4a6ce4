/* SPDX-License-Identifier: ISC */
#include "base/duration.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/number.h"
#include "base/span.h"
#include "base/text.h"

static const struct unit {
	const char *name;
	int64_t ms;
} units[] = {
	{"w", 604800000},
	{"d", 86400000},
	{"h", 3600000},
	{"m", 60000},
	{"s", 1000},
	{"ms", 1},
};

enum { UNITS = sizeof units / sizeof units[0], DAYS = 1 };

/* Returns how many bytes from i on belong, or do not belong, to a number. */
static size_t
run(struct span text, size_t i, bool number)
{
	size_t start = i;

	while (i < text.len &&
		((text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '.') == number)
		i++;
	return i - start;
}

/* Finds the unit of this name, from `least` on; UNITS if there is none. */
static size_t
find_unit(struct span name, size_t least)
{
	size_t i = least;

	while (i < UNITS && !span_is(name, units[i].name))
		i++;
	return i;
}

/* Cuts a number and its unit, `least` or a later one, from the front of text. */
static int
take_part(struct span *text, size_t *least, double *ms)
{
	size_t digits = run(*text, 0, true), letters = run(*text, digits, false);
	size_t unit = find_unit((struct span){text->at + digits, letters}, *least);
	double value;

	if (unit == UNITS || number_double(text->at, digits, &value))
		return -1;
	*ms += value * (double)units[unit].ms;
	*least = unit + 1;
	*text = span_from(*text, digits + letters);
	return 0;
}

int
duration_parse(const char *text, size_t len, int64_t *ms)
{
	static const double longest_ms = 100.0 * 366 * 86400000;
	struct span rest = {text, len};
	size_t least = 0;
	double sum = 0;

	if (run(rest, 0, true) == len) {
		if (number_double(text, len, &sum))
			return -1;
		sum *= 1000;
		rest.len = 0;
	}
	while (rest.len)
		if (take_part(&rest, &least, &sum))
			return -1;
	if (sum > longest_ms)
		return -1;
	*ms = (int64_t)(sum + 0.5);
	return 0;
}

char *
duration_format(char out[32], int64_t ms)
{
	size_t i = DAYS;
	int len;

	if (ms < 0)
		ms = 0;
	while (i < UNITS - 1 && ms < units[i].ms)
		i++;
	len = snprintf(out, 32, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
	ms %= units[i].ms;
	if (i + 2 < UNITS && ms >= units[i + 1].ms && len > 0)
		text_format(out + len, 32 - (size_t)len, "%lld%s",
			(long long)(ms / units[i + 1].ms), units[i + 1].name);
	return out;
}
