/* SPDX-License-Identifier: ISC */
#include "scrape/prom_range.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "scrape/http.h"
#include "scrape/http_error.h"
#include "scrape/http_identity.h"
#include "scrape/lenient_json.h"
#include "scrape/prom_url.h"

enum { URL_MAX = 128 << 10, WARNINGS_MAX = 4096, RETRY_AFTER_MAX_US = 30000000 };

/* One query for one part of the grid. */
struct prom_part {
	size_t query, first, count;
	unsigned tries;
	enum { PART_WAITS, PART_UNDER_WAY, PART_DONE } state;
	bool probing; /* given up; vector(1) is asked to see if the server is gone */
	int64_t begun_us, not_before_us;
};

static int64_t
now_us(void)
{
	return clock_monotonic_ns() / 1000;
}

static void
add_part(struct prom_range *r, size_t query, size_t first, size_t count)
{
	r->parts = mem_grow(r->parts, r->part_count, &r->part_cap, sizeof *r->parts);
	r->parts[r->part_count++] = (struct prom_part){
		.query = query, .first = first, .count = count};
}

static void
add_parts(struct prom_range *r)
{
	r->part_count = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct prom_query *q = &r->queries[i];
		size_t most = q->fits ? q->fits : r->grid->count;

		for (size_t at = 0; !q->refused && at < r->grid->count; at += most)
			add_part(r, i, at, r->grid->count - at < most ? r->grid->count - at : most);
	}
}

/* Forgets the answers of the last time. */
static void
clear(struct prom_range *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct prom_query *q = &r->queries[i];

		prom_matrix_free(&q->matrix);
		free(q->lost);
		q->lost = mem_array(r->grid->count, sizeof *q->lost);
		for (size_t k = 0; k < r->grid->count; k++)
			q->lost[k] = q->refused;
		if (!q->refused)
			q->error = (struct prometheus_error){0};
	}
}

static struct prom_grid
grid_of(const struct prom_range *r, const struct prom_part *p)
{
	return (struct prom_grid){
		.first_ms = r->grid->first_ms + (int64_t)p->first * r->grid->step_ms,
		.step_ms = r->grid->step_ms,
		.count = p->count,
		.at = p->first};
}

static void
add_url(const struct prom_range *r, const struct prom_part *p, struct buf *url)
{
	struct prom_grid g = grid_of(r, p);
	int64_t last_ms = g.first_ms + (int64_t)(g.count - 1) * g.step_ms;
	bool instant = p->probing || !g.step_ms;

	buf_printf(url, "%s/api/v1/query%s?" PROM_URL_WHOLE "&timeout=%" PRId64 "ms", r->url,
		instant ? "" : "_range", r->timeout_ms);
	if (!instant)
		buf_printf(url,
			"&start=%" PRId64 ".%03d&end=%" PRId64 ".%03d&step=%" PRId64 ".%03d",
			g.first_ms / 1000, (int)(g.first_ms % 1000), last_ms / 1000,
			(int)(last_ms % 1000), g.step_ms / 1000, (int)(g.step_ms % 1000));
	buf_add_text(url, "&query=");
	prom_url_escape(url, p->probing ? "vector(1)" : r->queries[p->query].promql);
}

static void
begin(struct prom_range *r, size_t i)
{
	struct prom_part *p = &r->parts[i];
	struct http_request request = {.identity = r->identity,
		.owner = r,
		.tag = (unsigned)i,
		.deadline_us = now_us() + r->timeout_ms * 1000,
		.budget = &r->budget};
	struct buf url;

	buf_init(&url, URL_MAX); /* three times the longest query, and more */
	add_url(r, p, &url);
	request.url = url.data;
	p->state = PART_UNDER_WAY;
	p->begun_us = now_us();
	r->under_way++;
	http_get(r->http, &request);
	buf_free(&url);
}

/* Begins all parts that are due. Returns when the next one is, INT64_MAX if none waits. */
static int64_t
begin_parts(struct prom_range *r)
{
	int64_t now = now_us(), next = INT64_MAX;

	for (size_t i = 0; i < r->part_count; i++) {
		const struct prom_part *p = &r->parts[i];

		if (p->state != PART_WAITS)
			continue;
		if (p->not_before_us <= now && r->under_way < r->parallel)
			begin(r, i);
		else if (p->not_before_us < next)
			next = p->not_before_us;
	}
	return next;
}

static void
lose(struct prom_range *r, struct prom_part *p, const struct fault *f)
{
	struct prom_query *q = &r->queries[p->query];

	p->state = PART_DONE;
	for (size_t i = 0; i < p->count; i++)
		q->lost[p->first + i] = true;
	if (!q->error.set)
		prometheus_error_set(&q->error, "%s", f->text);
}

/* Replaces a part by its halves, and uses that size from now on. */
static void
split(struct prom_range *r, struct prom_part *p, const struct fault *f)
{
	struct prom_part whole = *p;
	size_t half = whole.count / 2;

	if (whole.count == 1) {
		lose(r, p, f);
		return;
	}
	p->state = PART_DONE;
	if (!r->queries[whole.query].fits || half < r->queries[whole.query].fits)
		r->queries[whole.query].fits = half;
	add_part(r, whole.query, whole.first, half); /* p may have moved */
	add_part(r, whole.query, whole.first + half, whole.count - half);
}

/* Retries later. If the last try fails, the part is lost, or the server is gone. */
static void
retry(struct prom_range *r, struct prom_part *p, const struct http_answer *a, struct fault *f)
{
	int64_t wait = a->retry_after_ms < 0 ? -1 : a->retry_after_ms * 1000;

	if (p->probing) {
		*r->fault = *f;
		r->gone = true;
		return;
	}
	p->state = PART_WAITS;
	if (p->tries < r->tries) {
		if (wait < 0)
			wait = INT64_C(1000000) << p->tries;
		p->not_before_us = now_us() +
				   (wait < RETRY_AFTER_MAX_US ? wait : RETRY_AFTER_MAX_US);
		p->tries++;
		return;
	}
	if (!r->queries[p->query].error.set)
		prometheus_error_set(&r->queries[p->query].error, "%s", f->text);
	if (r->answered_us > p->begun_us)
		lose(r, p, f);
	else
		p->probing = true;
}

/* Whether the query was too much for the server. Only the wording of its error shows that. */
static bool
too_much(const struct http_answer *a)
{
	static const char *const words[] = {
		"too many samples", "timed out", "deadline exceeded", "-search.max"};

	if (a->status != 422 && a->status != 503)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(a->body.data, words[i]))
			return true;
	return false;
}

static void
take_failure(
	struct prom_range *r, struct prom_part *p, const struct http_answer *a, struct fault *f)
{
	bool busy = !a->status || a->status == 429 || a->status == 502 || a->status == 503 ||
		    a->status == 504;

	if (a->too_large || too_much(a)) {
		split(r, p, f);
	} else if (busy) {
		retry(r, p, a, f);
	} else {
		if (a->status == 400)
			r->queries[p->query].refused = true;
		lose(r, p, f);
	}
}

static void
take_matrix(struct prom_range *r, struct prom_part *p, const struct http_answer *a)
{
	struct prom_query *q = &r->queries[p->query];
	struct prom_grid grid = grid_of(r, p);
	struct lenient_json body = {.json = r->json, .text = a->body.data, .len = a->body.len};
	struct prom_vector_context context = {r->names, r->values, &r->warnings, r->instance};
	struct fault f;

	p->state = PART_DONE;
	if (prom_matrix_read(&q->matrix, &body, &grid, &q->form, &context, &f))
		lose(r, p, &f);
	r->overfull |= r->values->full;
}

/* Keeps our secrets out of records if the server sends them back. */
static void
hide(const struct prom_range *r, struct http_answer *a)
{
	if (a->status != 200)
		http_identity_hide(r->identity, a->body.data, a->body.len);
	http_identity_hide(r->identity, a->location, strlen(a->location));
}

static void
take(struct prom_range *r, struct http_answer *a)
{
	struct prom_part *p = &r->parts[a->tag];
	size_t bytes = a->body.len;
	struct fault f = {0};

	r->under_way--;
	hide(r, a);
	if (r->grid->step_ms)
		a->age_ms = 0; /* the past does not age in a cache */
	if (http_error_check(r->json, a, &f)) {
		take_failure(r, p, a, &f);
	} else {
		r->answered_us = now_us();
		if (p->probing) {
			fault_put(&f, STATUS_UNAVAILABLE, "%s", r->queries[p->query].error.text);
			lose(r, p, &f);
		} else {
			take_matrix(r, p, a);
		}
	}
	r->budget += bytes;
	http_answer_free(a);
}

static void
wait_until(int64_t us)
{
	int64_t left = us - now_us();
	struct timespec t = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};

	if (left > 0)
		while (nanosleep(&t, &t) && errno == EINTR)
			;
}

/* Does it answer none of the queries at all? */
static bool
all_lost(const struct prom_range *r, struct fault *f)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->grid->count; k++)
			if (!r->queries[i].lost[k])
				return false;
	fault_put(f, STATUS_UNAVAILABLE, "%s", r->queries[0].error.text);
	return true;
}

int
prom_range_ask(struct prom_range *r, const struct prom_grid *grid, struct fault *f)
{
	r->grid = grid;
	r->fault = f;
	r->gone = r->overfull = false;
	r->budget = HTTP_BODIES_MAX;
	buf_init(&r->warnings, WARNINGS_MAX);
	clear(r);
	add_parts(r);
	for (;;) {
		int64_t next = begin_parts(r);
		struct http_answer *a = r->under_way ? http_next(r->http) : NULL;

		if (a)
			take(r, a);
		else if (next == INT64_MAX)
			break;
		else
			wait_until(next);
		if (r->gone || r->overfull)
			break;
	}
	http_cancel(r->http, r);
	r->under_way = 0;
	buf_free(&r->warnings);
	return r->gone || (!r->overfull && r->count && all_lost(r, f)) ? -1 : 0;
}

void
prom_range_free(struct prom_range *r)
{
	for (size_t i = 0; i < r->count; i++) {
		prom_matrix_free(&r->queries[i].matrix);
		free(r->queries[i].lost);
	}
	free(r->parts);
}
