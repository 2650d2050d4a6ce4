/* SPDX-License-Identifier: ISC */
#include "stream/ident.h"

#include <string.h>

#include "base/number.h"

enum { DIGITS_MAX = 300 }; /* all of them are finite as doubles */

static bool
is_all(struct span text, bool (*allowed)(char))
{
	for (size_t i = 0; i < text.len; i++)
		if (!allowed(text.at[i]))
			return false;
	return text.len > 0 && text.len <= IDENT_NAME_MAX;
}

static bool
in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool
in_subject(char c)
{
	return in_name(c) || c == '-';
}

bool
ident_is_name(struct span text)
{
	return is_all(text, in_name) && *text.at >= 'a';
}

bool
ident_is_subject(struct span text)
{
	return is_all(text, in_subject);
}

bool
ident_is_frame(struct span kind)
{
	return span_is(kind, "begin") || span_is(kind, "end");
}

static bool
is_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0 && len <= DIGITS_MAX;
}

static int
compare_digits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t a_zeros = 0, b_zeros = 0;
	int order;

	while (a_zeros < a_len - 1 && a[a_zeros] == '0')
		a_zeros++;
	while (b_zeros < b_len - 1 && b[b_zeros] == '0')
		b_zeros++;
	if (a_len - a_zeros != b_len - b_zeros)
		return a_len - a_zeros < b_len - b_zeros ? -1 : 1;
	order = memcmp(a + a_zeros, b + b_zeros, a_len - a_zeros);
	return order ? order : (a_zeros > b_zeros) - (a_zeros < b_zeros);
}

/* JSON has no leading zeros. */
static bool
is_number(const char *s, size_t len, bool digits, double *value)
{
	for (; digits && len > 1 && *s == '0'; len--)
		s++;
	return !number_double(s, len, value);
}

int
ident_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	double a_value, b_value;
	bool a_digits = is_digits(a, a_len), b_digits = is_digits(b, b_len);
	bool a_number, b_number;

	if (a_digits && b_digits)
		return compare_digits(a, a_len, b, b_len);
	a_number = is_number(a, a_len, a_digits, &a_value);
	b_number = is_number(b, b_len, b_digits, &b_value);
	if (a_number != b_number)
		return a_number ? -1 : 1;
	if (a_number && a_value != b_value)
		return a_value < b_value ? -1 : 1;
	if (a_digits != b_digits)
		return a_digits ? -1 : 1;
	return span_compare((struct span){a, a_len}, (struct span){b, b_len});
}
