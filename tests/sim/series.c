/* SPDX-License-Identifier: ISC */
#include "series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { BOUND_MAX = 28 };

struct histogram {
	double counts[BOUND_MAX + 1]; /* not cumulative */
	double sum;
	double p99; /* the p99 that parts were computed for */
	double parts[BOUND_MAX];
};

struct row {
	const struct family *family;
	double value;
	double rate;
	double total;
	bool absent;
	struct histogram *histogram;
};

struct series {
	struct row *rows;
	size_t count;
	int64_t at_ms;
	double share;
	bool hangs;
};

/* The upper bounds of a kind of histogram. Returns how many; +Inf is not among them. */
static int
bounds_of(enum bounds kind, double out[BOUND_MAX])
{
	static const struct {
		double first;
		int count;
	} powers[] = {
		[BOUNDS_GRPC] = {0.00005, 22},
		[BOUNDS_RAFT] = {0.00001, 26},
		[BOUNDS_LAG] = {2, 10},
		[BOUNDS_SIZE] = {1 << 20, 14},
		[BOUNDS_ETCD] = {0.001, 14},
	};
	int n = 0;

	for (; n < powers[kind].count; n++)
		out[n] = ldexp(powers[kind].first, n);
	if (kind == BOUNDS_LAG) {
		out[n++] = 5120;
		out[n++] = 10240;
	}
	return n;
}

/* The part of a log-normal distribution with this 99th percentile that lies below x. */
static double
part_below(double x, double p99)
{
	double median = p99 / exp(2.3263478740408408);

	return 0.5 * erfc(-log(x / median) / sqrt(2.0));
}

/*
 * The cumulative parts of the buckets, such that histogram_quantile(0.99),
 * which interpolates within a bucket, gives exactly the p99 asked for.
 */
static void
parts_of(const double *bounds, int n, double p99, double parts[BOUND_MAX])
{
	double low, below, width;
	int i, hit = 0;

	for (i = 0; i < n; i++)
		parts[i] = part_below(bounds[i], p99);
	while (hit < n && bounds[hit] < p99)
		hit++;
	if (hit == n)
		return;
	low = hit ? bounds[hit - 1] : 0;
	width = (p99 - low) / (bounds[hit] - low);
	below = hit ? parts[hit - 1] : 0;
	if (below + (0.99 - below) / width > 1)
		below = (0.99 - width) / (1 - width);
	if (below < 0)
		below = 0;
	if (hit)
		parts[hit - 1] = below;
	for (i = 0; i < hit; i++)
		parts[i] = fmin(parts[i], below);
	parts[hit] = fmin(below + (0.99 - below) / width, 1);
	for (i = hit + 1; i < n; i++)
		parts[i] = fmax(parts[i], parts[hit]);
}

static void
histogram_add(struct row *r, double observations)
{
	struct histogram *h = r->histogram;
	double bounds[BOUND_MAX], before = 0;
	int n = bounds_of(r->family->bounds, bounds);

	if (h->p99 != r->value)
		parts_of(bounds, n, r->value, h->parts);
	h->p99 = r->value;
	for (int i = 0; i < n; i++) {
		h->counts[i] += observations * (h->parts[i] - before);
		before = h->parts[i];
	}
	h->counts[n] += observations * (1 - before);
	h->sum += observations * r->value / exp(2.3263478740408408 - 0.5);
}

struct series *
series_new(const struct family *table, int64_t now_ms)
{
	struct series *s = mem_zero(1, sizeof *s);

	while (table[s->count].name)
		s->count++;
	s->rows = mem_zero(s->count, sizeof *s->rows);
	for (size_t i = 0; i < s->count; i++) {
		s->rows[i] = (struct row){
			.family = &table[i], .value = table[i].value, .rate = table[i].rate};
		if (table[i].type == FAMILY_HISTOGRAM)
			s->rows[i].histogram = mem_zero(1, sizeof *s->rows[i].histogram);
	}
	s->share = 1;
	s->at_ms = now_ms;
	return s;
}

void
series_free(struct series *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		free(s->rows[i].histogram);
	free(s->rows);
	free(s);
}

void
series_restart(struct series *s, int64_t now_ms)
{
	for (size_t i = 0; i < s->count; i++) {
		s->rows[i].total = 0;
		if (s->rows[i].histogram)
			memset(s->rows[i].histogram, 0, sizeof *s->rows[i].histogram);
	}
	s->at_ms = now_ms;
}

void
series_advance(struct series *s, int64_t now_ms, bool running)
{
	double seconds = (double)(now_ms - s->at_ms) / 1000;

	if (seconds <= 0)
		return;
	s->at_ms = now_ms;
	for (size_t i = 0; running && i < s->count; i++) {
		struct row *r = &s->rows[i];
		double share = s->hangs ? 0 : s->share;
		double grown = r->rate * seconds * (r->family->traffic ? share : 1);

		r->total += grown;
		if (r->histogram && grown > 0)
			histogram_add(r, grown);
	}
}

void
series_shift(struct series *s, int64_t step_ms)
{
	s->at_ms += step_ms;
}

void
series_hang(struct series *s, bool hangs)
{
	s->hangs = hangs;
}

void
series_traffic(struct series *s, double share)
{
	s->share = share;
}

/* Does what, a name or name{labels}, name this row? */
static bool
row_named(const struct row *r, const char *what)
{
	size_t len = strlen(r->family->name), labels = strlen(r->family->labels);

	if (strncmp(what, r->family->name, len) != 0)
		return false;
	if (what[len] == '\0')
		return true;
	return what[len] == '{' && strncmp(what + len + 1, r->family->labels, labels) == 0 &&
	       strcmp(what + len + 1 + labels, "}") == 0;
}

int
series_value(struct series *s, const char *what, double value)
{
	int found = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct row *r = &s->rows[i];

		if (!row_named(r, what))
			continue;
		r->value = value;
		if (r->family->type == FAMILY_COUNTER)
			r->total = value;
		r->absent = false;
		found++;
	}
	return found;
}

void
series_refresh(struct series *s, const char *what, double value)
{
	for (size_t i = 0; i < s->count; i++) {
		if (row_named(&s->rows[i], what))
			s->rows[i].value = value;
	}
}

int
series_rate(struct series *s, const char *what, double rate)
{
	int found = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!row_named(&s->rows[i], what))
			continue;
		s->rows[i].rate = rate;
		s->rows[i].absent = false;
		found++;
	}
	return found;
}

int
series_absent(struct series *s, const char *what, bool absent)
{
	int found = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!row_named(&s->rows[i], what))
			continue;
		s->rows[i].absent = absent;
		found++;
	}
	return found;
}

/* As Rust's Display: the shortest decimals that read back, never an exponent. */
static void
number_rust(struct buf *out, double value)
{
	char text[400];

	for (int digits = 0; digits < 20; digits++) {
		(void)snprintf(text, sizeof text, "%.*f", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	(void)buf_add_text(out, text);
}

/* As Go's strconv with 'g': an exponent below 1e-4 and from 1e6 on. */
static void
number_go(struct buf *out, double value)
{
	char text[40];
	int digits, exponent;

	for (digits = 0; digits < 17; digits++) {
		(void)snprintf(text, sizeof text, "%.*e", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	if (value == 0 || (exponent >= -4 && exponent < 6))
		(void)snprintf(text, sizeof text, "%.*f", digits > exponent ? digits - exponent : 0,
			value);
	(void)buf_add_text(out, text);
}

void
series_number(struct buf *out, double value, bool go)
{
	if (go)
		number_go(out, value);
	else
		number_rust(out, value);
}

static void
print_sample(struct buf *out, const struct row *r, const char *suffix, double value, bool go)
{
	(void)buf_add_text(out, r->family->name);
	(void)buf_add_text(out, suffix);
	if (*r->family->labels)
		(void)buf_printf(out, "{%s}", r->family->labels);
	(void)buf_add_char(out, ' ');
	series_number(out, value, go);
	(void)buf_add_char(out, '\n');
}

static void
print_histogram(struct buf *out, const struct row *r, bool go)
{
	double bounds[BOUND_MAX], seen = 0;
	const char *labels = r->family->labels;
	int n = bounds_of(r->family->bounds, bounds);

	for (int i = 0; i <= n; i++) {
		seen += r->histogram->counts[i];
		(void)buf_printf(
			out, "%s_bucket{%s%sle=\"", r->family->name, labels, *labels ? "," : "");
		if (i < n)
			series_number(out, bounds[i], go);
		else
			(void)buf_add_text(out, "+Inf");
		(void)buf_add_text(out, "\"} ");
		series_number(out, floor(seen + 1e-6), go);
		(void)buf_add_char(out, '\n');
	}
	print_sample(out, r, "_sum", r->histogram->sum, go);
	print_sample(out, r, "_count", floor(seen + 1e-6), go);
}

void
series_print(struct series *s, struct buf *out, bool go)
{
	static const char *const types[] = {"gauge", "counter", "histogram"};
	const char *last = "";

	for (size_t i = 0; i < s->count; i++) {
		struct row *r = &s->rows[i];
		const struct family *f = r->family;

		if (r->absent || (f->first_used && r->total < 1))
			continue;
		if (strcmp(last, f->name) != 0)
			(void)buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help,
				f->name, types[f->type]);
		last = f->name;
		if (f->type == FAMILY_HISTOGRAM)
			print_histogram(out, r, go);
		else if (f->type == FAMILY_COUNTER)
			print_sample(out, r, "", floor(r->total + 1e-6), go);
		else
			print_sample(out, r, "", r->value, go);
	}
}
