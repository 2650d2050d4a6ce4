/* SPDX-License-Identifier: ISC */
#include "scrape/http_failure.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scrape/http_identity.h"

static void
describe_connect(char *out, size_t size, int error, bool to_proxy)
{
	const char *before = to_proxy ? "proxy: connect: " : "connect: ";
	size_t start = strlen(before);

	text_format(out, size, "%s%s", before, error ? strerror(error) : "failed");
	out[start] = (char)tolower((unsigned char)out[start]);
}

/* A TLS peer that rejects our certificate closes the connection, before any HTTP status. */
static void
describe_handshake(char *out, size_t size, const char *text, const struct http_identity *id)
{
	if (id && id->cert)
		text_format(out, size,
			"TLS: the server ended the connection (%.120s); does it accept the client"
			" certificate given?",
			text);
	else
		text_format(out, size,
			"TLS: the server ended the connection (%.120s); does it want a client"
			" certificate (%s)?",
			text, id && id->cert_flags ? id->cert_flags : "--cert, --key");
}

void
http_failure_describe(char *out, size_t size, enum http_failure failure, const char *text,
	int error, const struct http_identity *id)
{
	static const char *const sentences[] = {
		[HTTP_FAILURE_NAME] =
			"name resolution failed: the name is unknown, or no name server answers",
		[HTTP_FAILURE_CUT] = "the answer was cut short",
		[HTTP_FAILURE_PLAIN] = "TLS: the server answered without TLS; is it http:// there?",
		[HTTP_FAILURE_NOTHING] = "the connection was closed without an answer",
		[HTTP_FAILURE_HEADERS] = "the headers are larger than libcurl takes",
	};
	static const char *const before[HTTP_FAILURE_OTHER + 1] = {
		[HTTP_FAILURE_PROXY] = "proxy",
		[HTTP_FAILURE_BROKEN] = "the connection broke off",
		[HTTP_FAILURE_CERTIFICATE] = "TLS",
		[HTTP_FAILURE_OTHER] = "no HTTP answer",
	};

	if (failure == HTTP_FAILURE_CONNECT)
		describe_connect(out, size, error, id && id->proxy);
	else if (failure == HTTP_FAILURE_HANDSHAKE)
		describe_handshake(out, size, text, id);
	else if (before[failure])
		text_format(out, size, "%s: %.200s", before[failure], text);
	else
		text_format(out, size, "%s", sentences[failure]);
}

void
http_failure_timeout(char *out, size_t size, bool named, bool connected, int64_t elapsed_us)
{
	const char *stage = connected ? "" : named ? "connect: " : "name resolution: ";
	double seconds = round((double)elapsed_us / 1e4) / 100;

	text_format(out, size, "%stimed out after %.3g s", stage, seconds > 0 ? seconds : 0);
}
