/* SPDX-License-Identifier: ISC */
#include "check/link.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"

enum { LINK_MAX_BYTES = 2048 };

enum name { STORE_ID, CLUSTER, AT_MS, NAMES };

static const char *const names[NAMES] = {"$store_id", "$cluster", "$at_ms"};

static bool
in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Finds the name that the text, from its $ on, begins with, and its length. */
static enum name
find_name(struct span s, size_t *len)
{
	enum name name = 0;

	for (*len = 1; *len < s.len && in_name(s.at[*len]); ++*len)
		;
	while (name < NAMES && !span_is((struct span){s.at, *len}, names[name]))
		name++;
	return name;
}

int
link_check(struct span link, struct fault *f)
{
	size_t len;

	if (!span_starts(link, "http://") && !span_starts(link, "https://"))
		return fault_set(f, STATUS_CONFIG, "a link must begin with http:// or https://");
	if (link.len > LINK_MAX_BYTES)
		return fault_set(f, STATUS_CONFIG, "a link must not be longer than %d bytes",
			LINK_MAX_BYTES);
	for (size_t i = 0; i < link.len; i++) {
		struct span rest = span_from(link, i);

		if ((unsigned char)link.at[i] <= 0x20 || (unsigned char)link.at[i] >= 0x7f ||
			strchr("\"<>\\^`{|}", link.at[i]))
			return fault_set(f, STATUS_CONFIG,
				"a link must not contain blanks or any of \"<>\\^`{|}: "
				"percent-encode "
				"them");
		if (link.at[i] == '$' && find_name(rest, &len) == NAMES)
			return fault_set(f, STATUS_CONFIG,
				"%.*s: a link can use only $store_id, $cluster and $at_ms",
				(int)len, rest.at);
	}
	return 0;
}

/* RFC 3986, 2.3: what is not unreserved is encoded. */
static void
encode(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (in_name(c) || c == '-' || c == '.' || c == '~')
			buf_add_char(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

void
link_expand(
	struct span link, struct span store_id, struct span cluster, int64_t at_ms, struct buf *out)
{
	size_t len;

	for (size_t i = 0; i < link.len; i += len) {
		len = 1;
		if (link.at[i] != '$') {
			buf_add_char(out, link.at[i]);
			continue;
		}
		switch (find_name(span_from(link, i), &len)) {
		case STORE_ID:
			encode(store_id, out);
			break;
		case CLUSTER:
			encode(cluster, out);
			break;
		default:
			buf_printf(out, "%" PRId64, at_ms);
			break;
		}
	}
}
