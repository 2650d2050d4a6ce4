/* SPDX-License-Identifier: ISC */
#include "report/html.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

void
html_raw(struct buf *out, const char *html)
{
	buf_add(out, html, strlen(html));
}

void
html_printf(struct buf *out, const char *fmt, ...)
{
	char piece[512]; /* ours are short; a longer one would be a bug that the tests see */
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(piece, sizeof piece, fmt, ap);
	va_end(ap);
	if (len > 0)
		buf_add(out, piece, (size_t)len < sizeof piece ? (size_t)len : sizeof piece - 1);
}

static bool
is_noncharacter(uint32_t code)
{
	return (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) == 0xfffe;
}

static const char *
entity(uint32_t code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Returns how many bytes need no escape. */
static size_t
plain_run(struct span text, bool markup)
{
	size_t i = 0;

	for (; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c >= 0x7f || (c < 0x20 && c != '\n' && c != '\t'))
			break;
		if (markup && (c == '&' || c == '<' || c == '>' || c == '"' || c == '\''))
			break;
	}
	return i;
}

/* Adds the first character or its escape; returns the character's length in text. */
static size_t
add_character(struct buf *out, struct span text, bool markup)
{
	uint32_t code = (unsigned char)*text.at;
	size_t n = utf8_decode(text.at, text.len, &code);
	const char *name = n && markup ? entity(code) : NULL;

	if (!n)
		html_printf(out, "\\x%02x", (unsigned char)*text.at);
	else if (code == '\r')
		html_raw(out, text.len > 1 && text.at[1] == '\n' ? "" : "\n");
	else if (name)
		html_raw(out, name);
	else if (code != '\n' && code != '\t' && (utf8_is_unsafe(code) || is_noncharacter(code)))
		html_printf(out, code < 0x100 ? "\\x%02x" : "\\u{%04x}", (unsigned)code);
	else
		buf_add(out, text.at, n);
	return n ? n : 1;
}

static void
add(struct buf *out, struct span text, bool markup)
{
	while (text.len) {
		size_t n = plain_run(text, markup);

		if (n)
			buf_add(out, text.at, n);
		else
			n = add_character(out, text, markup);
		text = span_from(text, n);
	}
}

void
html_text(struct buf *out, struct span text)
{
	add(out, text, true);
}

void
html_visible(struct buf *out, struct span html)
{
	add(out, html, false);
}

void
html_cut(struct buf *out, struct span text, size_t max)
{
	struct span rest = text;

	for (size_t count = 0; rest.len && count < max; count++) {
		uint32_t code;
		size_t n = utf8_decode(rest.at, rest.len, &code);

		rest = span_from(rest, n ? n : 1);
	}
	html_text(out, (struct span){text.at, text.len - rest.len});
	if (rest.len)
		html_raw(out, "\xe2\x80\xa6");
}

bool
html_link_ok(struct span url)
{
	static const char refused[] = "\"'<>\\^`{|}";
	size_t scheme = span_starts(url, "https://") ? 8 : span_starts(url, "http://") ? 7 : 0;

	if (!scheme || url.len == scheme || strchr("/?#@:", url.at[scheme]))
		return false;
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.at[i];

		if (c <= 0x20 || c >= 0x7f || strchr(refused, c))
			return false;
	}
	return true;
}
