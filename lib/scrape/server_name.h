/* SPDX-License-Identifier: ISC */
#ifndef OP_SERVER_NAME_H
#define OP_SERVER_NAME_H

#include "base/buf.h"

/*
 * TLS with the host of a URL under another name, as libcurl does it: the name
 * stands in the URL, and the connection is told where to go instead.
 */
struct server_name {
	struct buf url;
	struct buf connect_to; /* for CURLOPT_CONNECT_TO: any host to the real one */
	struct buf host;       /* value of the header Host: as if nothing had changed */
};

/* url begins with https://; too long a one leaves s->url full. */
void server_name_init(struct server_name *s, const char *url, const char *name);
void server_name_free(struct server_name *s);

#endif
