/* SPDX-License-Identifier: ISC */
#include "ticket/output.h"

#include <string.h>

#include "base/span.h"

enum { OUTPUT_MAX = 1 << 30 };

/* One format, with a writer for each JSON type of a value. */
struct output_writer {
	const char *begin, *between, *after, *end; /* of all rows, and of each one */
	void (*row)(struct output *o);
	void (*row_end)(struct output *o);
	void (*key)(struct output *o, const char *key);
	void (*text)(struct output *o, struct span text);
	void (*json)(struct output *o, struct span json);
};

static void
json_row(struct output *o)
{
	json_write_init(&o->json, &o->text);
	json_write_object(&o->json);
}

static void
json_row_end(struct output *o)
{
	json_write_object_end(&o->json);
}

static void
json_key(struct output *o, const char *key)
{
	json_write_key(&o->json, key);
}

static void
json_text(struct output *o, struct span text)
{
	json_write_string_n(&o->json, text.at, text.len);
}

static void
json_json(struct output *o, struct span json)
{
	json_write_raw(&o->json, json.at, json.len);
}

static void
csv_row(struct output *o)
{
	buf_clear(&o->cells);
}

static void
csv_row_end(struct output *o)
{
	if (o->rows == 1) {
		buf_add(&o->text, o->titles.data, o->titles.len);
		buf_add_text(&o->text, "\r\n");
	}
	buf_add(&o->text, o->cells.data, o->cells.len);
}

static void
csv_key(struct output *o, const char *key)
{
	if (o->columns > 1)
		buf_add_char(&o->cells, ',');
	if (o->rows > 1)
		return;
	if (o->columns > 1)
		buf_add_char(&o->titles, ',');
	buf_add_text(&o->titles, key);
}

/* RFC 4180: quoted where it holds a quote, a comma or the end of a line. */
static void
csv_text(struct output *o, struct span text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = text.at[i] && strchr(",\"\r\n", text.at[i]);
	if (!quoted) {
		buf_add(&o->cells, text.at, text.len);
		return;
	}
	buf_add_char(&o->cells, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			buf_add_char(&o->cells, '"');
		buf_add_char(&o->cells, text.at[i]);
	}
	buf_add_char(&o->cells, '"');
}

static void
csv_json(struct output *o, struct span json)
{
	if (!span_is(json, "null"))
		csv_text(o, json);
}

static const struct output_writer writers[] = {
	[FORMAT_NDJSON] = {"", "", "\n", "", json_row, json_row_end, json_key, json_text,
		json_json},
	[FORMAT_JSON] = {"[", ",\n", "", "]\n", json_row, json_row_end, json_key, json_text,
		json_json},
	[FORMAT_CSV] = {"", "", "\r\n", "", csv_row, csv_row_end, csv_key, csv_text, csv_json},
};

void
output_init(struct output *o, enum ticket_format format)
{
	*o = (struct output){.writer = &writers[format]};
	buf_init(&o->text, OUTPUT_MAX);
	buf_init(&o->titles, OUTPUT_MAX);
	buf_init(&o->cells, OUTPUT_MAX);
}

void
output_free(struct output *o)
{
	buf_free(&o->text);
	buf_free(&o->titles);
	buf_free(&o->cells);
}

void
output_begin(struct output *o)
{
	buf_add_text(&o->text, o->writer->begin);
}

void
output_end(struct output *o)
{
	buf_add_text(&o->text, o->writer->end);
}

void
output_row(struct output *o)
{
	if (o->rows++)
		buf_add_text(&o->text, o->writer->between);
	o->columns = 0;
	o->writer->row(o);
}

void
output_row_end(struct output *o)
{
	o->writer->row_end(o);
	buf_add_text(&o->text, o->writer->after);
}

struct buf *
output_object(struct output *o)
{
	if (o->rows++)
		buf_add_text(&o->text, o->writer->between);
	return &o->text;
}

void
output_object_end(struct output *o)
{
	buf_add_text(&o->text, o->writer->after);
}

static void
add_json(struct output *o, const char *key, struct span json)
{
	o->columns++;
	o->writer->key(o, key);
	o->writer->json(o, json);
}

void
output_null(struct output *o, const char *key)
{
	add_json(o, key, span_of("null"));
}

void
output_bool(struct output *o, const char *key, bool b)
{
	add_json(o, key, span_of(b ? "true" : "false"));
}

void
output_i64(struct output *o, const char *key, int64_t n)
{
	struct json_write w;
	struct buf number;

	buf_init(&number, 64);
	json_write_init(&w, &number);
	json_write_i64(&w, n);
	add_json(o, key, (struct span){number.data, number.len});
	buf_free(&number);
}

void
output_double(struct output *o, const char *key, double n)
{
	struct json_write w;
	struct buf number;

	buf_init(&number, 64);
	json_write_init(&w, &number);
	json_write_double(&w, n);
	add_json(o, key, (struct span){number.data, number.len});
	buf_free(&number);
}

void
output_text(struct output *o, const char *key, const char *text)
{
	output_span(o, key, span_of(text));
}

void
output_span(struct output *o, const char *key, struct span text)
{
	if (!text.at) {
		output_null(o, key);
		return;
	}
	o->columns++;
	o->writer->key(o, key);
	o->writer->text(o, text);
}

void
output_json(struct output *o, const char *key, struct span json)
{
	if (json.at)
		add_json(o, key, json);
	else
		output_null(o, key);
}
