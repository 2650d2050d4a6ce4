/* SPDX-License-Identifier: ISC */
/*
 * lib/base/json_read on any bytes. What it accepts is written by
 * lib/base/json_write. It must accept that too, and writing it again must give
 * the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
text(struct json_write *w, const struct json_text *t, bool is_key)
{
	char *copy = malloc(t->len + 1);
	size_t len = copy ? json_text_decode(t, copy) : 0;

	if (len > t->len || memchr(copy, '\0', len))
		abort();
	if (is_key)
		json_write_key_n(w, copy, len);
	else
		json_write_string_n(w, copy, len);
	free(copy);
}

/* Writes to out what it reads. Returns false if the reader refuses it. */
static bool
echo(struct json_read *j, const char *bytes, size_t size, struct buf *out)
{
	enum json_token token;
	struct json_text t;
	struct json_write w;

	buf_clear(out);
	json_write_init(&w, out);
	json_read_start(j, bytes, size);
	while ((token = json_read_next(j, &t)) > JSON_DONE) {
		switch (token) {
		case JSON_OBJECT:
			json_write_object(&w);
			break;
		case JSON_OBJECT_END:
			json_write_object_end(&w);
			break;
		case JSON_ARRAY:
			json_write_array(&w);
			break;
		case JSON_ARRAY_END:
			json_write_array_end(&w);
			break;
		case JSON_KEY:
		case JSON_STRING:
			text(&w, &t, token == JSON_KEY);
			break;
		default:
			json_write_raw(&w, t.at, t.len);
			break;
		}
	}
	if (token == JSON_BAD && json_read_next(j, &t) != JSON_BAD)
		abort();
	return token == JSON_DONE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct json_read *j; /* opening one costs more than most inputs */
	struct buf first, second;

	if (!j)
		j = json_read_open();
	buf_init(&first, 8 << 20);
	buf_init(&second, 8 << 20);
	if (echo(j, (const char *)data, size, &first)) {
		if (!echo(j, first.data, first.len, &second))
			abort();
		if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0)
			abort();
	}
	buf_free(&first);
	buf_free(&second);
	return 0;
}
