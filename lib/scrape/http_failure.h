/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_FAILURE_H
#define OP_HTTP_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_identity;

/* How a request ended below HTTP. */
enum http_failure {
	HTTP_FAILURE_NAME,	  /* the host's name has no address */
	HTTP_FAILURE_PROXY,	  /* the proxy is of no use */
	HTTP_FAILURE_CONNECT,	  /* no connection */
	HTTP_FAILURE_CUT,	  /* the body is shorter than announced */
	HTTP_FAILURE_HANDSHAKE,	  /* the other end of TLS hung up */
	HTTP_FAILURE_PLAIN,	  /* https, and the server does not speak TLS */
	HTTP_FAILURE_NOTHING,	  /* a connection, and no answer */
	HTTP_FAILURE_BROKEN,	  /* the connection broke */
	HTTP_FAILURE_CERTIFICATE, /* theirs, ours, or the authorities */
	HTTP_FAILURE_HEADERS,	  /* more of them than the library takes */
	HTTP_FAILURE_OTHER,
};

/* Describes it for people; text is the library's own words, error an errno or 0. */
void http_failure_describe(char *out, size_t size, enum http_failure failure, const char *text,
	int error, const struct http_identity *id);

/* Describes that the time is up: whether it had a name's address by then, and a connection. */
void http_failure_timeout(char *out, size_t size, bool named, bool connected, int64_t elapsed_us);

#endif
