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
	HTTP_FAILURE_PROXY,	  /* the proxy failed */
	HTTP_FAILURE_CONNECT,	  /* no connection */
	HTTP_FAILURE_CUT,	  /* the body is shorter than announced */
	HTTP_FAILURE_HANDSHAKE,	  /* the peer closed the connection during the TLS handshake */
	HTTP_FAILURE_PLAIN,	  /* https, but the server does not speak TLS */
	HTTP_FAILURE_NOTHING,	  /* connected, but no answer */
	HTTP_FAILURE_BROKEN,	  /* the connection broke */
	HTTP_FAILURE_CERTIFICATE, /* theirs, ours, or the authorities */
	HTTP_FAILURE_HEADERS,	  /* larger than libcurl accepts */
	HTTP_FAILURE_OTHER,
};

/* Describes the failure for people. text is libcurl's own message, error an errno or 0. */
void http_failure_describe(char *out, size_t size, enum http_failure failure, const char *text,
	int error, const struct http_identity *id);

/* Describes a timeout, by whether the name was resolved and the connection made by then. */
void http_failure_timeout(char *out, size_t size, bool named, bool connected, int64_t elapsed_us);

#endif
