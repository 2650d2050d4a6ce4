/* SPDX-License-Identifier: ISC */
#include "scrape/label_matchers.h"

#include <string.h>

#include "base/buf.h"

enum { QUERY_MAX = 1 << 20 };

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

/* Each of these gives the place behind what it read, or NULL where it is not there. */

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

char *
label_matchers_put(const char *query, const char *matchers)
{
	static const char mark[] = "$match";
	size_t len = strlen(matchers);
	struct buf out;

	/* a comma at the end is the query's business */
	while (len && strchr(" \t,", matchers[len - 1]))
		len--;
	buf_init(&out, QUERY_MAX);
	for (const char *at; (at = strstr(query, mark)) != NULL;) {
		const char *behind = at + strlen(mark);
		bool whole = !name_character(*behind, false);

		(void)buf_add(&out, query,
			(size_t)((whole ? at : behind) - query)); /* bounded by its parts */
		if (whole)
			(void)buf_add(&out, matchers, len); /* as above */
		query = behind;
	}
	(void)buf_add_text(&out, query); /* as above */
	return buf_take(&out);
}
