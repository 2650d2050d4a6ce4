/* SPDX-License-Identifier: ISC */
#include "scrape/prom_url.h"

#include "base/buf.h"

void
prom_url_escape(struct buf *url, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			c == '-' || c == '.' || c == '_' || c == '~')
			buf_add_char(url, *text);
		else
			buf_printf(url, "%%%02X", c);
	}
}
