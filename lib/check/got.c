/* SPDX-License-Identifier: ISC */
#include "check/got.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "check/casefile.h"

/* What a record of our own writing says; so nothing in it is out of place. */
struct record {
	char *kind;
	char *id;
	char *text; /* message or error */
	bool incomplete;
};

static char *
read_text(struct json_read *j)
{
	struct json_text t;

	return json_read_next(j, &t) == JSON_STRING ? json_text_copy(&t) : NULL;
}

static void
read_ids(struct json_read *j, enum case_verdict verdict, struct case_line **lines, size_t *count)
{
	struct json_text t;
	enum json_token token;

	(void)json_read_enter(j, JSON_ARRAY);
	while ((token = json_read_next(j, &t)) == JSON_STRING || token == JSON_NULL)
		case_line_add(lines, count, verdict, token == JSON_NULL ? NULL : json_text_copy(&t),
			NULL);
}

static void
read_record(struct json_read *j, struct record *r, struct case_line **lines, size_t *count)
{
	struct json_text key;

	(void)json_read_enter(j, JSON_OBJECT);
	while (json_read_member(j, &key) > 0) {
		if (json_text_is(&key, "kind"))
			r->kind = read_text(j);
		else if (json_text_is(&key, "store_id"))
			r->id = read_text(j);
		else if (json_text_is(&key, "message") || json_text_is(&key, "error"))
			r->text = read_text(j);
		else if (json_text_is(&key, "store_ids") && r->kind)
			read_ids(j, strcmp(r->kind, "ok") ? CASE_UNKNOWN : CASE_OK, lines, count);
		else if (json_text_is(&key, "complete"))
			r->incomplete = json_read_next(j, &key) == JSON_FALSE;
		else
			(void)json_read_skip(j);
	}
}

void
got_read(struct json_read *j, const char *text, struct case_line **lines, size_t *count)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		struct record r = {0};

		json_read_start(j, text, len);
		read_record(j, &r, lines, count);
		if (r.kind && !strcmp(r.kind, "violation")) {
			case_line_add(lines, count, CASE_VIOLATED, r.id, r.text);
			r.id = r.text = NULL;
		} else if (r.incomplete) {
			case_line_add(lines, count, CASE_INCOMPLETE, NULL, r.text);
			r.text = NULL;
		}
		free(r.kind);
		free(r.id);
		free(r.text);
		text += len + (text[len] == '\n');
	}
}
