/* SPDX-License-Identifier: ISC */
#include "scrape/http_error.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/span.h"
#include "base/utf8.h"
#include "base/vis.h"
#include "scrape/freshness.h"
#include "scrape/http.h"

enum { WORDS_MAX = 300 };

/* The string of an object that names the error. */
static bool
find_words(struct json_read *json, const char *text, size_t len, struct json_text *words)
{
	static const char *const keys[] = {"error", "msg", "message"};
	struct json_text key, value;
	bool found = false;
	int more;

	json_read_start(json, text, len);
	if (json_read_enter(json, JSON_OBJECT))
		return false;
	while ((more = json_read_member(json, &key)) > 0) {
		enum json_token token = json_read_next(json, &value);

		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if (!found && token == JSON_STRING && json_text_is(&key, keys[i])) {
				*words = value;
				found = true;
			}
		if (json_read_finish(json, token))
			return false;
	}
	return more == 0 && found;
}

static void
add_words(struct buf *out, const char *text, size_t len)
{
	while (len && (*text == ' ' || *text == '\n' || *text == '\t' || *text == '\r')) {
		text++;
		len--;
	}
	if (memchr(text, '\n', len))
		len = (size_t)((const char *)memchr(text, '\n', len) - text);
	if (!len)
		return;
	buf_add_text(out, ": ");			       /* the ceiling cuts it */
	vis_add(out, text, len < WORDS_MAX ? len : WORDS_MAX); /* as above */
}

/* Quotes the body, with ": " before it. */
static void
quote(struct json_read *json, const struct http_answer *a, struct buf *out)
{
	const char *text = a->body.data;
	size_t len = a->body.len;
	struct buf decoded;
	struct json_text t;

	buf_init(&decoded, HTTP_BODY_MAX);
	json_read_start(json, text, len);
	if ((json_read_string(json, &t) == 0 && json_read_end(json) == 0) ||
		find_words(json, text, len, &t)) {
		json_text_append(&t, &decoded);
		if (!decoded.full)
			add_words(out, decoded.data, decoded.len);
	} else if (!strstr(a->type, "html") && len && *text != '<' && *text != '{') {
		add_words(out, text, len < WORDS_MAX ? len : WORDS_MAX);
	} else if (strstr(a->type, "html")) {
		buf_add_text(out, ", with a page of HTML"); /* as above */
	}
	buf_free(&decoded);
}

/* What a body is that cannot be JSON, if its first bytes or its headers show it; else NULL. */
static const char *
odd_body(const struct http_answer *a)
{
	const unsigned char *b = (const unsigned char *)a->body.data;
	size_t len = a->body.len;
	struct span text = span_trim((struct span){a->body.data, len});

	if (*a->encoding && strcasecmp(a->encoding, "identity") != 0)
		return "the answer is compressed, which was not asked for";
	if (len >= 2 && b[0] == 0x1f && b[1] == 0x8b)
		return "the answer is compressed, which was not asked for";
	if (text.len && *text.at == '<' && strstr(a->type, "html"))
		return "not the JSON expected (text/html): a page of HTML, of a login perhaps";
	return NULL;
}

static int
check_body(const struct http_answer *a, struct fault *f)
{
	const char *odd = odd_body(a);
	const char *encoding = utf8_other_encoding(a->body.data, a->body.len);

	if (a->age_ms > FRESHNESS_DRIFT_MAX_MS)
		return fault_set(f, STATUS_UNAVAILABLE,
			"a cache answered: the answer is %" PRId64 " s old", a->age_ms / 1000);
	if (odd)
		return fault_set(f, STATUS_UNAVAILABLE, "%s", odd);
	return encoding ? fault_set(f, STATUS_UNAVAILABLE, "not the JSON expected: it %s", encoding)
			: 0;
}

int
http_error_check(struct json_read *json, const struct http_answer *a, struct fault *f)
{
	struct buf words;

	if (!a->status)
		return fault_set(f, STATUS_UNAVAILABLE, "%s", a->error);
	if (a->status == 200)
		return check_body(a, f);
	buf_init(&words, (size_t)4 * WORDS_MAX + 64);
	if (a->status >= 300 && a->status < 400) {
		if (*a->location) {
			buf_add_text(&words, "redirected to ");
			vis_add(&words, a->location, strcspn(a->location, "?#"));
			buf_add_text(&words, "; ");
		}
		fault_put(f, STATUS_UNAVAILABLE, "HTTP %d: %sredirects are not followed", a->status,
			words.data);
	} else {
		quote(json, a, &words);
		fault_put(f, STATUS_UNAVAILABLE, "HTTP %d%s", a->status, words.data);
	}
	buf_free(&words);
	return -1;
}
