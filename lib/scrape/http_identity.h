/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_IDENTITY_H
#define OP_HTTP_IDENTITY_H

#include <stddef.h>

/*
 * Who we are to a server, whom we trust, and how it is reached. Members that
 * are not set are NULL. Outlives its requests.
 */
struct http_identity {
	const char *cacert; /* files of PEM */
	const char *cert;
	const char *key;
	const char *cert_flags;	   /* the flags that set cert and key, for messages */
	const char *authorization; /* value of that header */
	const char *secret;	   /* the token or password in it */
	const char *server_name;   /* the name in its certificate, if not the URL's host */
	const char *proxy;	   /* URL */
	char *const *headers;	   /* "Name: value" */
	size_t header_count;
};

/*
 * Replaces with stars the secrets that were sent to the server, which may send
 * them back. Values of headers are secrets if they have at least 8 bytes.
 */
void http_identity_hide(const struct http_identity *id, char *text, size_t len);

#endif
