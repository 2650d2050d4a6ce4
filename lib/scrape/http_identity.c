/* SPDX-License-Identifier: ISC */
#include "scrape/http_identity.h"

#include <string.h>

#include "scrape/secret.h"

enum { CONFIDENTIAL_MIN = 8 };

void
http_identity_hide(const struct http_identity *id, char *text, size_t len)
{
	if (id->authorization)
		secret_hide(text, len, strchr(id->authorization, ' ') + 1);
	if (id->secret)
		secret_hide(text, len, id->secret);
	for (size_t i = 0; i < id->header_count; i++) {
		const char *value = strchr(id->headers[i], ':') + 2;

		if (strlen(value) >= CONFIDENTIAL_MIN)
			secret_hide(text, len, value);
	}
}
