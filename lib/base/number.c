/* SPDX-License-Identifier: ISC */
#include "base/number.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The powers of ten that are exact doubles. */
static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

int
number_u64(const char *text, size_t len, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (!len)
		return -1;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return -1;
		value = value * 10 + digit;
	}
	if (value > max)
		return -1;
	*out = value;
	return 0;
}

int
number_i64(const char *text, size_t len, int64_t min, int64_t max, int64_t *out)
{
	bool negative = len && text[0] == '-';
	uint64_t size;
	int64_t value;

	if (number_u64(text + negative, len - negative, (uint64_t)INT64_MAX + negative, &size))
		return -1;
	value = negative ? (int64_t)(0 - size) : (int64_t)size;
	if (value < min || value > max)
		return -1;
	*out = value;
	return 0;
}

/* The parts of a number in JSON's grammar; false if it is not one. */
struct decimal {
	uint64_t digits; /* the first 19 significant ones */
	int exponent;	 /* value = digits * 10^exponent, if exact */
	bool negative;
	bool exact;
};

static const char *
read_digits(const char *s, const char *end, struct decimal *d, bool fraction)
{
	for (; s < end && *s >= '0' && *s <= '9'; s++) {
		if (d->digits > (UINT64_MAX - 9) / 10) {
			d->exact = false;
			continue;
		}
		d->digits = d->digits * 10 + (uint64_t)(*s - '0');
		d->exponent -= fraction;
	}
	return s;
}

static const char *
read_exponent(const char *s, const char *end, struct decimal *d)
{
	bool negative = s < end && *s == '-';
	const char *start;
	int value = 0;

	if (s < end && (*s == '-' || *s == '+'))
		s++;
	for (start = s; s < end && *s >= '0' && *s <= '9'; s++)
		if (value < 100000)
			value = value * 10 + (*s - '0');
	d->exponent += negative ? -value : value;
	return s > start ? s : NULL;
}

static bool
decimal_read(const char *s, const char *end, struct decimal *d)
{
	const char *start;

	*d = (struct decimal){.exact = true};
	if (s < end && *s == '-') {
		d->negative = true;
		s++;
	}
	start = s;
	s = read_digits(s, end, d, false);
	if (s == start || (*start == '0' && s - start > 1))
		return false;
	if (s < end && *s == '.') {
		start = ++s;
		s = read_digits(s, end, d, true);
		if (s == start)
			return false;
	}
	if (s < end && (*s == 'e' || *s == 'E'))
		s = read_exponent(s + 1, end, d);
	return s == end;
}

/* strtod() needs a NUL after the number. LC_NUMERIC is always that of the C locale. */
static int
slow_double(const char *text, size_t len, double *out)
{
	char small[64];
	char *copy = len < sizeof small ? small : mem_alloc(len + 1);
	double value;

	memcpy(copy, text, len);
	copy[len] = '\0';
	value = strtod(copy, NULL);
	if (copy != small)
		free(copy);
	if (!isfinite(value))
		return -1;
	*out = value;
	return 0;
}

int
number_double(const char *text, size_t len, double *out)
{
	struct decimal d;
	double value;

	if (!decimal_read(text, text + len, &d))
		return -1;
	/* both factors are exact doubles, so one operation rounds correctly (Clinger 1990) */
	if (!d.exact || d.digits > (uint64_t)1 << 53 || d.exponent < -22 || d.exponent > 22)
		return slow_double(text, len, out);
	value = (double)d.digits;
	value = d.exponent < 0 ? value / power[-d.exponent] : value * power[d.exponent];
	*out = d.negative ? -value : value;
	return 0;
}

double
number_double_or(const char *text, size_t len, double otherwise)
{
	double value;

	return number_double(text, len, &value) ? otherwise : value;
}

int
number_check(const char *text, size_t len, bool *zero)
{
	struct decimal d;
	double value;

	if (!decimal_read(text, text + len, &d))
		return -1;
	/* between 1e-200 and 1e284, whatever the digits beyond the first 19 */
	if (len < 64 && d.exponent >= -200 && d.exponent <= 200) {
		*zero = d.digits == 0;
		return 0;
	}
	if (slow_double(text, len, &value))
		return -1;
	*zero = value == 0;
	return 0;
}

char *
number_digits(char *end, uint64_t n)
{
	do {
		*--end = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return end;
}

/*
 * Writes a number of at most six decimals and 15 digits. 0 if it is not one. No
 * two texts of 15 digits read back as the same double, so this is the shortest.
 */
static size_t
format_short(char out[32], double value)
{
	double size = fabs(value);
	char text[32];
	char *at = text + sizeof text;

	if (size >= 1e15 || (size > 0 && size < 1e-4))
		return 0;
	for (size_t places = 0; places <= 6 && size * power[places] < 1e15; places++) {
		uint64_t n = (uint64_t)(size * power[places] + 0.5);

		if ((double)n / power[places] != size)
			continue;
		for (size_t i = 0; i < places; i++, n /= 10)
			*--at = (char)('0' + n % 10);
		if (places)
			*--at = '.';
		at = number_digits(at, n);
		if (signbit(value))
			*--at = '-';
		memcpy(out, at, (size_t)(text + sizeof text - at));
		out[text + sizeof text - at] = '\0';
		return (size_t)(text + sizeof text - at);
	}
	return 0;
}

size_t
number_format(char out[32], double value)
{
	size_t len;

	assert(isfinite(value));
	len = format_short(out, value);
	if (len)
		return len;
	for (int precision = 15; precision <= 17; precision++) {
		len = (size_t)snprintf(out, 32, "%.*g", precision, value);
		if (strtod(out, NULL) == value)
			break;
	}
	return len;
}
