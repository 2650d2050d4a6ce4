/* SPDX-License-Identifier: ISC */
#include "scrape/http_call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/http_date.h"
#include "scrape/http_failure.h"
#include "scrape/http_identity.h"
#include "scrape/server_name.h"

enum { CONNECT_MAX_MS = 5000, CONNECTIONS_MAX = 128 };
enum { BUFFER_BYTES = 32 << 10, CREDIBLE_BYTES = 256 << 10 };

struct http_call {
	const struct http_request *request;
	struct http_answer *answer;
	struct http_calls *calls;
	void *owner;
	CURL *curl;
	struct curl_slist *headers, *connect_to;
	bool added;
	bool tls, plain; /* the URL is https; the server answered without TLS */
	CURLcode code;
	const char *refused; /* why we refused it or its answer */
	size_t header_bytes;
	int64_t start_us;
	int64_t deadline_us;
	char text[CURL_ERROR_SIZE];
};

struct http_calls {
	CURLM *multi;
};

const char *
http_version(void)
{
	return curl_version();
}

struct http_calls *
http_calls_open(void)
{
	struct http_calls *h = mem_zero(1, sizeof *h);

	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		h->multi = curl_multi_init();
	if (h->multi && curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
				(long)CONNECTIONS_MAX) == CURLM_OK)
		return h;
	http_calls_close(h);
	return NULL;
}

void
http_calls_close(struct http_calls *h)
{
	if (!h)
		return;
	(void)curl_multi_cleanup(h->multi); /* NULL is refused without harm */
	curl_global_cleanup();
	free(h);
}

void
http_call_close(struct http_call *c)
{
	if (!c)
		return;
	if (c->added)
		(void)curl_multi_remove_handle(c->calls->multi, c->curl); /* it is there */
	curl_easy_cleanup(c->curl);
	for (struct curl_slist *h = c->headers; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	curl_slist_free_all(c->headers);
	curl_slist_free_all(c->connect_to);
	free(c);
}

/* Reserves room for a body, for as much of its announced length as is credible. */
static void
make_room(struct http_call *c)
{
	curl_off_t length = -1;

	/* stays -1, and reserving is only an optimization */
	(void)curl_easy_getinfo(c->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (length > 0)
		(void)buf_reserve(&c->answer->body, (size_t)fmin((double)length, CREDIBLE_BYTES));
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *c = arg;
	size_t len = size * count;

	if (!c->answer->body.cap)
		make_room(c);
	if (len > *c->request->budget) {
		c->refused = "all answers together are larger than their share of 24 MiB";
	} else {
		buf_add(&c->answer->body, data, len);
		if (c->answer->body.full)
			c->refused = "the answer is larger than 8 MiB";
		else
			*c->request->budget -= len;
	}
	c->answer->too_large = c->refused != NULL;
	return c->refused ? 0 : len;
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *c = arg;
	size_t len = size * count;

	(void)data;
	c->header_bytes += len;
	if (c->header_bytes > HTTP_HEADERS_MAX)
		c->refused = "the headers are larger than 64 KiB";
	return c->refused ? 0 : len;
}

/* A TLS record begins with a small number; text is the answer of a server without TLS. */
static int
take_trace(CURL *curl, curl_infotype type, char *data, size_t size, void *arg)
{
	struct http_call *c = arg;

	(void)curl;
	c->plain |= type == CURLINFO_SSL_DATA_IN && size && *data >= ' ';
	return 0;
}

static bool
set_limits(struct http_call *c)
{
	int bad = 0;

	bad |= curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(c->curl, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= curl_easy_setopt(c->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(c->curl, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MAX_MS);
	bad |= curl_easy_setopt(c->curl, CURLOPT_BUFFERSIZE, (long)BUFFER_BYTES);
	bad |= curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_body);
	bad |= curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
	bad |= curl_easy_setopt(c->curl, CURLOPT_HEADERFUNCTION, take_header);
	bad |= curl_easy_setopt(c->curl, CURLOPT_HEADERDATA, c);
	bad |= curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->text);
	bad |= curl_easy_setopt(c->curl, CURLOPT_PRIVATE, c);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* a name server that does not answer must not delay the end */
	bad |= curl_easy_setopt(c->curl, CURLOPT_QUICK_EXIT, 1L);
#endif
	return !bad;
}

/* libcurl reads from one server as long as it sends, so it must enforce the deadline, too. */
int
http_call_set_deadline(struct http_call *c, int64_t deadline_us)
{
	int64_t ms = (deadline_us - c->start_us + 999) / 1000;

	c->deadline_us = deadline_us;
	return curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, ms > 0 ? (long)ms : 1L) ? -1 : 0;
}

/* The empty passphrase keeps libcurl from asking for that of an encrypted key on a terminal. */
static bool
set_tls(struct http_call *c, const struct http_identity *id)
{
	int bad = 0;

	bad |= curl_easy_setopt(c->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_VERBOSE, c->tls ? 1L : 0L); /* for take_trace() */
	bad |= curl_easy_setopt(c->curl, CURLOPT_DEBUGFUNCTION, take_trace);
	bad |= curl_easy_setopt(c->curl, CURLOPT_DEBUGDATA, c);
	if (id->cacert) {
		bad |= curl_easy_setopt(c->curl, CURLOPT_CAINFO, id->cacert);
		bad |= curl_easy_setopt(c->curl, CURLOPT_CAPATH, NULL);
	}
	if (id->cert) {
		bad |= curl_easy_setopt(c->curl, CURLOPT_SSLCERT, id->cert);
		bad |= curl_easy_setopt(c->curl, CURLOPT_SSLKEY, id->key ? id->key : id->cert);
		bad |= curl_easy_setopt(c->curl, CURLOPT_KEYPASSWD, "");
	}
	return !bad;
}

/* No proxy from the environment; and no proxy gets the server's headers. */
static bool
set_proxy(struct http_call *c, const struct http_identity *id)
{
	int bad = 0;

	bad |= curl_easy_setopt(c->curl, CURLOPT_PROXY, id->proxy ? id->proxy : "");
	bad |= curl_easy_setopt(c->curl, CURLOPT_NOPROXY, "");
	bad |= curl_easy_setopt(c->curl, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	bad |= curl_easy_setopt(c->curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	return !bad;
}

static void
add_to(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*list, text);

	if (!longer)
		mem_exhausted();
	*list = longer;
}

static bool
add_header(struct http_call *c, const char *name, const char *value)
{
	struct buf header;
	bool good;

	buf_init(&header, HTTP_HEADERS_MAX);
	buf_printf(&header, "%s%s%s", name, *name ? ": " : "", value);
	good = !header.full;
	if (good)
		add_to(&c->headers, header.data);
	explicit_bzero(header.data, header.len);
	buf_free(&header);
	return good;
}

static bool
set_named_url(struct http_call *c, const char *url, const char *name)
{
	struct server_name n;
	bool good;

	server_name_init(&n, url, name);
	add_to(&c->connect_to, n.connect_to.data);
	good = !n.url.full && add_header(c, "Host", n.host.data) &&
	       curl_easy_setopt(c->curl, CURLOPT_CONNECT_TO, c->connect_to) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_URL, n.url.data) == CURLE_OK;
	server_name_free(&n);
	return good;
}

static bool
set_request(struct http_call *c, const struct http_identity *id)
{
	const char *url = c->request->url;
	int bad = !(id->server_name && c->tls
			    ? set_named_url(c, url, id->server_name)
			    : curl_easy_setopt(c->curl, CURLOPT_URL, url) == CURLE_OK);

	if (id->authorization)
		bad |= !add_header(c, "Authorization", id->authorization);
	for (size_t i = 0; i < id->header_count; i++)
		bad |= !add_header(c, "", id->headers[i]);
	bad |= !add_header(c, "Accept", "application/json");
	bad |= curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	bad |= curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "op-scrape/" OP_VERSION);
	return !bad;
}

struct http_call *
http_call_open(
	struct http_calls *h, const struct http_request *r, struct http_answer *a, void *owner)
{
	static const struct http_identity nobody;
	const struct http_identity *id = r->identity ? r->identity : &nobody;
	struct http_call *c = mem_zero(1, sizeof *c);

	c->calls = h;
	c->request = r;
	c->answer = a;
	c->owner = owner;
	c->tls = strncmp(r->url, "https://", strlen("https://")) == 0;
	a->sent_ms = clock_wall_ms();
	c->start_us = clock_monotonic_ns() / 1000;
	c->curl = curl_easy_init();
	if (!c->curl)
		mem_exhausted();
	if (http_call_set_deadline(c, r->deadline_us) || !set_limits(c) || !set_tls(c, id) ||
		!set_proxy(c, id) || !set_request(c, id))
		c->refused = "libcurl refuses an option";
	else if (curl_multi_add_handle(h->multi, c->curl) == CURLM_OK)
		c->added = true;
	else
		c->refused = "libcurl refuses the request";
	return c;
}

static void
describe_timeout(struct http_call *c)
{
	int64_t now_us = clock_monotonic_ns() / 1000;
	curl_off_t named = 0, connected = 0; /* stay 0 */

	(void)curl_easy_getinfo(c->curl, CURLINFO_NAMELOOKUP_TIME_T, &named);
	(void)curl_easy_getinfo(c->curl, CURLINFO_APPCONNECT_TIME_T, &connected);
	if (!connected)
		(void)curl_easy_getinfo(c->curl, CURLINFO_CONNECT_TIME_T, &connected);
	http_failure_timeout(c->answer->error, sizeof c->answer->error, named > 0, connected > 0,
		(now_us < c->deadline_us ? now_us : c->deadline_us) - c->start_us);
}

static enum http_failure
failure_of(struct http_call *c)
{
	static const struct {
		int code;
		enum http_failure failure;
		bool handshake; /* with TLS, it failed in the handshake */
	} failures[] = {
		{CURLE_COULDNT_RESOLVE_HOST, HTTP_FAILURE_NAME, false},
		{CURLE_COULDNT_RESOLVE_PROXY, HTTP_FAILURE_PROXY, false},
		{CURLE_PROXY, HTTP_FAILURE_PROXY, false},
		{CURLE_COULDNT_CONNECT, HTTP_FAILURE_CONNECT, false},
		{CURLE_PARTIAL_FILE, HTTP_FAILURE_CUT, false},
		{CURLE_SSL_CONNECT_ERROR, HTTP_FAILURE_OTHER, true},
		{CURLE_GOT_NOTHING, HTTP_FAILURE_NOTHING, true},
		{CURLE_SEND_ERROR, HTTP_FAILURE_BROKEN, true},
		{CURLE_RECV_ERROR, HTTP_FAILURE_BROKEN, true},
		{CURLE_PEER_FAILED_VERIFICATION, HTTP_FAILURE_CERTIFICATE, false},
		{CURLE_SSL_CERTPROBLEM, HTTP_FAILURE_CERTIFICATE, false},
		{CURLE_SSL_CACERT_BADFILE, HTTP_FAILURE_CERTIFICATE, false},
		{CURLE_OUT_OF_MEMORY, HTTP_FAILURE_HEADERS, false},
		{100, HTTP_FAILURE_HEADERS, false}, /* CURLE_TOO_LARGE, of libcurl 8.6 */
	};
	long tunnel = 0; /* the proxy's answer to CONNECT */

	if (curl_easy_getinfo(c->curl, CURLINFO_HTTP_CONNECTCODE, &tunnel) == CURLE_OK &&
		tunnel > 299)
		return HTTP_FAILURE_PROXY;
	if (c->plain)
		return HTTP_FAILURE_PLAIN;
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].code == (int)c->code)
			return failures[i].handshake && c->tls ? HTTP_FAILURE_HANDSHAKE
							       : failures[i].failure;
	return HTTP_FAILURE_OTHER;
}

static void
describe(struct http_call *c)
{
	struct http_answer *a = c->answer;
	long error = 0;

	(void)curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &error); /* stays 0 */
	if (c->refused)
		text_format(a->error, sizeof a->error, "%s", c->refused);
	else
		http_failure_describe(a->error, sizeof a->error, failure_of(c),
			*c->text ? c->text : curl_easy_strerror(c->code), (int)error,
			c->request->identity);
}

/* The value of a header of the answer, or "". */
static const char *
header_of(struct http_call *c, const char *name)
{
	struct curl_header *header;

	return curl_easy_header(c->curl, name, 0, CURLH_HEADER, -1, &header) ? "" : header->value;
}

static void
read_headers(struct http_call *c)
{
	struct http_answer *a = c->answer;
	const char *type = header_of(c, "Content-Type");

	text_format(a->type, sizeof a->type, "%.*s", (int)strcspn(type, "; "), type);
	text_format(a->location, sizeof a->location, "%s", header_of(c, "Location"));
	text_format(a->encoding, sizeof a->encoding, "%s", header_of(c, "Content-Encoding"));
	a->date_ms = http_date_ms(header_of(c, "Date"));
	a->age_ms = http_date_seconds_ms(header_of(c, "Age"), 0);
	a->retry_after_ms = http_date_retry_ms(header_of(c, "Retry-After"), a->date_ms);
}

/* Fills in the answer of a call that is over or past its deadline. */
static void
finish(struct http_call *c, bool expired)
{
	struct http_answer *a = c->answer;
	long status = 0;

	a->received_ms = clock_wall_ms();
	if ((expired || c->code == CURLE_OPERATION_TIMEDOUT) && !c->refused) {
		describe_timeout(c);
	} else if (c->code != CURLE_OK || c->refused) {
		describe(c);
	} else {
		(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status); /* stays 0 */
		a->status = (int)status;
		read_headers(c);
	}
}

void *
http_calls_next(struct http_calls *h)
{
	CURLMsg *message;
	struct http_call *c = NULL;
	int left;

	do
		message = curl_multi_info_read(h->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &c) != CURLE_OK)
		return NULL;
	c->code = message->data.result;
	finish(c, clock_monotonic_ns() / 1000 >= c->deadline_us);
	return c->owner;
}

bool
http_call_over(struct http_call *c, int64_t now_us)
{
	if (c->added && c->deadline_us > now_us)
		return false;
	finish(c, true);
	return true;
}

int
http_calls_run(struct http_calls *h)
{
	int running;

	return curl_multi_perform(h->multi, &running) == CURLM_OK ? 0 : -1;
}

void
http_calls_wait(struct http_calls *h, int ms)
{
	(void)curl_multi_poll(h->multi, NULL, 0, ms, NULL); /* the deadlines are checked next */
}
