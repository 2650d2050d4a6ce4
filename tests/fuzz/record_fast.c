/* SPDX-License-Identifier: ISC */
/*
 * Compares the fast way to read a record with the strict one. The input is two
 * lines. The first gives a shape; the second is read along that shape and
 * without it. Both ways must accept the second line and store the same row, or
 * both must refuse it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/span.h"
#include "check/column.h"
#include "check/observations.h"
#include "check/record_json.h"
#include "check/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char id[] = "id", load[] = "load", size_name[] = "size", any[] = "any", state[] = "state";
static char text[] = "TEXT", real[] = "REAL", integer[] = "INTEGER", none[] = "ANY",
	    store[] = "store";
static struct schema_column columns[] = {{id, text, true}, {state, text, true}, {load, real, true},
	{size_name, integer, true}, {any, none, true}};
static struct schema_kind kinds[] = {{store, columns, 5}};
static const struct schema schema = {kinds, 1};

static void
put(const struct observations *o, size_t column, uint32_t row, struct json_write *w)
{
	struct value v;

	column_get(observations_column(o, 0, column), observations_arena(o), row, &v);
	switch (v.type) {
	case VALUE_NULL:
		json_write_null(w);
		break;
	case VALUE_INTEGER:
		json_write_i64(w, v.integer);
		break;
	case VALUE_REAL:
		json_write_double(w, v.real);
		break;
	case VALUE_TEXT:
		json_write_string_n(w, v.text.at, v.text.len);
		break;
	}
}

/* Reads the lines, and writes the columns and the record of the last. False if one is refused. */
static bool
read_lines(struct observations *o, const char *const *lines, const size_t *lens, size_t count,
	struct buf *out)
{
	const struct json_text kind = {.at = store, .len = 5};
	static struct record_json *s;
	struct json_write w;
	bool good = true;
	struct fault f;

	if (!s)
		s = record_json_open(o);
	observations_clear(o);
	for (size_t i = 0; i < count && good; i++)
		good = !observations_add(o, &kind, (struct span){lines[i], lens[i]}, &f);
	buf_clear(out);
	json_write_init(&w, out);
	json_write_array(&w);
	for (size_t i = 0; i < 5 && good; i++)
		put(o, i, (uint32_t)count - 1, &w);
	json_write_object(&w);
	if (good)
		record_json_write(s, 0, (uint32_t)count - 1, NULL, 0, &w);
	json_write_object_end(&w);
	json_write_array_end(&w);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	const char *newline = size ? memchr(bytes, '\n', size) : NULL;
	static struct observations *o; /* opening one costs more than most inputs */
	struct buf fast, slow;

	if (!newline)
		return 0;
	const char *lines[] = {bytes, newline + 1};
	const size_t lens[] = {(size_t)(newline - bytes), size - (size_t)(newline - bytes) - 1};

	if (!o)
		o = observations_open(&schema);
	buf_init(&fast, 8 << 20);
	buf_init(&slow, 8 << 20);
	if (read_lines(o, lines, lens, 1, &slow)) {
		bool accepted = read_lines(o, lines + 1, lens + 1, 1, &slow);

		if (read_lines(o, lines, lens, 2, &fast) != accepted)
			abort();
		if (accepted &&
			(fast.len != slow.len || memcmp(fast.data, slow.data, fast.len) != 0))
			abort();
	}
	buf_free(&fast);
	buf_free(&slow);
	return 0;
}
