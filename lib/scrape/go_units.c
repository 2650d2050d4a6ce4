/* SPDX-License-Identifier: ISC */
#include "scrape/go_units.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/number.h"

/* Reads digits, and perhaps a point and digits. Returns how many bytes, 0 if there are none. */
static size_t
decimal(const char *text, size_t len, double *value)
{
	size_t n = 0;

	while (n < len && ((text[n] >= '0' && text[n] <= '9') || text[n] == '.'))
		n++;
	return n && number_double(text, n, value) == 0 ? n : 0;
}

int
go_units_bytes(const char *text, size_t len, uint64_t *bytes)
{
	static const char units[][4] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double value;
	size_t n = decimal(text, len, &value);

	if (!n)
		return -1;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strlen(units[i]) != len - n || memcmp(text + n, units[i], len - n) != 0)
			continue;
		value = round(ldexp(value, (int)i * 10));
		if (value >= 0x1p64)
			return -1;
		*bytes = (uint64_t)value;
		return 0;
	}
	return -1;
}

static const struct unit {
	char name[4];
	double ms;
} duration_units[] = {
	{"h", 3600e3},
	{"ms", 1},
	{"m", 60e3},
	{"s", 1e3},
	{"us", 1e-3},
	{"\xc2\xb5s", 1e-3},
	{"\xce\xbcs", 1e-3},
	{"ns", 1e-6},
};

static const struct unit *
duration_unit(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof duration_units / sizeof *duration_units; i++) {
		size_t n = strlen(duration_units[i].name);

		if (n <= len && memcmp(text, duration_units[i].name, n) == 0)
			return &duration_units[i];
	}
	return NULL;
}

int
go_units_duration(const char *text, size_t len, int64_t *ms)
{
	bool negative = len && *text == '-';
	const char *end = text + len;
	double sum = 0;

	text += negative;
	if (text == end)
		return -1;
	while (text < end) {
		const struct unit *unit;
		double value;
		size_t n = decimal(text, (size_t)(end - text), &value);

		text += n;
		unit = n ? duration_unit(text, (size_t)(end - text)) : NULL;
		if (!unit)
			return -1;
		text += strlen(unit->name);
		sum += value * unit->ms;
	}
	if (sum > 9.3e12) /* a Duration holds 292 years */
		return -1;
	*ms = (int64_t)floor(negative ? -sum : sum);
	return 0;
}
