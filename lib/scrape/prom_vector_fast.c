/* SPDX-License-Identifier: ISC */
#include "scrape/prom_vector_fast.h"

#include <stdbool.h>
#include <string.h>

#include "base/json_lex.h"
#include "base/number.h"

static inline bool
take(struct prom_vector_fast *p, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(p->end - p->at) < len || memcmp(p->at, text, len) != 0)
		return false;
	p->at += len;
	return true;
}

/* The rest of a text, after its first quote. */
static bool
take_text(struct prom_vector_fast *p, struct span *text)
{
	const char *end = json_lex_plain(p->at, p->end);

	*text = (struct span){p->at, (size_t)(end - p->at)};
	p->at = end;
	return take(p, "\"");
}

/* Mostly, all samples of an answer have the same time: it is converted once. */
static bool
take_time(struct prom_vector_fast *p)
{
	size_t left = (size_t)(p->end - p->at);
	const char *end;
	double seconds;

	if (p->time.len && left > p->time.len && p->at[p->time.len] == ',' &&
		memcmp(p->at, p->time.at, p->time.len) == 0) {
		p->at += p->time.len;
		return true;
	}
	end = memchr(p->at, ',', left);
	if (!end || number_double(p->at, (size_t)(end - p->at), &seconds))
		return false;
	p->time = (struct span){p->at, (size_t)(end - p->at)};
	p->time_ms = prom_vector_fast_time_ms(seconds);
	p->at = end;
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
	*p = (struct prom_vector_fast){.at = text, .end = text + len};
	return take(p, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[")
		       ? 0
		       : -1;
}

static bool
take_labels(struct prom_vector_fast *p, struct prom_vector_fast_series *s)
{
	s->label_count = 0;
	if (take(p, "}"))
		return true;
	do {
		size_t i = s->label_count;

		if (i == PROM_VECTOR_FAST_LABELS_MAX || !take(p, "\"") ||
			!take_text(p, &s->names[i]) || !take(p, ":\"") ||
			!take_text(p, &s->values[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (span_equal(s->names[k], s->names[i]))
				return false;
		s->label_count++;
	} while (take(p, ","));
	return take(p, "}");
}

int
prom_vector_fast_next(struct prom_vector_fast *p, struct prom_vector_fast_series *s)
{
	if (take(p, "]}}"))
		return p->at == p->end ? 0 : -1;
	if (p->count++ && !take(p, ","))
		return -1;
	if (!take(p, "{\"metric\":{") || !take_labels(p, s) || !take(p, ",\"value\":[") ||
		!take_time(p) || !take(p, ",\"") || !take_text(p, &s->value) || !take(p, "]}"))
		return -1;
	s->time_ms = p->time_ms;
	return 1;
}
