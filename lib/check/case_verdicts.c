/* SPDX-License-Identifier: ISC */
#include "check/case_verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/mem.h"
#include "check/case_file.h"

/* A record that we wrote ourselves, so that nothing in it is unexpected. */
struct record {
	char *kind;
	char *id;
	char *text; /* message, reason or error */
	enum severity severity;
	bool incomplete;
};

static char *
read_text(struct json_read *j)
{
	struct json_text t;

	return json_read_next(j, &t) == JSON_STRING ? json_text_copy(&t) : NULL;
}

static enum severity
read_severity(struct json_read *j)
{
	struct json_text t;

	return json_read_next(j, &t) == JSON_STRING ? severity_find(t.at, t.len) : SEVERITY_NONE;
}

static void
read_ids(struct json_read *j, enum case_verdict verdict, struct case_lines *lines)
{
	struct json_text t;
	enum json_token token;

	(void)json_read_enter(j, JSON_ARRAY);
	while ((token = json_read_next(j, &t)) == JSON_STRING || token == JSON_NULL)
		case_lines_add(
			lines, (struct case_line){.verdict = verdict,
				       .id = token == JSON_NULL ? NULL : json_text_copy(&t)});
}

static void
read_record(struct json_read *j, struct record *r, struct case_lines *lines)
{
	struct json_text key;

	(void)json_read_enter(j, JSON_OBJECT);
	while (json_read_member(j, &key) > 0) {
		if (json_text_is(&key, "kind"))
			r->kind = read_text(j);
		else if (json_text_is(&key, "store_id"))
			r->id = read_text(j);
		else if (json_text_is(&key, "message") || json_text_is(&key, "error") ||
			 json_text_is(&key, "reason"))
			r->text = read_text(j);
		else if (json_text_is(&key, "severity"))
			r->severity = read_severity(j);
		else if (json_text_is(&key, "store_ids") && r->kind)
			read_ids(j, strcmp(r->kind, "ok") ? CASE_UNKNOWN : CASE_OK, lines);
		else if (json_text_is(&key, "complete"))
			r->incomplete = json_read_next(j, &key) == JSON_FALSE;
		else
			(void)json_read_skip(j);
	}
}

void
case_verdicts_read(struct json_read *j, const char *text, struct case_lines *lines)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		struct record r = {0};
		size_t first = lines->count;

		json_read_start(j, text, len);
		read_record(j, &r, lines);
		/* the reason follows the ids */
		for (; first < lines->count; first++)
			lines->list[first].text = r.text ? mem_copy(r.text) : NULL;
		if (r.kind && !strcmp(r.kind, "violation")) {
			case_lines_add(lines,
				(struct case_line){CASE_VIOLATED, r.id, r.text, r.severity, false});
			r.id = r.text = NULL;
		} else if (r.incomplete) {
			case_lines_add(lines,
				(struct case_line){.verdict = CASE_INCOMPLETE, .text = r.text});
			r.text = NULL;
		}
		free(r.kind);
		free(r.id);
		free(r.text);
		text += len + (text[len] == '\n');
	}
}
