/* SPDX-License-Identifier: ISC */
#include "scrape/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/number.h"

enum { HOST_MAX = 255, URL_MAX = 2048 };

static bool
digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return s.len > 0 && s.len <= 5;
}

static void
classify(struct address *a)
{
	char host[HOST_MAX + 1];
	struct in_addr v4;

	/* a name that ends with a dot is the same without it */
	if (a->host.len > 1 && a->host.at[a->host.len - 1] == '.')
		a->host.len--;
	if (!a->host.len || a->host.len > HOST_MAX) {
		a->host = (struct span){0};
		return;
	}
	memcpy(host, a->host.at, a->host.len);
	host[a->host.len] = '\0';
	if (inet_pton(AF_INET6, host, a->v6) == 1)
		a->family = ADDRESS_V6;
	else if (inet_pton(AF_INET, host, &v4) == 1)
		a->family = ADDRESS_V4;
}

/* Splits at the colon before the port. False if the text is not an address. */
static bool
split(struct span text, struct address *a)
{
	const char *colon = memchr(text.at, ':', text.len);
	const char *end = text.at + text.len;

	a->host = text;
	if (*text.at == '[') {
		const char *bracket = memchr(text.at, ']', text.len);

		if (!bracket || (bracket + 1 < end && bracket[1] != ':'))
			return false;
		a->host = (struct span){text.at + 1, (size_t)(bracket - text.at) - 1};
		colon = bracket + 1 < end ? bracket + 1 : NULL;
	} else if (colon && memchr(colon + 1, ':', (size_t)(end - colon) - 1)) {
		return true; /* two colons without brackets: IPv6, and no port */
	} else if (colon) {
		a->host.len = (size_t)(colon - text.at);
	}
	if (!colon)
		return true;
	a->port = (struct span){colon + 1, (size_t)(end - colon) - 1};
	return digits(a->port);
}

struct address
address_read(struct span text)
{
	struct address a = {0};

	if (!text.at || !text.len || !split(text, &a))
		return (struct address){0};
	classify(&a);
	return a;
}

struct span
address_authority(struct span url)
{
	const char *slashes = url.at ? memmem(url.at, url.len, "://", 3) : NULL;
	size_t len = 0;

	if (!slashes)
		return url;
	url = span_from(url, (size_t)(slashes + 3 - url.at));
	while (len < url.len && !strchr("/?#", url.at[len]))
		len++;
	return (struct span){url.at, len};
}

struct address
address_of_url(struct span url)
{
	return address_read(address_authority(url));
}

int
address_compare(const struct address *a, const struct address *b)
{
	size_t len = a->host.len < b->host.len ? a->host.len : b->host.len;
	int order;

	if ((a->family == ADDRESS_V6) != (b->family == ADDRESS_V6))
		return a->family == ADDRESS_V6 ? 1 : -1;
	if (a->family == ADDRESS_V6)
		return memcmp(a->v6, b->v6, sizeof a->v6);
	order = len ? strncasecmp(a->host.at, b->host.at, len) : 0;
	return order ? order : (a->host.len > b->host.len) - (a->host.len < b->host.len);
}

bool
address_same_port(const struct address *a, const struct address *b)
{
	return (!a->port.at && !b->port.at) || span_equal(a->port, b->port);
}

bool
address_unspecified(const struct address *a)
{
	static const unsigned char any[16];

	if (!a->host.at)
		return true;
	return a->family == ADDRESS_V6 ? memcmp(a->v6, any, sizeof any) == 0
				       : span_is(a->host, "0.0.0.0");
}

struct address
address_first_label(const struct address *a)
{
	struct address label = {0};
	const char *dot = a->host.at ? memchr(a->host.at, '.', a->host.len) : NULL;

	if (a->family == ADDRESS_NAME && dot && dot > a->host.at)
		label.host = (struct span){a->host.at, (size_t)(dot - a->host.at)};
	return label;
}

/* Whether this is an IPv6 address, with two colons, that lacks its brackets. */
static bool
lacks_brackets(struct span authority)
{
	const char *colon = authority.len ? memchr(authority.at, ':', authority.len) : NULL;

	return colon && *authority.at != '[' &&
	       memchr(colon + 1, ':', authority.len - (size_t)(colon + 1 - authority.at));
}

/* Refuses it, and suggests brackets: a last group of four or five digits is a port. */
static int
refuse_bare(struct span authority, int len, const char *text, struct fault *f)
{
	size_t host = authority.len;
	size_t digits;

	while (host && authority.at[host - 1] >= '0' && authority.at[host - 1] <= '9')
		host--;
	digits = authority.len - host;
	host = digits == 4 || digits == 5 ? host - 1 : authority.len;
	return fault_set(f, STATUS_USAGE, "%.*s: an IPv6 address needs brackets: [%.*s]%.*s", len,
		text, (int)host, authority.at, (int)(authority.len - host), authority.at + host);
}

/* No port, or one of 1 to 65535. */
static bool
port_ok(const struct address *a)
{
	uint64_t port;

	return !a->port.at || (!number_u64(a->port.at, a->port.len, 65535, &port) && port);
}

/* Whether all of it is visible ASCII without characters that must be escaped in a URL. */
static bool
url_characters(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text >= 0x7f || strchr("\"<>\\^`{|}", *text))
			return false;
	return true;
}

char *
address_base_url(const char *text, struct fault *f)
{
	const char *scheme = strstr(text, "://");
	size_t shown = strcspn(text, "?#"); /* the rest may be a secret */
	int len = shown < 200 ? (int)shown : 200;
	struct address a;
	struct buf url;

	if (strchr(text, '@')) {
		fault_put(f, STATUS_USAGE, "a URL must not carry a user or password");
		return NULL;
	}
	if (strchr(text, ';')) {
		fault_put(f, STATUS_USAGE, "%.*s: URLs are separated by commas: a,b", len, text);
		return NULL;
	}
	if (lacks_brackets(address_authority(span_of(text)))) {
		refuse_bare(address_authority(span_of(text)), len, text, f);
		return NULL;
	}
	buf_init(&url, URL_MAX);
	buf_printf(&url, "%s%s", scheme ? "" : "http://", text);
	while (url.len && url.data[url.len - 1] == '/')
		url.data[--url.len] = '\0';
	a = address_of_url((struct span){url.data, url.len});
	if (url.full || !url_characters(url.data))
		fault_put(f, STATUS_USAGE, "%.*s: not a URL", len, text);
	else if (strncasecmp(url.data, "http://", 7) != 0 &&
		 strncasecmp(url.data, "https://", 8) != 0)
		fault_put(f, STATUS_USAGE, "%.*s: only http:// and https:// URLs are supported",
			len, text);
	else if (strpbrk(url.data, "?#"))
		fault_put(f, STATUS_USAGE, "%.*s: a query or fragment is out of place", len, text);
	else if (!a.host.at || !port_ok(&a))
		fault_put(f, STATUS_USAGE, "%.*s: no host and port can be read in it", len, text);
	else
		return buf_take(&url);
	buf_free(&url);
	return NULL;
}
