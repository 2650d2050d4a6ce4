/* SPDX-License-Identifier: ISC */
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Copies the bytes up to end, or as many as fit. */
static void
copy_span(char *out, size_t size, const char *at, const char *end)
{
	size_t len = (size_t)(end - at) < size - 1 ? (size_t)(end - at) : size - 1;

	memcpy(out, at, len);
	out[len] = '\0';
}

static int
parse_first_line(const char *line, const char *end, struct request *r)
{
	const char *space = memchr(line, ' ', (size_t)(end - line));
	const char *target = space ? space + 1 : NULL, *mark;
	const char *last = target ? memchr(target, ' ', (size_t)(end - target)) : NULL;

	if (!last || end - last < 9 || memcmp(last, " HTTP/1.", 8) != 0)
		return -1;
	mark = memchr(target, '?', (size_t)(last - target));
	copy_span(r->method, sizeof r->method, line, space);
	copy_span(r->path, sizeof r->path, target, mark ? mark : last);
	copy_span(r->query, sizeof r->query, mark ? mark + 1 : last, last);
	r->old = last[8] == '0';
	r->keep_alive = !r->old;
	return 0;
}

/* The value of a header line with this name, or NULL. */
static const char *
header_value(const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

static void
parse_header(const char *line, struct request *r)
{
	const char *value;

	value = header_value(line, "Connection");
	if (value)
		r->keep_alive = strncasecmp(value, "close", 5) != 0 &&
				(!r->old || strncasecmp(value, "keep-alive", 10) == 0);
	value = header_value(line, "Content-Length");
	if (value)
		r->body_len = strtoul(value, NULL, 10);
	value = header_value(line, "PD-Allow-follower-handle");
	if (value)
		r->follower_handle = strncasecmp(value, "true", 4) == 0;
	if (header_value(line, "PD-Redirector"))
		r->redirected = true;
}

int
http_parse(const char *bytes, size_t len, struct request *r)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);
	const char *line = bytes, *next;

	*r = (struct request){0};
	if (!end)
		return len > REQUEST_MAX ? -1 : 0;
	next = memmem(line, len, "\r\n", 2);
	if (parse_first_line(line, next, r) != 0)
		return -1;
	while (next < end) {
		line = next + 2;
		next = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
		parse_header(line, r);
	}
	r->body = end + 4;
	if (r->body_len > REQUEST_MAX)
		return -1;
	if ((size_t)(bytes + len - r->body) < r->body_len)
		return 0;
	return (int)(r->body - bytes + (ptrdiff_t)r->body_len);
}

static const char *
reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 429:
		return "Too Many Requests";
	case 500:
		return "Internal Server Error";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	default:
		return "Status";
	}
}

static void
print_chunks(struct buf *out, const struct buf *body)
{
	enum { CHUNK = 4096 };

	for (size_t at = 0; at < body->len; at += CHUNK) {
		size_t len = body->len - at < CHUNK ? body->len - at : CHUNK;

		(void)buf_printf(out, "%zx\r\n", len);
		(void)buf_add(out, body->data + at, len);
		(void)buf_add_text(out, "\r\n");
	}
	(void)buf_add_text(out, "0\r\n\r\n");
}

void
http_print(struct buf *out, const struct request *r, const struct answer *a, int64_t date_ms)
{
	time_t date = (time_t)(date_ms / 1000);
	struct tm tm;
	char text[64];
	size_t head;

	(void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&date, &tm));
	(void)buf_printf(out, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nDate: %s\r\n", a->status,
		reason(a->status), a->type, text);
	if (!r->keep_alive || a->cut)
		(void)buf_add_text(out, "Connection: close\r\n");
	if (a->chunked && !r->old)
		(void)buf_add_text(out, "Transfer-Encoding: chunked\r\n\r\n");
	else
		(void)buf_printf(out, "Content-Length: %zu\r\n\r\n", a->body.len);
	head = out->len;
	if (strcmp(r->method, "HEAD") == 0)
		return;
	if (a->chunked && !r->old)
		print_chunks(out, &a->body);
	else
		(void)buf_add(out, a->body.data, a->body.len);
	if (a->cut && out->len > head + a->cut)
		out->len = head + a->cut;
}

bool
http_parameter(const struct request *r, const char *name, int n, char *out, size_t size)
{
	const char *at = r->query;
	size_t len = strlen(name);

	while (*at) {
		const char *end = at + strcspn(at, "&");

		if (strncmp(at, name, len) == 0 && (at[len] == '=' || at + len == end) &&
			n-- == 0) {
			copy_span(out, size, at[len] == '=' ? at + len + 1 : end, end);
			return true;
		}
		at = *end ? end + 1 : end;
	}
	return false;
}
