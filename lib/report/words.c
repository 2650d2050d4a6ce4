/* SPDX-License-Identifier: ISC */
#include "report/words.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "report/html.h"
#include "report/zone.h"

enum { KIND_MAX = 16 };

void
words_class(char *out, size_t size, const char *class, enum severity s)
{
	text_format(out, size, "%s %s", class, severity_word(s)); /* ours, and short */
}

static bool
is_number(struct span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.at[i] < '0' || id.at[i] > '9')
			return false;
	return id.len > 0;
}

void
words_row(struct buf *out, struct span store, struct span kind, size_t max)
{
	size_t used = 0;

	if (!store.at) {
		html_raw(out, "cluster");
		return;
	}
	if (store.len > max) {
		html_raw(out, "<title>");
		html_cut(out, store, 1024);
		html_raw(out, "</title>");
	}
	if (kind.len && kind.len <= KIND_MAX && kind.len + store.len < max && is_number(store)) {
		html_text(out, kind);
		html_raw(out, " ");
		used = kind.len + 1;
	}
	html_cut(out, store, max - used);
}

void
words_ticket(struct buf *out, const struct ticket *t)
{
	html_cut(out, t->invariant, 128);
	if (t->store.at) {
		html_raw(out, " ");
		html_cut(out, t->store, 128);
	}
}

void
words_time(struct buf *out, int64_t ms)
{
	char machine[TIMESTAMP_SIZE], minute[ZONE_TEXT], full[ZONE_TEXT];

	if (ms == HISTORY_NEVER)
		return;
	timestamp_format(machine, ms);
	html_printf(out, "<time datetime=\"%s\" title=\"%s\">%s</time>", machine,
		zone_full(full, ms), zone_minute(minute, ms));
}

void
words_second(struct buf *out, int64_t ms)
{
	char machine[TIMESTAMP_SIZE], minute[ZONE_TEXT];

	if (ms == HISTORY_NEVER)
		return;
	timestamp_format(machine, ms);
	html_printf(out, "<time datetime=\"%.19sZ\">%s:%02d</time>", machine,
		zone_minute(minute, ms), zone_time(ms).second);
}

void
words_count(struct buf *out, size_t count, const char *noun)
{
	html_printf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

void
words_anchor(struct buf *out, const struct ticket *t)
{
	html_printf(out, "TKT-%lld", (long long)t->id);
	if (t->copy)
		html_printf(out, "-%u", t->copy + 1);
}

void
words_link(struct buf *out, const struct ticket *t)
{
	html_raw(out, "<a href=\"#");
	words_anchor(out, t);
	html_printf(out, "\">TKT-%lld</a>", (long long)t->id);
}
