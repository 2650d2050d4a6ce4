/* SPDX-License-Identifier: ISC */
#include "scrape/server_name.h"

#include "scrape/address.h"

enum { URL_MAX = 256 << 10, HOST_MAX = 1024 };

void
server_name_init(struct server_name *s, const char *url, const char *name)
{
	struct span authority = address_authority(span_of(url));
	struct address a = address_read(authority);
	const char *open = a.family == ADDRESS_V6 ? "[" : "", *close = *open ? "]" : "";
	struct span port = a.port.at ? a.port : span_of("443");

	buf_init(&s->url, URL_MAX);
	buf_init(&s->connect_to, HOST_MAX);
	buf_init(&s->host, HOST_MAX);
	buf_printf(&s->connect_to, "::%s%.*s%s:%.*s", open, (int)a.host.len, a.host.at, close,
		(int)port.len, port.at);
	buf_add(&s->host, authority.at, authority.len);
	buf_printf(&s->url, "https://%s:%.*s%s", name, (int)port.len, port.at,
		authority.at + authority.len);
}

void
server_name_free(struct server_name *s)
{
	buf_free(&s->url);
	buf_free(&s->connect_to);
	buf_free(&s->host);
}
