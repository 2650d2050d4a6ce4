/* SPDX-License-Identifier: ISC */
#include "scrape/query_template.h"

#include <string.h>

#include "base/buf.h"
#include "base/span.h"

enum { QUERY_MAX = 1 << 20 };

static size_t
word_length(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* What replaces the placeholder of that name; at is NULL if no placeholder has that name. */
static struct span
value_of(const struct query_template *t, struct span name)
{
	struct span value = {0};

	if (span_is(name, "match"))
		value = span_of(t->match);
	else if (span_is(name, "window"))
		return span_of(t->window);
	else if (span_is(name, "window_s"))
		return span_of(t->window_s);
	else if (span_is(name, "instance"))
		return span_of(t->instance);
	else if (span_is(name, "heard") && t->heard)
		return span_of(t->heard);
	else if (span_is(name, "heard_count") && t->heard_count)
		return span_of(t->heard_count);
	/* the query itself has any comma after the last matcher */
	while (value.len && strchr(" \t,", value.at[value.len - 1]))
		value.len--;
	return value;
}

char *
query_template_fill(const char *query, const struct query_template *t)
{
	struct buf out;
	const char *dollar;

	buf_init(&out, QUERY_MAX);
	for (; (dollar = strchr(query, '$')) != NULL;) {
		struct span name = {dollar + 1, word_length(dollar + 1)};
		struct span value = value_of(t, name);

		/* what it holds is bounded by the lengths of a query and of a flag */
		buf_add(&out, query, (size_t)(dollar - query));
		if (!value.at)
			value = (struct span){dollar, name.len + 1};
		buf_add(&out, value.at, value.len);
		query = name.at + name.len;
	}
	buf_add_text(&out, query);
	return buf_take(&out);
}
