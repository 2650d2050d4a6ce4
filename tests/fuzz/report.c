/* SPDX-License-Identifier: ISC */
/*
 * All of op-report except its flags: any bytes as a stream of tickets. A stream
 * that is accepted gives the same page each time. The page is well formed and
 * safe: UTF-8 without control characters, balanced elements, no script or event
 * handler, and no links but to the page itself, the web or a mail address.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/span.h"
#include "base/utf8.h"
#include "report/history.h"
#include "report/page.h"
#include "report/zone.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH = 256 };

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct fault f;

	(void)argc;
	(void)argv;
	if (zone_use("UTC", &f) == 0)
		return 0;
	(void)fprintf(stderr, "%s\n", f.text);
	exit(1);
}

/* The page, or NULL if the stream is refused. */
static char *
page_of(const uint8_t *data, size_t size, size_t *len)
{
	const struct page_options options = {.title = NULL, .zone = "UTC"};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct history history;
	struct fault f;
	char *text = NULL;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET))
		abort();
	if (history_read(&history, fd, &f) == 0) {
		FILE *memory = open_memstream(&text, len);

		if (!memory || page_write(&history, &options, memory, &f) || fclose(memory))
			abort();
	}
	history_free(&history);
	(void)close(fd);
	return text;
}

static void
must(bool holds, const char *what, struct span at)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s: %.*s\n", what, at.len < 200 ? (int)at.len : 200, at.at);
	abort();
}

static void
must_be_text(struct span page)
{
	uint32_t code;

	for (size_t i = 0; i < page.len;) {
		size_t n = utf8_decode(page.at + i, page.len - i, &code);

		must(n != 0, "not UTF-8", span_from(page, i));
		must(code >= 0x20 || code == '\n' || code == '\t', "a control character",
			span_from(page, i));
		i += n;
	}
}

static size_t
name_length(struct span tag)
{
	return strspn(tag.at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}

static void
must_be_safe(struct span name, struct span value)
{
	static const char *const schemes[] = {"#", "http://", "https://", "mailto:", "data:,"};
	size_t i = 0;

	must(name.len < 2 || strncasecmp(name.at, "on", 2) != 0, "an event handler", name);
	if (!span_is(name, "href") && !span_is(name, "src"))
		return;
	while (i < sizeof schemes / sizeof schemes[0] && !span_starts(value, schemes[i]))
		i++;
	must(i < sizeof schemes / sizeof schemes[0], "a link that is not allowed", value);
}

/* Checks a tag's attributes. Returns what follows them, from its ">" or "/>". */
static struct span
attributes(struct span rest)
{
	for (;;) {
		struct span name, value = {NULL, 0};

		while (rest.len && strchr(" \n", *rest.at))
			rest = span_from(rest, 1);
		must(rest.len != 0, "an unclosed tag", rest);
		if (*rest.at == '>' || *rest.at == '/')
			return rest;
		name = (struct span){rest.at, name_length(rest)};
		must(name.len != 0, "not an attribute", rest);
		rest = span_from(rest, name.len);
		if (rest.len > 1 && *rest.at == '=') {
			must(rest.at[1] == '"', "an unquoted value", rest);
			rest = span_from(rest, 2);
			value.at = rest.at;
			must(memchr(rest.at, '"', rest.len) != NULL, "an unclosed quote", rest);
			value.len = (size_t)((const char *)memchr(rest.at, '"', rest.len) -
					     rest.at);
			rest = span_from(rest, value.len + 1);
		}
		must_be_safe(name, value);
	}
}

static bool
is_void(struct span name)
{
	static const char *const names[] = {"meta", "link", "br", "hr", "img", "input", "col"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

static void
must_be_balanced(struct span rest)
{
	struct span open[DEPTH];
	size_t depth = 0;

	while ((rest.at = memchr(rest.at, '<', rest.len))) {
		bool ends = rest.at[1] == '/';
		struct span name;

		rest.len = strlen(rest.at);
		rest = span_from(rest, ends ? 2 : 1);
		name = (struct span){rest.at, name_length(rest)};
		must(name.len != 0, "not a tag", rest);
		must(!span_is(name, "script"), "a script", rest);
		rest = attributes(span_from(rest, name.len));
		if (ends)
			must(depth && span_equal(open[--depth], name),
				"does not close the innermost element", name);
		else if (*rest.at == '>' && !is_void(name))
			open[depth++] = name;
		must(depth < DEPTH, "nested too deep", rest);
		if (!ends && span_is(name, "style"))
			rest = (struct span){strstr(rest.at, "</style>"), rest.len};
		must(rest.at != NULL, "an unclosed style element", name);
		rest.len = strlen(rest.at);
	}
	must(depth == 0, "an unclosed element", open[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	size_t len = 0, again_len = 0;
	char *text = page_of(data, size, &len);
	char *again = page_of(data, size, &again_len);
	struct span page = {text, len};

	if (!text != !again || len != again_len || (text && memcmp(text, again, len) != 0))
		abort();
	if (text) {
		must(span_starts(page, doctype), "no doctype", page);
		must_be_text(page);
		must_be_balanced(span_from(page, sizeof doctype - 1));
	}
	free(text);
	free(again);
	return 0;
}
