/* SPDX-License-Identifier: ISC */
#include "ticket/database_uri.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "ticket/database.h"

enum { NAME_MAX_BYTES = 512 };

/* The text after "postgres://" or "postgresql://"; NULL if it is no such URI. */
static const char *
after_scheme(const char *text)
{
	static const char *const schemes[] = {"postgres://", "postgresql://"};

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (strncmp(text, schemes[i], strlen(schemes[i])) == 0)
			return text + strlen(schemes[i]);
	return NULL;
}

const char *
database_uri(const struct database_target *t)
{
	const char *name = t->name ? t->name : getenv("OP_DB");

	return name && after_scheme(name) ? name : NULL;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

/* Decodes %XX in the name of a parameter; a text longer than any name is cut. */
static void
decode(char *out, size_t size, struct span text)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len + 1 < size; i++) {
		char c = text.at[i];

		if (c == '%' && i + 2 < text.len && hex(text.at[i + 1]) >= 0 &&
			hex(text.at[i + 2]) >= 0) {
			c = (char)(hex(text.at[i + 1]) * 16 + hex(text.at[i + 2]));
			i += 2;
		}
		out[len++] = c;
	}
	out[len] = '\0';
}

static bool
is_secret(struct span parameter)
{
	static const char *const names[] = {"password", "sslpassword", "scram_client_key",
		"scram_server_key", "oauth_client_secret"};
	char name[32];

	decode(name, sizeof name, span_cut(&parameter, '='));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* The user and password part, as libpq finds it; "" if there is none. */
static struct span
user_part(const char *rest)
{
	size_t len = strcspn(rest, "@/");

	return (struct span){rest, rest[len] == '@' ? len : 0};
}

/* Whether a password with a / was taken apart, into a port and a database name with an @. */
static bool
has_torn_password(const char *rest)
{
	size_t host = strcspn(rest, "/?"), path = strcspn(rest, "?");

	return memchr(rest, ':', host) && memchr(rest + host, '@', path - host);
}

static bool
has_secret(const char *rest)
{
	struct span user = user_part(rest);
	const char *query = strchr(rest, '?');
	struct span parameters = span_of(query ? query + 1 : NULL);

	if (memchr(user.at, ':', user.len) || (!user.len && has_torn_password(rest)))
		return true;
	while (parameters.at)
		if (is_secret(span_cut(&parameters, '&')))
			return true;
	return false;
}

int
database_uri_check(const char *uri, struct fault *f)
{
	if (!has_secret(after_scheme(uri)))
		return 0;
	return fault_set(f, STATUS_USAGE,
		"--db: a password does not belong here, because ps shows it: use ~/.pgpass, "
		"passfile= or service=");
}

/* Addresses such as 127.0.0.1, but not names such as 127.example. */
static bool
is_loopback(struct span host)
{
	for (size_t i = 0; i < host.len; i++)
		if (!isdigit((unsigned char)host.at[i]) && host.at[i] != '.')
			return false;
	return span_starts(host, "127.");
}

static bool
is_local(struct span host)
{
	static const char *const names[] = {"", "localhost", "::1"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_is(host, names[i]))
			return true;
	return span_starts(host, "/") || span_starts(host, "@") || is_loopback(host);
}

bool
database_uri_is_local(const char *hosts)
{
	struct span rest = span_of(hosts);

	while (rest.at)
		if (!is_local(span_cut(&rest, ',')))
			return false;
	return true;
}

char *
database_uri_name(const char *uri)
{
	const char *rest = after_scheme(uri);
	struct span user = user_part(rest);
	struct buf name;

	if (user.len)
		rest += user.len + 1;
	buf_init(&name, NAME_MAX_BYTES);
	buf_add_text(&name, "postgresql://");
	buf_add(&name, rest, strcspn(rest, "?"));
	return buf_take(&name);
}
