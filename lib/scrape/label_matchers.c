/* SPDX-License-Identifier: ISC */
#include "scrape/label_matchers.h"

#include <string.h>

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

static bool
name_character(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

/* Each of these returns the end of what it read, or NULL if that is not there. */

static const char *
read_name(const char *s)
{
	const char *start = s;

	while (name_character(*s, s == start))
		s++;
	return s > start ? skip_blanks(s) : NULL;
}

static const char *
read_operator(const char *s)
{
	if (strncmp(s, "!=", 2) == 0 || strncmp(s, "=~", 2) == 0 || strncmp(s, "!~", 2) == 0)
		return skip_blanks(s + 2);
	return *s == '=' ? skip_blanks(s + 1) : NULL;
}

static const char *
read_string(const char *s)
{
	char quote = *s;

	if (quote != '"' && quote != '\'' && quote != '`')
		return NULL;
	for (s++; *s && *s != quote; s++) {
		if (*s == '\n' && quote != '`')
			return NULL;
		if (*s == '\\' && quote != '`' && *++s == '\0')
			return NULL;
	}
	return *s ? skip_blanks(s + 1) : NULL;
}

bool
label_matchers_ok(const char *text)
{
	const char *s = skip_blanks(text);

	while (*s) {
		s = read_name(s);
		s = s ? read_operator(s) : NULL;
		s = s ? read_string(s) : NULL;
		if (!s || (*s && *s != ','))
			return false;
		s = *s ? skip_blanks(s + 1) : s;
	}
	return true;
}

bool
label_matchers_name_ok(const char *text)
{
	const char *end = text;

	while (name_character(*end, end == text))
		end++;
	return end > text && !*end;
}
