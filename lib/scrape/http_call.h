/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_CALL_H
#define OP_HTTP_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "scrape/http.h"

/* Single transfers through libcurl. Retries and queues are in http.h. */
struct http_calls;
struct http_call;

struct http_calls *http_calls_open(void); /* NULL if libcurl cannot be used at all */
void http_calls_close(struct http_calls *h);

/*
 * Begins a transfer; request and answer must outlive it. If libcurl refuses it,
 * it is over at once, see http_call_over().
 */
struct http_call *http_call_open(
	struct http_calls *h, const struct http_request *r, struct http_answer *a, void *owner);
void http_call_close(struct http_call *c);

/* 0 or -1 */
int http_call_set_deadline(struct http_call *c, int64_t deadline_us);

/* Continues all transfers without waiting. -1 if none of them can go on. */
int http_calls_run(struct http_calls *h);

/* The owner of the next call that is over: its answer is filled in. NULL if no call is over. */
void *http_calls_next(struct http_calls *h);

/* Is it over by its deadline, or was it refused? Then its answer is filled in. */
bool http_call_over(struct http_call *c, int64_t now_us);

/* Waits until there is something to do, at most ms. */
void http_calls_wait(struct http_calls *h, int ms);

#endif
