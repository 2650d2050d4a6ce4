/* SPDX-License-Identifier: ISC */
#include "scrape/http.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"

enum {
	CONNECT_MAX_MS = 5000,
	CONNECTIONS_MAX = 128,
	BUFFER_BYTES = 32 << 10,
	TOO_LARGE = 100, /* CURLE_TOO_LARGE, which libcurl has from 8.6 on */
	CREDIBLE_BYTES = 256 << 10
};

struct call {
	struct http_answer *answer;
	struct http *http;
	CURL *curl;
	struct curl_slist *headers;
	bool added;
	const char *refused; /* why a callback of ours ended it */
	size_t header_bytes;
	size_t *budget;
	const struct http_identity *identity;
	int64_t start_us;
	int64_t deadline_us;
	char text[CURL_ERROR_SIZE];
};

struct http {
	CURLM *multi;
	struct call **calls;
	size_t count;
};

const char *
http_version(void)
{
	return curl_version();
}

struct http *
http_open(struct fault *f)
{
	struct http *h = mem_zero(1, sizeof *h);

	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		h->multi = curl_multi_init();
	if (h->multi && curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
				(long)CONNECTIONS_MAX) == CURLM_OK)
		return h;
	(void)fault_set(f, STATUS_TRY_AGAIN, "libcurl cannot be set up");
	http_close(h);
	return NULL;
}

static void
call_free(struct call *c)
{
	if (c->added)
		(void)curl_multi_remove_handle(c->http->multi, c->curl); /* it is there */
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->headers);
	free(c);
}

void
http_answer_free(struct http_answer *a)
{
	if (!a)
		return;
	buf_free(&a->body);
	free(a);
}

void
http_close(struct http *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++) {
		http_answer_free(h->calls[i]->answer);
		call_free(h->calls[i]);
	}
	free(h->calls);
	(void)curl_multi_cleanup(h->multi); /* NULL is refused without harm */
	curl_global_cleanup();
	free(h);
}

/* Makes room for a body at once, as far as it is credible what the server says of its length. */
static void
make_room(struct call *c)
{
	curl_off_t length = -1;

	(void)curl_easy_getinfo(
		c->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length); /* stays -1 */
	if (length > 0)
		(void)buf_reserve(&c->answer->body,
			(size_t)(length < CREDIBLE_BYTES ? length
							 : CREDIBLE_BYTES)); /* below the ceiling */
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct call *c = arg;
	size_t len = size * count;

	if (!c->answer->body.cap)
		make_room(c);
	if (len > *c->budget) {
		c->refused = "all answers together are larger than their share of 24 MiB";
		return 0;
	}
	buf_add(&c->answer->body, data, len);
	if (c->answer->body.full) {
		c->refused = "the answer is larger than 8 MiB";
		return 0;
	}
	*c->budget -= len;
	return len;
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	struct call *c = arg;
	size_t len = size * count;

	(void)data;
	c->header_bytes += len;
	if (c->header_bytes > HTTP_HEADERS_MAX)
		c->refused = "the headers are larger than 64 KiB";
	return c->refused ? 0 : len;
}

static bool
set_limits(struct call *c)
{
	int bad = 0;

	bad |= curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(c->curl, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
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
	/* a name server that does not answer must not hold the end up */
	bad |= curl_easy_setopt(c->curl, CURLOPT_QUICK_EXIT, 1L);
#endif
	return !bad;
}

/* libcurl stays with one server for as long as it sends: it has to watch the deadline too. */
static int
set_deadline(struct call *c, int64_t deadline_us)
{
	int64_t whole_ms = (deadline_us - c->start_us + 999) / 1000;

	c->deadline_us = deadline_us;
	return (int)curl_easy_setopt(
		c->curl, CURLOPT_TIMEOUT_MS, (long)(whole_ms > 0 ? whole_ms : 1));
}

static bool
set_identity(struct call *c)
{
	const struct http_identity *id = c->identity;
	int bad = 0;

	bad |= curl_easy_setopt(c->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (id && id->cacert) {
		bad |= curl_easy_setopt(c->curl, CURLOPT_CAINFO, id->cacert);
		bad |= curl_easy_setopt(c->curl, CURLOPT_CAPATH, NULL);
	}
	if (id && id->cert) {
		bad |= curl_easy_setopt(c->curl, CURLOPT_SSLCERT, id->cert);
		bad |= curl_easy_setopt(c->curl, CURLOPT_SSLKEY, id->key ? id->key : id->cert);
	}
	return !bad;
}

static bool
add_header(struct call *c, const char *text)
{
	struct curl_slist *headers = curl_slist_append(c->headers, text);

	if (headers)
		c->headers = headers;
	return headers != NULL;
}

static bool
set_request(struct call *c, const char *url)
{
	const struct http_identity *id = c->identity;
	struct buf header;
	int bad = 0;

	buf_init(&header, HTTP_HEADERS_MAX);
	if (id && id->authorization) {
		buf_printf(&header, "Authorization: %s", id->authorization);
		bad |= header.full || !add_header(c, header.data);
	}
	explicit_bzero(header.data, header.len);
	buf_free(&header);
	bad |= !add_header(c, "Accept: application/json");
	bad |= curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	bad |= curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "op-scrape/" OP_VERSION);
	bad |= curl_easy_setopt(c->curl, CURLOPT_URL, url);
	return !bad;
}

void
http_get(struct http *h, const struct http_request *r)
{
	struct call *c = mem_zero(1, sizeof *c);

	c->http = h;
	c->answer = mem_zero(1, sizeof *c->answer);
	c->answer->owner = r->owner;
	c->answer->tag = r->tag;
	c->answer->date_ms = -1;
	c->answer->sent_ms = clock_wall_ms();
	buf_init(&c->answer->body, HTTP_BODY_MAX);
	c->start_us = clock_monotonic_ns() / 1000;
	c->budget = r->budget;
	c->identity = r->identity;
	c->curl = curl_easy_init();
	if (!c->curl || set_deadline(c, r->deadline_us) || !set_limits(c) || !set_identity(c) ||
		!set_request(c, r->url))
		c->refused = "libcurl refuses an option"; /* http_next() finds it */
	else if (curl_multi_add_handle(h->multi, c->curl) == CURLM_OK)
		c->added = true;
	else
		c->refused = "libcurl refuses the request";
	if ((h->count & (h->count - 1)) == 0)
		h->calls = mem_resize(h->calls, h->count ? h->count * 2 : 1, sizeof(void *));
	h->calls[h->count++] = c;
}

void
http_cancel(struct http *h, const void *owner)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->count; i++) {
		struct call *c = h->calls[i];

		if (c->answer->owner != owner) {
			h->calls[kept++] = c;
			continue;
		}
		http_answer_free(c->answer);
		call_free(c);
	}
	h->count = kept;
}

void
http_extend(struct http *h, const void *owner, int64_t deadline_us)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->calls[i]->answer->owner == owner)
			(void)set_deadline(h->calls[i], deadline_us); /* set before, so it can be */
}

static void
say_timeout(struct call *c)
{
	curl_off_t connected = 0;
	double seconds = round((double)(c->deadline_us - c->start_us) / 1e4) / 100;

	(void)curl_easy_getinfo(c->curl, CURLINFO_APPCONNECT_TIME_T, &connected); /* stays 0 */
	if (!connected)
		(void)curl_easy_getinfo(
			c->curl, CURLINFO_CONNECT_TIME_T, &connected); /* as above */
	text_format(c->answer->error, sizeof c->answer->error, "%stimed out after %.3g s",
		connected ? "" : "connect: ", seconds > 0 ? seconds : 0);
}

static void
say_connect(struct call *c)
{
	char *out = c->answer->error;
	long error = 0;

	(void)curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &error); /* stays 0 */
	text_format(out, sizeof c->answer->error, "connect: %s",
		error ? strerror((int)error) : "failed");
	out[strlen("connect: ")] = (char)tolower((unsigned char)out[strlen("connect: ")]);
}

/* A TLS peer that does not like our certificate just hangs up, before any HTTP status. */
static void
say_tls(struct call *c)
{
	const char *hint = c->identity && c->identity->cert
				   ? "does it accept the client certificate given?"
				   : "does it want a client certificate (--cert, --key)?";

	text_format(c->answer->error, sizeof c->answer->error,
		"TLS: the server ended the connection (%.120s); %s",
		*c->text ? c->text : "without a word", hint);
}

static bool
is_tls(struct call *c)
{
	const char *scheme = NULL;

	return curl_easy_getinfo(c->curl, CURLINFO_SCHEME, &scheme) == CURLE_OK && scheme &&
	       (*scheme == 'h' || *scheme == 'H') && strlen(scheme) == 5;
}

static void
say_why(struct call *c, CURLcode code)
{
	char *out = c->answer->error;
	size_t size = sizeof c->answer->error;
	const char *text = *c->text ? c->text : curl_easy_strerror(code);
	bool hung_up = code == CURLE_SSL_CONNECT_ERROR || code == CURLE_GOT_NOTHING ||
		       code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR;

	if (c->refused)
		text_format(out, size, "%s", c->refused);
	else if (code == CURLE_COULDNT_RESOLVE_HOST)
		text_format(out, size, "no such host");
	else if (code == CURLE_COULDNT_CONNECT)
		say_connect(c);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		text_format(out, size, "connect: timed out after %d s", CONNECT_MAX_MS / 1000);
	else if (code == CURLE_PARTIAL_FILE)
		text_format(out, size, "the answer was cut short");
	else if (hung_up && is_tls(c))
		say_tls(c);
	else if (code == CURLE_GOT_NOTHING)
		text_format(out, size, "the connection was closed without an answer");
	else if (code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR)
		text_format(out, size, "the connection broke off: %.200s", text);
	else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CERTPROBLEM ||
		 code == CURLE_SSL_CACERT_BADFILE)
		text_format(out, size, "TLS: %.240s", text);
	else if (code == CURLE_OUT_OF_MEMORY || (int)code == TOO_LARGE)
		text_format(out, size, "the headers are larger than libcurl takes");
	else
		text_format(out, size, "no HTTP answer: %.200s", text);
}

static void
read_headers(struct call *c)
{
	struct curl_header *header;
	int64_t age_s;
	time_t date;

	if (curl_easy_header(c->curl, "Date", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
		date = curl_getdate(header->value, NULL);
		if (date > 0 && (intmax_t)date < INT64_C(253402300800))
			c->answer->date_ms = (int64_t)date * 1000;
	}
	if (curl_easy_header(c->curl, "Age", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
		number_i64(header->value, strlen(header->value), 0, INT32_MAX, &age_s) == 0)
		c->answer->age_ms = age_s * 1000;
	if (curl_easy_header(c->curl, "Content-Type", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
		text_format(c->answer->type, sizeof c->answer->type, "%.*s",
			(int)strcspn(header->value, "; "),
			header->value); /* for people: may be cut */
}

/* The call is over: its answer is the caller's. */
static struct http_answer *
finish(struct http *h, size_t i, CURLcode code, bool expired)
{
	struct call *c = h->calls[i];
	struct http_answer *a = c->answer;
	long status = 0;

	a->received_ms = clock_wall_ms();
	if (expired && !c->refused) {
		say_timeout(c);
	} else if (code != CURLE_OK || c->refused) {
		say_why(c, code);
	} else {
		(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status); /* stays 0 */
		a->status = (int)status;
		read_headers(c);
	}
	h->calls[i] = h->calls[--h->count];
	call_free(c);
	return a;
}

static struct http_answer *
next_done(struct http *h)
{
	CURLMsg *message;
	struct call *c = NULL;
	int left;

	do
		message = curl_multi_info_read(h->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &c) != CURLE_OK)
		return NULL;
	for (size_t i = 0; i < h->count; i++)
		if (h->calls[i] == c)
			return finish(h, i, message->data.result,
				message->data.result == CURLE_OPERATION_TIMEDOUT &&
					clock_monotonic_ns() / 1000 >= c->deadline_us);
	return NULL;
}

/* One that was refused, or whose time is over; else *wait_ms is lowered to the nearest deadline. */
static struct http_answer *
next_expired(struct http *h, int *wait_ms)
{
	int64_t now = clock_monotonic_ns() / 1000;

	for (size_t i = 0; i < h->count; i++) {
		int64_t left_ms = (h->calls[i]->deadline_us - now + 999) / 1000;

		if (left_ms <= 0 || !h->calls[i]->added)
			return finish(h, i, CURLE_OK, true);
		if (left_ms < *wait_ms)
			*wait_ms = (int)left_ms;
	}
	return NULL;
}

struct http_answer *
http_next(struct http *h)
{
	while (h->count) {
		struct http_answer *a;
		int running, wait_ms = 1000;

		if (curl_multi_perform(h->multi, &running) != CURLM_OK)
			for (size_t i = 0; i < h->count; i++)
				h->calls[i]->deadline_us = 0; /* nothing more will come */
		a = next_done(h);
		if (!a)
			a = next_expired(h, &wait_ms);
		if (a)
			return a;
		(void)curl_multi_poll(
			h->multi, NULL, 0, wait_ms, NULL); /* deadlines are looked at */
	}
	return NULL;
}
