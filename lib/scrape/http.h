/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_H
#define OP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct fault;
struct http_identity;

/*
 * GET requests, all at once, against servers that are not trusted: http
 * and https only, TLS 1.2 with the peer verified, no redirect followed, no
 * proxy, .netrc, cookie or other setting from the environment, nothing
 * decompressed, every length and every wait bounded.
 */
struct http;

enum {
	HTTP_BODY_MAX = 8 << 20,    /* of one answer */
	HTTP_BODIES_MAX = 24 << 20, /* of all answers: the budgets of requests add up to this */
	HTTP_HEADERS_MAX = 64 << 10 /* of one answer, interim answers included */
};

/* Limits how many of the requests that share it are under way at once. The caller owns it. */
struct http_lane {
	/* At least 1; halved when the server has no time for that many. */
	unsigned width;
	unsigned width_max;
	unsigned running;
	/* Answers since it last changed: many of them widen it again. */
	unsigned good;
	/* When that was last. */
	int64_t narrowed_us;
};

struct http_request {
	const char *url;
	const struct http_identity *identity;
	int64_t deadline_us;	/* clock_monotonic_ns() / 1000 at which it has failed */
	struct http_lane *lane; /* NULL: begun at once, and never tried again */
	size_t *budget;		/* bytes of bodies left for those that share it; is lowered */
	void *owner;		/* the caller's, to distinguish answers */
	unsigned tag;		/* the caller's */
};

/* A request that is done. */
struct http_answer {
	void *owner;
	unsigned tag;
	int status;	 /* of HTTP; 0 if there was no whole answer */
	char error[256]; /* why: a short sentence without URL or credentials */
	bool too_large;	 /* why: the body exceeds its ceiling, or the rest of its budget */
	struct buf body;
	char type[64];		/* Content-Type without parameters, or "" */
	int64_t date_ms;	/* the Date header, -1 without one */
	int64_t age_ms;		/* the Age header of a cache, 0 without one */
	char location[256];	/* of a redirect */
	char encoding[32];	/* Content-Encoding, or "" */
	int64_t retry_after_ms; /* -1 without one */
	int64_t sent_ms;	/* our clock around it */
	int64_t received_ms;
};

/* The clock of deadlines: monotonic microseconds. */

/* NULL only if libcurl cannot be used at all. */
struct http *http_open(struct fault *f);
void http_close(struct http *h);

/*
 * Queues a request. http_next() returns its answer, even if it fails. A request in a
 * lane is retried, after Retry-After or a growing pause, as long as its deadline
 * allows and the server answers 429, 502, 503 or 504; its answer is the last one.
 */
void http_get(struct http *h, const struct http_request *r);

/* Drops the pending requests of owner. */
void http_cancel(struct http *h, const void *owner);

/* Sets the deadline of the pending requests of owner. */
void http_extend(struct http *h, const void *owner, int64_t deadline_us);

/* Waits for the next answer, for http_answer_free(). NULL if no request is pending. */
struct http_answer *http_next(struct http *h);
void http_answer_free(struct http_answer *a);

/* "libcurl/7.88.1 OpenSSL/3.0.15 ...". */
const char *http_version(void);

#endif
