/* SPDX-License-Identifier: ISC */
#include "base/duration.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

static const struct unit {
	const char *name;
	int64_t ms;
} units[] = {
	{"d", 86400000},
	{"h", 3600000},
	{"m", 60000},
	{"s", 1000},
	{"ms", 1},
};

enum { UNITS = sizeof units / sizeof units[0] };

int
duration_parse(const char *text, size_t len, int64_t *ms)
{
	static const double longest_ms = 100.0 * 366 * 86400000;
	size_t digits = 0;
	int64_t unit_ms = 0;
	double value;

	while (digits < len &&
		((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.'))
		digits++;
	if (digits == len)
		unit_ms = 1000;
	for (size_t i = 0; i < UNITS; i++)
		if (strlen(units[i].name) == len - digits &&
			memcmp(units[i].name, text + digits, len - digits) == 0)
			unit_ms = units[i].ms;
	if (!unit_ms || number_double(text, digits, &value) || value * (double)unit_ms > longest_ms)
		return -1;
	*ms = (int64_t)(value * (double)unit_ms + 0.5);
	return 0;
}

char *
duration_format(char out[32], int64_t ms)
{
	size_t i = 0;
	int len;

	if (ms < 0)
		ms = 0;
	while (i < UNITS - 1 && ms < units[i].ms)
		i++;
	len = snprintf(out, 32, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
	ms %= units[i].ms;
	if (i + 2 < UNITS && ms >= units[i + 1].ms && len > 0)
		(void)snprintf(out + len, 32 - (size_t)len, "%lld%s",
			(long long)(ms / units[i + 1].ms), units[i + 1].name);
	return out;
}
