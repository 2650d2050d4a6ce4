/* SPDX-License-Identifier: ISC */
#include "check/case_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/timestamp.h"

static const char default_at[] = "2026-01-01T00:00:00Z";

/* Where the reader is. */
struct reading {
	struct case_file *file;
	struct case_block *now; /* NULL between two blocks */
	size_t line;
	bool expects; /* after "=>" */
	struct json_read *json;
};

void
case_lines_add(struct case_lines *lines, struct case_line line)
{
	lines->list = mem_grow(lines->list, lines->count, &lines->cap, sizeof *lines->list);
	lines->list[lines->count++] = line;
}

void
case_lines_free(struct case_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		free(lines->list[i].id);
		free(lines->list[i].text);
	}
	free(lines->list);
}

static void
add_input(struct case_inputs *inputs, const char *at, size_t len, size_t line)
{
	inputs->list = mem_grow(inputs->list, inputs->count, &inputs->cap, sizeof *inputs->list);
	inputs->list[inputs->count++] = (struct case_input){at, len, line};
}

static void
begin_case(struct reading *r)
{
	struct case_file *c = r->file;

	c->cases = mem_grow(c->cases, c->count, &c->cap, sizeof *c->cases);
	r->now = &c->cases[c->count++];
	*r->now = (struct case_block){.line = r->line};
	(void)timestamp_parse(default_at, sizeof default_at - 1, &r->now->at_ms); /* it is good */
	r->expects = false;
}

static void
free_case(struct case_block *c)
{
	case_lines_free(&c->expected);
	free(c->title);
	free(c->sets.list);
	free(c->records.list);
}

/* A block without "=>" is a remark if it has only comments. */
static int
end_case(struct reading *r, struct fault *f)
{
	struct case_block *c = r->now;

	r->now = NULL;
	if (!c || r->expects)
		return 0;
	if (c->records.count || c->sets.count)
		return fault_set(f, STATUS_CONFIG,
			"the block that begins in line %zu has no \"=>\"", c->line);
	free_case(c);
	r->file->count--;
	return 0;
}

static bool
starts_with(const char *at, size_t len, const char *word, const char **rest, size_t *rest_len)
{
	size_t n = strlen(word);

	if (len < n || memcmp(at, word, n) != 0 || (len > n && at[n] != ' '))
		return false;
	for (*rest = at + n, *rest_len = len - n; *rest_len && **rest == ' '; --*rest_len)
		++*rest;
	return true;
}

/* Takes one id from the front of a text; NULL for "-". */
static int
take_id(struct reading *r, const char **at, size_t *len, char **id, struct fault *f)
{
	struct json_text t;
	size_t n = 0;

	if (*len && **at == '"') {
		json_read_start(r->json, *at, *len);
		if (json_read_string(r->json, &t))
			return fault_set(f, STATUS_CONFIG, "%s", json_read_error(r->json));
		*id = json_text_copy(&t);
		n = json_read_offset(r->json);
	} else {
		while (n < *len && (*at)[n] != ' ')
			n++;
		*id = n == 1 && **at == '-' ? NULL : mem_copy_n(*at, n);
	}
	for (*at += n, *len -= n; *len && **at == ' '; --*len)
		++*at;
	return 0;
}

static int
add_expected(struct reading *r, struct case_line line, struct fault *f)
{
	struct case_block *c = r->now;

	for (size_t i = 0; i < c->expected.count && line.verdict != CASE_INCOMPLETE; i++) {
		const char *other = c->expected.list[i].id;

		if (c->expected.list[i].verdict == CASE_INCOMPLETE || (!line.id != !other) ||
			(line.id && strcmp(line.id, other) != 0))
			continue;
		fault_put(f, STATUS_CONFIG, "%s is expected twice", line.id ? line.id : "-");
		free(line.id);
		free(line.text);
		return -1;
	}
	case_lines_add(&c->expected, line);
	return 0;
}

/* Takes the word of a verdict from the front of a line. */
static int
take_verdict(const char **at, size_t *len, struct case_line *line, struct fault *f)
{
	static const char *const verdicts[] = {[CASE_OK] = "ok",
		[CASE_VIOLATED] = "violated",
		[CASE_UNKNOWN] = "unknown",
		[CASE_INCOMPLETE] = "incomplete"};

	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
		line->verdict = (enum case_verdict)i;
		if (starts_with(*at, *len, verdicts[i], at, len))
			return 0;
	}
	line->verdict = CASE_VIOLATED;
	for (size_t i = 0; i < SEVERITIES; i++) {
		line->severity = (enum severity)i;
		if (starts_with(*at, *len, severity_words[i], at, len))
			return 0;
	}
	return fault_set(f, STATUS_CONFIG,
		"violated, a severity, ok, unknown or incomplete is expected: %.*s", (int)*len,
		*at);
}

/* Takes "(reason)" from before the ids of unknown; if there is none, changes nothing. */
static int
take_reason(const char **at, size_t *len, struct span *reason, struct fault *f)
{
	const char *end;

	*reason = (struct span){0};
	if (!*len || **at != '(')
		return 0;
	end = memchr(*at, ')', *len);
	if (!end)
		return fault_set(f, STATUS_CONFIG, "the reason has no )");
	*reason = (struct span){*at + 1, (size_t)(end - *at) - 1};
	*len -= (size_t)(end + 1 - *at);
	for (*at = end + 1; *len && **at == ' '; --*len)
		++*at;
	return 0;
}

static int
expect_line(struct reading *r, const char *at, size_t len, struct fault *f)
{
	struct case_line line = {.severity = SEVERITY_NONE};
	struct span text = {0};

	if (take_verdict(&at, &len, &line, f))
		return -1;
	if (line.verdict == CASE_INCOMPLETE) {
		line.text = len ? mem_copy_n(at, len) : NULL;
		return add_expected(r, line, f);
	}
	if (line.verdict == CASE_UNKNOWN && take_reason(&at, &len, &text, f))
		return -1;
	if (!len)
		return fault_set(f, STATUS_CONFIG, "an id is expected");
	while (len) {
		if (take_id(r, &at, &len, &line.id, f))
			return -1;
		if (line.verdict == CASE_VIOLATED && len) {
			text = (struct span){at, len};
			len = 0;
		}
		line.text = text.at ? mem_copy_n(text.at, text.len) : NULL;
		if (add_expected(r, line, f))
			return -1;
	}
	return 0;
}

static int
input_line(struct reading *r, const char *at, size_t len, struct fault *f)
{
	struct case_block *c = r->now;

	if (*at == '{') {
		add_input(&c->records, at, len, r->line);
		return 0;
	}
	if (starts_with(at, len, "set", &at, &len)) {
		add_input(&c->sets, at, len, r->line);
		return 0;
	}
	if (!starts_with(at, len, "at", &at, &len))
		return fault_set(f, STATUS_CONFIG,
			"at, set, an observation or => is expected: %.*s", (int)len, at);
	if (timestamp_parse(at, len, &c->at_ms))
		return fault_set(
			f, STATUS_CONFIG, "at: %.*s is not an RFC 3339 time in UTC", (int)len, at);
	return 0;
}

static int
take_line(struct reading *r, struct span line, struct fault *f)
{
	line = span_trim(line);
	if (!line.len)
		return end_case(r, f);
	if (!r->now)
		begin_case(r);
	if (*line.at == '#') {
		line = span_trim(span_from(line, 1));
		if (!r->now->title)
			r->now->title = mem_copy_n(line.at, line.len);
		return 0;
	}
	if (span_is(line, "=>")) {
		if (r->expects)
			return fault_set(f, STATUS_CONFIG, "a second => in one block");
		r->expects = true;
		return 0;
	}
	return r->expects ? expect_line(r, line.at, line.len, f)
			  : input_line(r, line.at, line.len, f);
}

int
case_file_parse(
	struct case_file *c, const char *file, const char *text, size_t len, struct fault *f)
{
	struct reading r = {.file = c, .json = json_read_open()};
	struct span rest = {text, len};
	int result = 0;

	*c = (struct case_file){0};
	while (rest.at && !result) {
		r.line++;
		result = take_line(&r, span_cut(&rest, '\n'), f);
	}
	if (!result)
		result = end_case(&r, f);
	json_read_close(r.json);
	if (!result)
		return 0;
	case_file_free(c);
	return fault_within(f, "%s:%zu", file, r.line);
}

void
case_file_free(struct case_file *c)
{
	for (size_t i = 0; i < c->count; i++)
		free_case(&c->cases[i]);
	free(c->cases);
	*c = (struct case_file){0};
}
