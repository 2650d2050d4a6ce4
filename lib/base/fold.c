/* SPDX-License-Identifier: ISC */
#include "base/fold.h"

#include <string.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/width.h"

enum { TEXT_MIN = 8 }; /* columns of text beside an indent */

/* Returns how many bytes of the line fit into the columns, without a break before `least`. */
static size_t
fitting(struct span line, size_t columns, size_t least)
{
	size_t fit = width_fit(line.at, line.len, columns);
	size_t end = fit;

	while (end > least && line.at[end] != ' ')
		end--;
	return end > least ? end : fit;
}

static struct span
skip_blanks(struct span text)
{
	while (text.len && *text.at == ' ')
		text = span_from(text, 1);
	return text;
}

static void
add_trimmed(struct buf *out, struct span text)
{
	while (text.len && text.at[text.len - 1] == ' ')
		text.len--;
	buf_add(out, text.at, text.len);
}

static void
add_line(struct buf *out, struct span line, size_t width, size_t indent)
{
	size_t columns = width, least = indent;

	while (width_of(line.at, line.len) > columns) {
		size_t len = fitting(line, columns, least);

		if (!len)
			break; /* not even one character */
		add_trimmed(out, (struct span){line.at, len});
		line = skip_blanks(span_from(line, len));
		if (!line.len)
			return;
		buf_printf(out, "\n%*s", (int)indent, "");
		columns = width - indent;
		least = 0;
	}
	buf_add(out, line.at, line.len);
}

void
fold_lines(struct buf *page, size_t start, size_t width, size_t indent)
{
	struct span rest;
	struct buf text;

	if (!width || page->full || page->len == start)
		return;
	if (width < indent + TEXT_MIN)
		indent = 0;
	buf_init(&text, page->max);
	buf_add(&text, page->data + start, page->len - start);
	page->len = start;
	page->data[start] = '\0';
	rest = (struct span){text.data, text.len};
	while (rest.at && rest.len) {
		add_line(page, span_cut(&rest, '\n'), width, indent);
		if (rest.at)
			buf_add_char(page, '\n');
	}
	page->full = page->full || text.full;
	buf_free(&text);
}
