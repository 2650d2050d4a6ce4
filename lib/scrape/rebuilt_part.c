/* SPDX-License-Identifier: ISC */
#include "scrape/rebuilt_part.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/intern.h"
#include "base/number.h"
#include "base/text.h"
#include "scrape/pd.h"
#include "scrape/prom_matrix.h"

double
rebuilt_value(const struct rebuilt_input *in, const struct prom_series *s, size_t point)
{
	uint32_t value = prom_series_at(s, point);
	const char *text = prom_values_text(in->values, value);
	double out;

	if (value == PROM_VALUE_NONE || number_double(text, strlen(text), &out))
		return NAN;
	return out;
}

struct span
rebuilt_label(const struct rebuilt_input *in, const struct prom_series *s, size_t i)
{
	if (s->labels[i] == INTERN_NONE)
		return (struct span){0};
	return intern_text(in->names, s->labels[i]);
}

uint64_t
rebuilt_count(double value)
{
	return value >= 0 && value < 9e18 ? (uint64_t)(value + 0.5) : PD_UNKNOWN;
}

void
rebuilt_error(struct rebuilt *r, const char *fmt, ...)
{
	va_list ap;

	if (r->error[0])
		return;
	va_start(ap, fmt);
	text_vformat(r->error, sizeof r->error, fmt, ap);
	va_end(ap);
}

bool
rebuilt_lost(const struct rebuilt_work *w, enum history_query q)
{
	const char *why = w->in->errors ? w->in->errors[q] : NULL;

	if (!w->in->known[q])
		rebuilt_error(w->r, "%s: %s", history_query_column(q), why ? why : "not asked");
	return !w->in->known[q];
}

double
rebuilt_only_value(const struct rebuilt_work *w, enum history_query q)
{
	const struct prom_matrix *m = &w->in->answers[q];
	double only = NAN;

	for (size_t i = 0; i < m->count; i++) {
		double value = rebuilt_value(w->in, &m->list[i], w->point);

		if (isnan(value))
			continue;
		if (!isnan(only))
			return NAN;
		only = value;
	}
	return only;
}

double
rebuilt_value_of(const struct rebuilt_work *w, enum history_query q, const char *text)
{
	const struct prom_matrix *m = &w->in->answers[q];

	for (size_t i = 0; i < m->count; i++) {
		double value = rebuilt_value(w->in, &m->list[i], w->point);

		if (!isnan(value) && span_is(rebuilt_label(w->in, &m->list[i], 0), text))
			return value;
	}
	return NAN;
}
