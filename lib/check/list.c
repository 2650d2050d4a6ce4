/* SPDX-License-Identifier: ISC */
#include "check/list.h"

#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/json_write.h"
#include "base/out.h"
#include "base/table.h"
#include "check/eval.h"
#include "check/pack.h"

enum { LINE_MAX_BYTES = 1 << 20 };

static void
put_param(struct json_write *w, const struct param *p)
{
	json_write_key(w, p->name);
	if (p->type == PARAM_INTEGER)
		json_write_i64(w, p->integer);
	else if (p->type == PARAM_REAL)
		json_write_double(w, p->real);
	else
		json_write_string(w, p->text);
}

static const char *
text_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static void
write_json(const struct pack *p, const struct eval *e, size_t i, struct buf *line)
{
	const struct invariant *v = &p->invariants[i];
	struct json_write w;

	json_write_init(&w, line);
	json_write_object(&w);
	json_write_put_string(&w, "kind", "invariant");
	json_write_put_string(&w, "name", v->name);
	json_write_put_string(&w, "severity", severity_word(v->severity));
	json_write_put_seconds(&w, "grace_s", v->grace_ms);
	json_write_put_i64(&w, "flap_count", v->flap_count);
	json_write_put_seconds(&w, "flap_window_s", v->flap_window_ms);
	json_write_key(&w, "params");
	json_write_object(&w);
	for (size_t n = 0; n < v->param_count; n++)
		put_param(&w, &v->params[n]);
	json_write_object_end(&w);
	json_write_key(&w, "kinds");
	json_write_array(&w);
	for (size_t n = 0; n < p->schema.count; n++)
		if (eval_reads(e, i, n))
			json_write_string(&w, p->schema.kinds[n].name);
	json_write_array_end(&w);
	json_write_put_string(&w, "file", v->file);
	json_write_put_string(&w, "about", text_or_null(v->about));
	json_write_put_string(&w, "doc", text_or_null(v->doc));
	json_write_put_string(&w, "link", text_or_null(v->link));
	json_write_object_end(&w);
	buf_add_char(line, '\n'); /* a file and its texts are far from the ceiling */
}

static const char *
params_text(const struct invariant *v, struct buf *text)
{
	buf_clear(text);
	for (size_t i = 0; i < v->param_count; i++)
		buf_printf(text, "%s%s=%s", i ? " " : "", v->params[i].name,
			v->params[i].text); /* a cell may be cut */
	return text->data;
}

static void
add_row(struct table *t, const struct invariant *v, struct buf *text)
{
	enum table_tone tone = TABLE_PLAIN;
	char grace[32];

	if (v->severity == SEVERITY_CRITICAL)
		tone = TABLE_BAD;
	else if (v->severity == SEVERITY_WARNING)
		tone = TABLE_WARN;
	table_row(t);
	table_cell(t, 0, v->name, TABLE_PLAIN);
	table_cell(t, 1, severity_word(v->severity), tone);
	table_cell(t, 2, duration_format(grace, v->grace_ms), TABLE_PLAIN);
	table_cell(t, 3, params_text(v, text), TABLE_PLAIN);
	table_cell(t, 4, v->about, TABLE_PLAIN);
}

static int
write_table(const struct pack *p, FILE *out, struct buf *text, struct fault *f)
{
	static const struct {
		const char *title;
		unsigned flags;
	} columns[] = {{"INVARIANT", TABLE_LEFT}, {"SEVERITY", TABLE_LEFT}, {"GRACE", TABLE_RIGHT},
		{"PARAMETERS", TABLE_SHRINK}, {"ABOUT", TABLE_SHRINK}};
	struct table *t = table_open();
	int result;

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		table_column(t, columns[i].title, columns[i].flags);
	for (size_t i = 0; i < p->count; i++)
		add_row(t, &p->invariants[i], text);
	result = table_print(t, out, f);
	table_close(t);
	return result;
}

int
list_write(const struct pack *p, const struct eval *e, bool table, FILE *out, struct fault *f)
{
	struct buf text;
	int result = 0;

	buf_init(&text, LINE_MAX_BYTES);
	if (table) {
		result = write_table(p, out, &text, f);
	} else {
		for (size_t i = 0; i < p->count; i++) {
			buf_clear(&text);
			write_json(p, e, i, &text);
			out_bytes(out, text.data, text.len);
		}
	}
	buf_free(&text);
	return result;
}
