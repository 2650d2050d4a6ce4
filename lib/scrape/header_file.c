/* SPDX-License-Identifier: ISC */
#include "scrape/header_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "scrape/secret.h"

/* A token of RFC 9110, section 5.6.2. */
static bool
name_ok(struct span name)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (c && strchr(marks, c))))
			return false;
	}
	return name.len > 0;
}

/* Headers that the request itself sets. */
static bool
reserved(struct span name)
{
	static const char *const names[] = {
		"Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == name.len && strncasecmp(names[i], name.at, name.len) == 0)
			return true;
	return false;
}

static bool
value_ok(struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((value.at[i] < ' ' && value.at[i] != '\t') || value.at[i] > '~')
			return false;
	return value.len > 0;
}

static int
take_line(struct header_file *h, struct span line, struct fault *f)
{
	struct span name = span_cut(&line, ':'), value = line.at ? span_trim(line) : line;
	size_t size = name.len + 2 + value.len + 1;

	if (!value.at || !name_ok(name) || !value_ok(value))
		return fault_set(f, STATUS_CONFIG, "Name: value is expected, in visible ASCII");
	if (reserved(name))
		return fault_set(f, STATUS_CONFIG, "that header is not for a file to set");
	if (h->count == HEADER_FILE_MAX)
		return fault_set(f, STATUS_CONFIG, "more than 16 headers");
	h->list[h->count] = mem_array(size, 1);
	text_format(h->list[h->count++], size, "%.*s: %.*s", (int)name.len, name.at, (int)value.len,
		value.at);
	return 0;
}

int
header_file_read(struct header_file *h, const char *path, struct fault *f)
{
	char *text = secret_read_lines(path, f);
	struct span rest = span_of(text);
	size_t number = 0;
	int result = 0;

	*h = (struct header_file){.count = 0};
	if (!text)
		return -1;
	while (rest.at && !result) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		number++;
		if (line.len && *line.at != '#')
			result = take_line(h, line, f);
	}
	secret_free(text);
	if (result)
		return fault_within(f, "%s:%zu", path, number);
	return h->count ? 0 : fault_set(f, STATUS_CONFIG, "%s: no header in it", path);
}

size_t
header_file_count(const struct header_file *h, const char *name)
{
	size_t count = 0, len = strlen(name);

	for (size_t i = 0; i < h->count; i++)
		count += strncasecmp(h->list[i], name, len) == 0 && h->list[i][len] == ':';
	return count;
}

void
header_file_free(struct header_file *h)
{
	while (h->count)
		secret_free(h->list[--h->count]);
}
