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

/* Finds the string that names the error in a JSON object. */
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
	struct span words = span_trim((struct span){text, len}), line = span_cut(&words, '\n');

	if (!line.len)
		return;
	buf_add_text(out, ": "); /* the ceiling cuts it */
	vis_add(out, line.at, line.len < WORDS_MAX ? line.len : WORDS_MAX); /* as above */
}

/*
 * What kind of markup a body is, by its content: proxies send error pages with the type that was
 * asked for. NULL if it is not markup.
 */
static const char *
markup(const struct http_answer *a)
{
	struct span text = {a->body.data, a->body.len};

	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_from(text, 3);
	text = span_trim(text);
	if (!text.len || *text.at != '<')
		return NULL;
	return span_starts(text, "<?xml") && !strstr(a->type, "html") ? "XML" : "a page of HTML";
}

/* Quotes the body, with ": " before it. */
static void
quote(struct json_read *json, const struct http_answer *a, struct buf *out)
{
	const char *text = a->body.data, *kind = markup(a);
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
	} else if (kind || strstr(a->type, "html")) {
		buf_add_text(out, ", with "); /* the ceiling cuts it */
		buf_add_text(out, kind ? kind : "a page of HTML");
	} else if (len && *text != '{') {
		add_words(out, text, len < WORDS_MAX ? len : WORDS_MAX);
	}
	buf_free(&decoded);
}

static bool
is_compressed(const struct http_answer *a)
{
	return (*a->encoding && strcasecmp(a->encoding, "identity") != 0) ||
	       span_starts((struct span){a->body.data, a->body.len}, "\x1f\x8b");
}

/* Refuses a body that cannot be JSON, if its first bytes or its headers show it. */
static int
check_body(const struct http_answer *a, struct fault *f)
{
	const char *encoding = utf8_other_encoding(a->body.data, a->body.len);
	const char *kind = markup(a);

	if (a->age_ms > FRESHNESS_DRIFT_MAX_MS)
		return fault_set(f, STATUS_UNAVAILABLE,
			"a cache answered: the answer is %" PRId64 " s old", a->age_ms / 1000);
	if (is_compressed(a))
		return fault_set(
			f, STATUS_UNAVAILABLE, "the answer is compressed, which was not asked for");
	if (kind)
		return fault_set(f, STATUS_UNAVAILABLE, "not the JSON expected%s%s%s: %s%s",
			*a->type ? " (" : "", a->type, *a->type ? ")" : "", kind,
			*kind == 'a' ? ", of a login perhaps" : "");
	if (encoding)
		return fault_set(f, STATUS_UNAVAILABLE, "not the JSON expected: it %s", encoding);
	return 0;
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
