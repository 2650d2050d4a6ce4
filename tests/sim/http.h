/* SPDX-License-Identifier: ISC */
#ifndef SIM_HTTP_H
#define SIM_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The part of HTTP/1.1 that the simulator needs. */

struct request {
	char method[8];
	char path[1024]; /* without the query */
	char query[1024];
	bool keep_alive;
	bool old;	      /* HTTP/1.0 */
	bool follower_handle; /* PD-Allow-follower-handle: true */
	bool redirected;      /* it has a header PD-Redirector */
	const char *body;
	size_t body_len;
};

struct answer {
	int status;
	const char *type;
	struct buf body;
	int64_t wait_ms; /* it is sent that much later */
	bool hang;	 /* it is never sent */
	bool chunked;
	size_t cut; /* if not 0, the connection ends after so many bytes of the body */
};

enum { REQUEST_MAX = 64 * 1024, ANSWER_MAX = 256 * 1024 * 1024 };

/* Returns the length of the request in bytes, 0 if it is incomplete, -1 if it is malformed. */
int http_parse(const char *bytes, size_t len, struct request *r);

/* Appends the whole answer. date_ms goes into the Date header. */
void http_print(struct buf *out, const struct request *r, const struct answer *a, int64_t date_ms);

/* Copies the n-th value (from 0) of a query parameter, cut to size - 1 bytes. Returns false if
 * there is none. */
bool http_parameter(const struct request *r, const char *name, int n, char *out, size_t size);

#endif
