/* SPDX-License-Identifier: ISC */
#include "scrape/metrics_tsv.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "base/utf8.h"
#include "scrape/freshness.h"
#include "scrape/history_query.h"
#include "scrape/query_template.h"
#include "stream/ident.h"
#include "stream/subject.h"

enum { FILE_MAX = 1 << 20, QUERY_MAX = 16 << 10, COLUMNS_MAX = 512 };

#define KIND_HISTORY "history"

static const char *const names[] = {
	[METRICS_TSV_COLUMNS] = "metrics.tsv",
	[METRICS_TSV_HISTORY] = "history.tsv",
};

/* The place of a line. */
struct place {
	enum metrics_tsv_file file;
	char text[4200]; /* FILE:LINE */
	size_t folder;
};

static void
metric_free(struct metric *m)
{
	free(m->kind);
	free(m->column);
	free(m->query);
	free(m->file);
}

void
metrics_tsv_free(struct metrics_tsv *m)
{
	for (size_t i = 0; i < m->count; i++)
		metric_free(&m->list[i]);
	free(m->list);
	free(m->freshness);
	*m = (struct metrics_tsv){0};
}

/* Names of the record itself, which a query cannot fill. */
static bool
reserved(enum metrics_tsv_file file, struct span kind, struct span column)
{
	static const char *const kinds[] = {"begin", "end", "source", KIND_HISTORY};
	static const char *const columns[] = {"kind", "id", "instance"};

	if (file == METRICS_TSV_HISTORY)
		return !span_is(kind, KIND_HISTORY) ||
		       history_query_find(column) == HISTORY_QUERIES;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (span_is(kind, kinds[i]))
			return true;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (span_is(column, columns[i]))
			return true;
	return false;
}

static bool
is_control(uint32_t code)
{
	return (code < ' ' && code != '\t') || code == 0x7f;
}

static bool
text_ok(struct span text)
{
	return utf8_check(text.at, text.len, is_control) == text.len;
}

static struct metric *
find(struct metrics_tsv *m, struct span kind, struct span column)
{
	for (size_t i = 0; i < m->count; i++)
		if (span_is(kind, m->list[i].kind) && span_is(column, m->list[i].column))
			return &m->list[i];
	return NULL;
}

static int
take_line(struct metrics_tsv *m, struct span line, const struct place *at,
	const struct query_template *terms, struct fault *f)
{
	const char *file = at->text;
	struct span kind, column;
	struct metric *old, new;
	char *query;

	if (!text_ok(line))
		return fault_set(f, STATUS_CONFIG, "%s: a control character, or not UTF-8", file);
	kind = span_cut(&line, '\t');
	column = span_cut(&line, '\t');
	line = span_trim(line);
	if (!ident_is_name(kind) || !ident_is_name(column) || !line.len || line.len > QUERY_MAX)
		return fault_set(
			f, STATUS_CONFIG, "%s: kind TAB column TAB PromQL is expected", file);
	if (reserved(at->file, kind, column))
		return fault_set(f, STATUS_CONFIG, "%s: %.*s.%.*s cannot be filled by a query",
			file, (int)kind.len, kind.at, (int)column.len, column.at);
	old = find(m, kind, column);
	if (old && old->folder == at->folder)
		return fault_set(f, STATUS_CONFIG, "%s: %s.%s is defined already: %s", file,
			old->kind, old->column, old->file);
	if (!old && m->count == COLUMNS_MAX)
		return fault_set(f, STATUS_CONFIG, "%s: more than %d columns", file, COLUMNS_MAX);
	query = mem_copy_n(line.at, line.len);
	new = (struct metric){mem_copy_n(kind.at, kind.len), mem_copy_n(column.at, column.len),
		query_template_fill(query, terms), mem_copy(file), at->folder};
	free(query);
	if (old) {
		metric_free(old);
	} else {
		m->list = mem_grow(m->list, m->count, &m->cap, sizeof *m->list);
		old = &m->list[m->count++];
	}
	*old = new;
	return 0;
}

static int
take_file(struct metrics_tsv *m, struct span text, const char *path, struct place at,
	const struct query_template *terms, struct fault *f)
{
	size_t number = 0;

	while (text.at) {
		struct span line = span_cut(&text, '\n');

		text_format(at.text, sizeof at.text, "%.4096s:%zu", path, ++number); /* it fits */
		while (line.len && strchr(" \t\r", line.at[line.len - 1]))
			line.len--;
		if (line.len && *line.at != '#' && take_line(m, line, &at, terms, f))
			return -1;
	}
	return 0;
}

int
metrics_tsv_load(struct metrics_tsv *m, enum metrics_tsv_file file, const struct subject *s,
	const struct query_template *terms, struct fault *f)
{
	struct metrics_tsv got = {.instance = terms->instance,
		.freshness = query_template_fill(FRESHNESS_QUERY, terms)};

	for (size_t i = s->dir_count; i-- > 0;) {
		char path[4096], *text;
		size_t len;
		int bad = subject_read(s, i, names[file], FILE_MAX, &text, &len, f);

		if (!bad && text) {
			text_format(path, sizeof path, "%s/%s", s->dirs[i],
				names[file]); /* for messages */
			bad = take_file(&got, (struct span){text, len}, path,
				(struct place){.file = file, .folder = i}, terms, f);
			free(text);
		}
		if (bad) {
			metrics_tsv_free(&got);
			return -1;
		}
	}
	*m = got;
	return 0;
}

bool
metrics_tsv_is_first(const struct metrics_tsv *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(m->list[k].kind, m->list[i].kind) == 0)
			return false;
	return true;
}
