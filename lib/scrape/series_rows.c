/* SPDX-License-Identifier: ISC */
#include "scrape/series_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/metrics_tsv.h"
#include "scrape/prometheus.h"

static uint32_t
row_of(const struct prom_sample *s, const uint32_t *by_instance, const uint32_t *by_id,
	uint32_t nameless)
{
	if (s->name == INTERN_NONE)
		return nameless;
	return s->by_id ? by_id[s->name] : by_instance[s->name];
}

/* Fills column k; seen is scratch, a flag a row. */
static void
fill_column(struct series_rows *j, size_t k, size_t row_count, const uint32_t *by_instance,
	const uint32_t *by_id, uint32_t nameless, bool *seen)
{
	const struct prom_vector *v = &j->prometheus->columns[j->columns[k]].vector;

	if (row_count)
		memset(seen, 0, row_count * sizeof *seen);
	for (size_t i = 0; i < v->count; i++) {
		const struct prom_sample *s = &v->list[i];
		uint32_t row = row_of(s, by_instance, by_id, nameless);

		if (row == SERIES_ROWS_NONE)
			continue;
		j->values[row * j->column_count + k] = seen[row] ? PROM_VALUE_NONE : s->value;
		j->doubled[k] |= seen[row];
		seen[row] = true;
	}
}

void
series_rows_init(struct series_rows *j, const struct prometheus *p, const char *kind,
	size_t row_count, const uint32_t *rows_by_instance, const uint32_t *rows_by_id,
	uint32_t nameless)
{
	bool *seen = mem_array(row_count, sizeof *seen);

	*j = (struct series_rows){.prometheus = p, .kind = kind};
	j->columns = mem_zero(p->metrics->count, sizeof *j->columns);
	for (size_t i = 0; i < p->metrics->count; i++)
		if (strcmp(p->metrics->list[i].kind, kind) == 0)
			j->columns[j->column_count++] = i;
	j->values = mem_zero(row_count * j->column_count, sizeof *j->values);
	j->doubled = mem_zero(j->column_count, sizeof *j->doubled);
	for (size_t k = 0; k < j->column_count; k++)
		fill_column(j, k, row_count, rows_by_instance, rows_by_id, nameless, seen);
	free(seen);
}

void
series_rows_free(struct series_rows *j)
{
	free(j->columns);
	free(j->values);
	free(j->doubled);
	*j = (struct series_rows){0};
}

void
series_rows_errors(const struct series_rows *j, struct prometheus_error *errors)
{
	for (size_t k = 0; k < j->column_count; k++) {
		struct prometheus_error *e = &errors[j->columns[k]];

		if (j->doubled[k] && !e->set)
			prometheus_error_set(e, "more than one series for one %s", j->kind);
	}
}

double
series_rows_value(const struct series_rows *j, size_t row, const char *column)
{
	for (size_t k = 0; k < j->column_count; k++) {
		uint32_t at = j->values[row * j->column_count + k];
		const char *text = prom_values_text(&j->prometheus->values, at);
		double value;

		if (strcmp(j->prometheus->metrics->list[j->columns[k]].column, column) == 0)
			return number_double(text, strlen(text), &value) ? NAN : value;
	}
	return NAN;
}

void
series_rows_write(const struct series_rows *j, size_t row, const char *but, struct json_write *w)
{
	for (size_t k = 0; k < j->column_count; k++) {
		const char *column = j->prometheus->metrics->list[j->columns[k]].column;
		uint32_t at = j->values[row * j->column_count + k];
		const char *text = prom_values_text(&j->prometheus->values, at);

		if (at == PROM_VALUE_NONE || (but && *but == *column && strcmp(column, but) == 0))
			continue;
		json_write_key(w, column);
		json_write_raw(w, text, strlen(text));
	}
}
