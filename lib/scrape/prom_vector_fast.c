/* SPDX-License-Identifier: ISC */
#include "scrape/prom_vector_fast.h"

#include <stdbool.h>
#include <string.h>

#include "base/number.h"

static void
skip_blanks(struct prom_vector_fast *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\n'))
		p->at++;
}

static bool
take(struct prom_vector_fast *p, char c)
{
	skip_blanks(p);
	if (p->at == p->end || *p->at != c)
		return false;
	p->at++;
	return true;
}

static bool
take_text(struct prom_vector_fast *p, struct span *text)
{
	if (!take(p, '"'))
		return false;
	text->at = p->at;
	while (p->at < p->end && *p->at >= ' ' && *p->at <= '~' && *p->at != '"' && *p->at != '\\')
		p->at++;
	text->len = (size_t)(p->at - text->at);
	return p->at < p->end && *p->at++ == '"';
}

/* "key": */
static bool
take_key(struct prom_vector_fast *p, const char *key)
{
	struct span text;

	return take_text(p, &text) && span_is(text, key) && take(p, ':');
}

/* "key":"value" */
static bool
take_member(struct prom_vector_fast *p, const char *key, const char *value)
{
	struct span text;

	return take_key(p, key) && take_text(p, &text) && span_is(text, value);
}

static bool
take_time(struct prom_vector_fast *p, int64_t *ms)
{
	const char *start;
	double value;

	skip_blanks(p);
	for (start = p->at; p->at < p->end && strchr("0123456789.eE+-", *p->at) && *p->at;)
		p->at++;
	if (number_double(start, (size_t)(p->at - start), &value))
		return false;
	*ms = prom_vector_fast_time_ms(value);
	return true;
}

int64_t
prom_vector_fast_time_ms(double seconds)
{
	double ms = seconds * 1000;

	if (!(ms > 0))
		return 0;
	return ms > 253402300799999.0 ? INT64_C(253402300799999) : (int64_t)ms;
}

int
prom_vector_fast_open(struct prom_vector_fast *p, const char *text, size_t len)
{
	*p = (struct prom_vector_fast){text, text + len, 0};
	if (take(p, '{') && take_member(p, "status", "success") && take(p, ',') &&
		take_key(p, "data") && take(p, '{') && take_member(p, "resultType", "vector") &&
		take(p, ',') && take_key(p, "result") && take(p, '['))
		return 0;
	return -1;
}

static bool
take_labels(struct prom_vector_fast *p, struct prom_vector_fast_series *s)
{
	s->label_count = 0;
	if (!take(p, '{'))
		return false;
	if (take(p, '}'))
		return true;
	do {
		size_t i = s->label_count;

		if (i == PROM_VECTOR_FAST_LABELS_MAX || !take_text(p, &s->names[i]) ||
			!take(p, ':') || !take_text(p, &s->values[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (span_equal(s->names[k], s->names[i]))
				return false;
		s->label_count++;
	} while (take(p, ','));
	return take(p, '}');
}

static int
take_end(struct prom_vector_fast *p)
{
	for (int level = 0; level < 2; level++)
		if (!take(p, '}'))
			return -1;
	skip_blanks(p);
	return p->at == p->end ? 0 : -1;
}

int
prom_vector_fast_next(struct prom_vector_fast *p, struct prom_vector_fast_series *s)
{
	if (take(p, ']'))
		return take_end(p);
	if (p->count++ && !take(p, ','))
		return -1;
	if (take(p, '{') && take_key(p, "metric") && take_labels(p, s) && take(p, ',') &&
		take_key(p, "value") && take(p, '[') && take_time(p, &s->time_ms) && take(p, ',') &&
		take_text(p, &s->value) && take(p, ']') && take(p, '}'))
		return 1;
	return -1;
}
