/* SPDX-License-Identifier: ISC */
#include "report/units.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/number.h"
#include "base/text.h"

static bool
ends(struct span name, const char *suffix)
{
	size_t len = strlen(suffix);

	return name.len > len && memcmp(name.at + name.len - len, suffix, len) == 0;
}

static void
format_bytes(char *out, double value)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t i = 0;

	for (; fabs(value) >= 1024 && i + 1 < sizeof units / sizeof *units; i++)
		value /= 1024;
	text_format(out, UNITS_SIZE, "%.*f %s", i && fabs(value) < 100 && value != floor(value),
		value, units[i]);
}

/* Formats less than a minute in seconds, the rest as a duration such as 2h1m. */
static void
format_time(char *out, double ms)
{
	if (ms >= 60000 && ms < 3e12)
		(void)duration_format(out, (int64_t)ms / 1000 * 1000);
	else if (fabs(ms) >= 1000)
		text_format(out, UNITS_SIZE, "%.3g s", ms / 1000);
	else
		text_format(out, UNITS_SIZE, "%.4g ms", ms);
}

bool
units_format(char out[UNITS_SIZE], struct span name, struct span number)
{
	double value;

	if (number_double(number.at, number.len, &value))
		return false;
	if (ends(name, "_bytes") || ends(name, "_bytes_per_s"))
		format_bytes(out, value);
	else if (ends(name, "_ms"))
		format_time(out, value);
	else if (ends(name, "_per_s"))
		text_format(out, UNITS_SIZE, "%.4g/s", value);
	else if (ends(name, "_s"))
		format_time(out, value * 1000);
	else if (ends(name, "_percent"))
		text_format(out, UNITS_SIZE, "%.4g %%", value);
	else
		return false;
	if (ends(name, "_bytes_per_s"))
		text_format(out + strlen(out), UNITS_SIZE - strlen(out), "/s");
	return true;
}
