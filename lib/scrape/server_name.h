/* SPDX-License-Identifier: ISC */
#ifndef OP_SERVER_NAME_H
#define OP_SERVER_NAME_H

#include "base/buf.h"

/*
 * TLS with the host of a URL under another name, in libcurl's way: the URL has the
 * name, and a separate option the host to connect to.
 */
struct server_name {
	struct buf url;
	struct buf connect_to; /* for CURLOPT_CONNECT_TO: any host to the real one */
	struct buf host;       /* value of the header Host, which does not change */
};

/* url begins with https://; if it is too long, s->url is full. */
void server_name_init(struct server_name *s, const char *url, const char *name);
void server_name_free(struct server_name *s);

#endif
