/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_IDENTITY_H
#define OP_HTTP_IDENTITY_H

#include <stddef.h>

/*
 * Who we are to a server, whom we trust, and how it is reached; NULL for what
 * there is none of. Outlives its requests.
 */
struct http_identity {
	const char *cacert; /* files of PEM */
	const char *cert;
	const char *key;
	const char *cert_flags;	   /* the flags that would give cert and key, for messages */
	const char *authorization; /* value of that header */
	const char *secret;	   /* of it: the token, the password */
	const char *server_name;   /* that its certificate is for, instead of the URL's host */
	const char *proxy;	   /* URL */
	char *const *headers;	   /* "Name: value" */
	size_t header_count;
};

/*
 * Replaces the secrets that the server was sent by stars: it may send them back.
 * Values of headers count if they are at least 8 bytes long.
 */
void http_identity_hide(const struct http_identity *id, char *text, size_t len);

#endif
