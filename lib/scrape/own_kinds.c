/* SPDX-License-Identifier: ISC */
#include "scrape/own_kinds.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "scrape/metrics_tsv.h"
#include "scrape/prometheus.h"
#include "scrape/series_rows.h"
#include "stream/cycle_write.h"

struct own_row {
	struct span text;
	uint32_t name;
};

static int
by_text(const void *a, const void *b)
{
	const struct own_row *x = a, *y = b;

	return span_compare(x->text, y->text);
}

/* Lists the names of a kind's series, sorted; one without a text is for unnamed series. */
static size_t
list_rows(const struct prometheus *p, const struct intern *names, const char *kind,
	struct own_row *rows)
{
	bool *seen = mem_zero(intern_count(names) + 1, sizeof *seen);
	size_t count = 0;

	for (size_t i = 0; i < p->metrics->count; i++) {
		const struct prom_vector *v = &p->columns[i].vector;

		for (size_t k = 0; strcmp(p->metrics->list[i].kind, kind) == 0 && k < v->count;
			k++) {
			uint32_t name = v->list[k].name;
			size_t at = name == INTERN_NONE ? intern_count(names) : name;

			if (seen[at])
				continue;
			seen[at] = true;
			rows[count] = (struct own_row){{0}, name};
			if (name != INTERN_NONE)
				rows[count].text = intern_text(names, name);
			count++;
		}
	}
	free(seen);
	if (count)
		qsort(rows, count, sizeof *rows, by_text);
	return count;
}

struct own_kind {
	const char *kind;
	struct own_row *rows;
	size_t count;
	struct series_rows values;
};

static void
own_kind_init(struct own_kind *own, const struct prometheus *p, const struct intern *names,
	const char *kind)
{
	uint32_t *by_name = mem_zero(intern_count(names) + 1, sizeof *by_name);
	uint32_t nameless = SERIES_ROWS_NONE;

	own->kind = kind;
	own->rows = mem_zero(intern_count(names) + 1, sizeof *own->rows);
	own->count = list_rows(p, names, kind, own->rows);
	for (uint32_t i = 0; i < own->count; i++) {
		if (own->rows[i].name == INTERN_NONE)
			nameless = i;
		else
			by_name[own->rows[i].name] = i;
	}
	series_rows_init(&own->values, p, kind, own->count, by_name, by_name, nameless);
	free(by_name);
}

void
own_kinds_init(struct own_kinds *own, const struct prometheus *p, const struct intern *names)
{
	const struct metrics_tsv *m = p->metrics;

	*own = (struct own_kinds){mem_zero(m->count, sizeof *own->list), 0};
	for (size_t i = 0; i < m->count; i++)
		if (metrics_tsv_is_first(m, i) && prometheus_owns(p, m->list[i].kind))
			own_kind_init(&own->list[own->count++], p, names, m->list[i].kind);
}

void
own_kinds_free(struct own_kinds *own)
{
	for (size_t i = 0; i < own->count; i++) {
		series_rows_free(&own->list[i].values);
		free(own->list[i].rows);
	}
	free(own->list);
}

void
own_kinds_errors(const struct own_kinds *own, struct prometheus_error *errors)
{
	for (size_t i = 0; i < own->count; i++)
		series_rows_errors(&own->list[i].values, errors);
}

static void
write_kind(const struct own_kind *own, struct cycle_write *c)
{
	for (size_t i = 0; i < own->count; i++) {
		struct json_write *w = cycle_write_record(c, own->kind);

		if (own->rows[i].text.at)
			json_write_put_span(w, "id", own->rows[i].text);
		series_rows_write(&own->values, i, NULL, w);
		cycle_write_record_end(c);
	}
}

void
own_kinds_write(const struct own_kinds *own, struct cycle_write *c)
{
	for (size_t i = 0; i < own->count; i++)
		write_kind(&own->list[i], c);
}
