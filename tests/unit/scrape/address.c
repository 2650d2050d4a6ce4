/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "scrape/address.h"
#include "unit.h"

/* want is "HOST|PORT", with "-" for a missing port, or "" if the text is no address. */
static bool
reads(const char *text, const char *want)
{
	struct address a = address_read(span_of(text));
	char got[300];

	if (!a.host.at)
		return *want == '\0';
	(void)snprintf(got, sizeof got, "%.*s|%.*s", (int)a.host.len, a.host.at,
		a.port.at ? (int)a.port.len : 1, a.port.at ? a.port.at : "-");
	return strcmp(got, want) == 0;
}

static int
order(const char *a, const char *b)
{
	struct address x = address_read(span_of(a)), y = address_read(span_of(b));

	return address_compare(&x, &y);
}

static bool
unspecified(const char *text)
{
	struct address a = address_read(span_of(text));

	return address_unspecified(&a);
}

static bool
label_is(const char *text, const char *want)
{
	struct address a = address_read(span_of(text));
	struct address label = address_first_label(&a);

	return want ? span_is(label.host, want) : label.host.at == NULL;
}

static bool
url_host(const char *url, const char *host, const char *port)
{
	struct address a = address_of_url(span_of(url));

	return span_is(a.host, host) && (port ? span_is(a.port, port) : !a.port.at);
}

static bool
base(const char *text, const char *want)
{
	struct fault f = {0};
	char *got = address_base_url(text, &f);
	bool same = want ? got && strcmp(got, want) == 0 : !got && f.status == STATUS_USAGE;

	free(got);
	return same && !strstr(f.text, "hush");
}

int
main(void)
{
	CHECK(reads("tikv-0:20160", "tikv-0|20160"));
	CHECK(reads("tikv-0", "tikv-0|-"));
	CHECK(reads("10.0.0.1:20160", "10.0.0.1|20160"));
	CHECK(reads("[fd00::1]:20160", "fd00::1|20160"));
	CHECK(reads("[fd00::1]", "fd00::1|-"));
	CHECK(reads("fd00::1", "fd00::1|-"));
	CHECK(reads("::", "::|-"));
	CHECK(reads("", "") && reads(":1", "") && reads("[::1", "") && reads("[::1]x", "") &&
		reads("[]:1", ""));
	CHECK(reads("a:b", "") && reads("a:", "") && reads("a:123456", "") && reads("a:-1", ""));

	CHECK(order("a:1", "a:2") == 0 && order("a", "A:3") == 0 && order("a", "ab") < 0 &&
		order("b", "ab") > 0);
	CHECK(order("a.b.:1", "a.b:2") == 0 && order("a.", "a") == 0 && order(".", "a") != 0);
	CHECK(order("[fd00:0::1]:1", "fd00::1") == 0 && order("fd00::1", "fd00::2") < 0);
	CHECK(order("fd00::1", "z") > 0 && order("z", "fd00::1") < 0 &&
		order("10.0.0.1", "10.0.0.11") != 0);

	CHECK(unspecified("0.0.0.0:20180") && unspecified("[::]:20180") && unspecified("") &&
		!unspecified("10.0.0.0:1"));
	CHECK(label_is("tikv-0.peer.ns.svc:20160", "tikv-0") && label_is("tikv-0:20160", NULL));
	CHECK(label_is("10.0.0.1:20160", NULL) && label_is("[fd00::1]:1", NULL) &&
		label_is(".x", NULL));

	CHECK(url_host("http://pd-0:2379", "pd-0", "2379") &&
		url_host("https://[::1]:2379/x", "::1", "2379"));
	CHECK(url_host("http://pd-0", "pd-0", NULL) && url_host("pd-0:2379", "pd-0", "2379"));

	CHECK(base("http://pd:2379", "http://pd:2379") && base("pd:2379", "http://pd:2379"));
	CHECK(base("https://h/prometheus//", "https://h/prometheus") &&
		base("http://[::1]:1/", "http://[::1]:1"));
	CHECK(base("HTTPS://h", "HTTPS://h"));
	CHECK(base("a;b", NULL) && base("::1:2379", NULL) && base("http://::1", NULL) &&
		base("[::1]:2379", "http://[::1]:2379"));
	CHECK(base("file:///etc/passwd", NULL) && base("ftp://h", NULL) && base("", NULL) &&
		base("http://", NULL));
	CHECK(base("http://h?x", NULL) && base("http://h#x", NULL) && base("http://a b", NULL) &&
		base("http://h:x", NULL));
	CHECK(base("http://me:hush@h", NULL) && base("me@h", NULL) && base("http://h\n", NULL));
	return unit_done();
}
