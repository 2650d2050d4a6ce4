/* SPDX-License-Identifier: ISC */
#include "scrape/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/http_call.h"

enum { BACKOFF_FIRST_US = 100000, BACKOFF_MAX_US = 1600000, WAIT_MAX_MS = 1000, GOOD_ROUNDS = 4 };

/* A request that is waiting or under way. */
struct task {
	struct http_request request;
	char *url;
	struct http_call *call;	    /* NULL: it waits */
	struct http_answer *answer; /* of the call */
	struct http_answer *last;   /* a refusal after which it is tried again */
	int64_t not_before_us;
	int64_t backoff_us;
	int64_t begun_us;
};

struct http {
	struct http_calls *calls;
	struct task **tasks; /* in order of arrival */
	size_t count, cap;
};

static int64_t
now_us(void)
{
	return clock_monotonic_ns() / 1000;
}

struct http *
http_open(struct fault *f)
{
	struct http *h = mem_zero(1, sizeof *h);

	h->calls = http_calls_open();
	if (h->calls)
		return h;
	free(h);
	fault_put(f, STATUS_TRY_AGAIN, "libcurl cannot be set up");
	return NULL;
}

void
http_answer_free(struct http_answer *a)
{
	if (!a)
		return;
	buf_free(&a->body);
	free(a);
}

static struct http_answer *
answer_new(const struct http_request *r)
{
	struct http_answer *a = mem_zero(1, sizeof *a);

	a->owner = r->owner;
	a->tag = r->tag;
	a->date_ms = -1;
	a->retry_after_ms = -1;
	buf_init(&a->body, HTTP_BODY_MAX);
	return a;
}

/* Ends its call, if it has one. */
static void
stop(struct task *t)
{
	if (t->call && t->request.lane)
		t->request.lane->running--;
	http_call_close(t->call);
	t->call = NULL;
}

static void
task_free(struct task *t)
{
	stop(t);
	http_answer_free(t->answer);
	http_answer_free(t->last);
	free(t->url);
	free(t);
}

void
http_close(struct http *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		task_free(h->tasks[i]);
	free(h->tasks);
	http_calls_close(h->calls);
	free(h);
}

void
http_get(struct http *h, const struct http_request *r)
{
	struct task *t = mem_zero(1, sizeof *t);

	t->request = *r;
	t->request.url = t->url = mem_copy(r->url);
	t->backoff_us = BACKOFF_FIRST_US;
	h->tasks = mem_grow(h->tasks, h->count, &h->cap, sizeof(void *));
	h->tasks[h->count++] = t;
}

void
http_cancel(struct http *h, const void *owner)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->count; i++) {
		if (h->tasks[i]->request.owner == owner)
			task_free(h->tasks[i]);
		else
			h->tasks[kept++] = h->tasks[i];
	}
	h->count = kept;
}

void
http_extend(struct http *h, const void *owner, int64_t deadline_us)
{
	for (size_t i = 0; i < h->count; i++) {
		struct task *t = h->tasks[i];

		if (t->request.owner != owner)
			continue;
		t->request.deadline_us = deadline_us;
		if (t->call)
			(void)http_call_set_deadline(
				t->call, deadline_us); /* our own check is enough */
	}
}

/* Removes the task. Returns its answer, or the last refusal, for the caller to free. */
static struct http_answer *
take(struct http *h, size_t i)
{
	struct task *t = h->tasks[i];
	struct http_answer **from = t->last && (!t->answer || !t->answer->status) ? &t->last
										  : &t->answer;
	struct http_answer *a = *from;

	*from = NULL;
	task_free(t);
	h->count--;
	memmove(h->tasks + i, h->tasks + i + 1, (h->count - i) * sizeof(void *));
	return a;
}

static bool
may_begin(const struct task *t, int64_t now)
{
	const struct http_lane *lane = t->request.lane;

	return !t->call && t->not_before_us <= now && (!lane || lane->running < lane->width);
}

/* Begins waiting requests in order, in each lane no more than its width. */
static void
begin(struct http *h, int64_t now)
{
	for (size_t i = 0; i < h->count; i++) {
		struct task *t = h->tasks[i];
		struct http_lane *lane = t->request.lane;

		if (!may_begin(t, now))
			continue;
		if (lane)
			lane->running++;
		http_answer_free(t->answer);
		t->answer = answer_new(&t->request);
		t->begun_us = now;
		t->call = http_call_open(h->calls, &t->request, t->answer, t);
	}
}

static bool
busy(const struct http_answer *a)
{
	return a->status == 429 || a->status == 502 || a->status == 503 || a->status == 504;
}

/* Slowly, or a server with a limit would refuse every other query. */
static void
widen(struct http_lane *lane)
{
	if (lane->width == lane->width_max || ++lane->good < GOOD_ROUNDS * lane->width)
		return;
	lane->width++;
	lane->good = 0;
}

/*
 * Whether to ask again, because the server had no time and the deadline leaves
 * some. A refusal halves the lane's width, but only once for requests that were
 * under way together.
 */
static bool
retry(struct task *t, int64_t now)
{
	struct http_lane *lane = t->request.lane;
	int64_t wait = t->answer->retry_after_ms * 1000;

	if (!lane || !busy(t->answer))
		return false;
	if (wait < 0) {
		wait = t->backoff_us;
		t->backoff_us = wait * 2 < BACKOFF_MAX_US ? wait * 2 : BACKOFF_MAX_US;
	}
	if (t->begun_us >= lane->narrowed_us) {
		lane->width = (lane->width + 1) / 2;
		lane->narrowed_us = now;
		lane->good = 0;
	}
	if (wait >= t->request.deadline_us - now)
		return false;
	t->not_before_us = now + wait;
	http_answer_free(t->last);
	t->last = t->answer;
	t->answer = NULL;
	return true;
}

static size_t
index_of(const struct http *h, const struct task *t)
{
	size_t i = 0;

	while (h->tasks[i] != t)
		i++;
	return i;
}

/* Returns the next answer; one whose request is tried again does not count. */
static struct http_answer *
next_done(struct http *h)
{
	struct task *t;

	while ((t = http_calls_next(h->calls)) != NULL) {
		stop(t);
		if (t->request.lane && t->answer->status == 200)
			widen(t->request.lane);
		if (!retry(t, now_us()))
			return take(h, index_of(h, t));
	}
	return NULL;
}

/* Answers a task that is past its deadline and was never sent, or never answered. */
static struct http_answer *
give_up(struct http *h, size_t i)
{
	struct task *t = h->tasks[i];

	if (!t->last) {
		t->answer = answer_new(&t->request);
		text_format(t->answer->error, sizeof t->answer->error,
			"timed out while waiting to be sent");
	}
	return take(h, i);
}

/* Returns the answer of an expired or refused task, else lowers *wait_ms to the next deadline. */
static struct http_answer *
next_expired(struct http *h, int *wait_ms)
{
	int64_t now = now_us();

	for (size_t i = 0; i < h->count; i++) {
		struct task *t = h->tasks[i];
		int64_t due_us = t->request.deadline_us;

		if (t->call ? http_call_over(t->call, now) : due_us <= now) {
			bool waits = !t->call;

			stop(t);
			return waits ? give_up(h, i) : take(h, i);
		}
		if (may_begin(t, now))
			due_us = now; /* a refused one has left room in its lane */
		else if (!t->call && t->not_before_us > now && t->not_before_us < due_us)
			due_us = t->not_before_us;
		if ((due_us - now + 999) / 1000 < *wait_ms)
			*wait_ms = (int)((due_us - now + 999) / 1000);
	}
	return NULL;
}

/* libcurl cannot go on: ends all requests. */
static void
end_all(struct http *h)
{
	for (size_t i = 0; i < h->count; i++) {
		h->tasks[i]->request.deadline_us = 0;
		if (h->tasks[i]->call)
			(void)http_call_set_deadline(
				h->tasks[i]->call, 0); /* our own check is enough */
	}
}

struct http_answer *
http_next(struct http *h)
{
	while (h->count) {
		struct http_answer *a;
		int wait_ms = WAIT_MAX_MS;

		begin(h, now_us());
		if (http_calls_run(h->calls))
			end_all(h);
		a = next_done(h);
		if (!a)
			a = next_expired(h, &wait_ms);
		if (a)
			return a;
		http_calls_wait(h->calls, wait_ms);
	}
	return NULL;
}
