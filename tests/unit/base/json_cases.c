/* SPDX-License-Identifier: ISC */
/*
 * Runs the cases of tests/json/cases. With -e it reads JSON from stdin instead,
 * one text per line, and prints what it read, written anew, or "refused".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/number.h"
#include "unit.h"

enum { LINE_BYTES = 1 << 20 };

static void
put_text(struct json_write *w, const struct json_text *t, bool is_key)
{
	char *text = json_text_copy(t);

	if (is_key)
		json_write_key(w, text);
	else
		json_write_string(w, text);
	free(text);
}

static void
put(struct json_write *w, enum json_token token, const struct json_text *t)
{
	double number;

	switch (token) {
	case JSON_OBJECT:
		json_write_object(w);
		break;
	case JSON_OBJECT_END:
		json_write_object_end(w);
		break;
	case JSON_ARRAY:
		json_write_array(w);
		break;
	case JSON_ARRAY_END:
		json_write_array_end(w);
		break;
	case JSON_KEY:
	case JSON_STRING:
		put_text(w, t, token == JSON_KEY);
		break;
	case JSON_NUMBER:
		if (number_double(t->at, t->len, &number))
			abort();
		json_write_double(w, number);
		break;
	default:
		json_write_raw(w, t->at, t->len);
		break;
	}
}

static bool
echo(struct json_read *j, const char *text, size_t len, struct buf *out)
{
	enum json_token token;
	struct json_text t;
	struct json_write w;

	buf_clear(out);
	json_write_init(&w, out);
	json_read_start(j, text, len);
	while ((token = json_read_next(j, &t)) > JSON_DONE)
		put(&w, token, &t);
	return token == JSON_DONE;
}

static void
echo_lines(struct json_read *j, struct buf *out)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, stdin)) > 0) {
		len -= line[len - 1] == '\n';
		puts(echo(j, line, (size_t)len, out) ? out->data : "refused");
	}
	free(line);
}

/* Replaces each \xHH by the byte it stands for. Returns the new length. */
static size_t
unescape(char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char hex[3] = {0}, *end;

		if (len - i >= 4 && text[i] == '\\' && text[i + 1] == 'x') {
			memcpy(hex, text + i + 2, 2);
			text[n] = (char)strtol(hex, &end, 16);
			if (end == hex + 2) {
				n++;
				i += 3;
				continue;
			}
		}
		text[n++] = text[i];
	}
	return n;
}

static void
run_cases(struct json_read *j, FILE *cases, struct buf *out)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, cases)) > 0) {
		bool wanted = line[0] == 'y';
		char name[80];

		len -= line[len - 1] == '\n';
		if (len < 2 || (line[0] != 'y' && line[0] != 'n') || line[1] != ' ')
			continue;
		(void)snprintf(name, sizeof name, "%.*s", len < 79 ? (int)len : 79, line);
		CHECK_AS(echo(j, line + 2, unescape(line + 2, (size_t)len - 2), out) == wanted,
			name);
	}
	free(line);
}

int
main(int argc, char **argv)
{
	struct json_read *j = json_read_open();
	struct buf out;
	FILE *cases;

	buf_init(&out, (size_t)8 * LINE_BYTES);
	if (argc > 1 && !strcmp(argv[1], "-e")) {
		echo_lines(j, &out);
		buf_free(&out);
		json_read_close(j);
		return 0;
	}
	cases = fopen("tests/json/cases", "r");
	CHECK(cases != NULL);
	if (cases) {
		run_cases(j, cases, &out);
		(void)fclose(cases); /* it was only read */
	}
	CHECK(unit_count > 300);
	buf_free(&out);
	json_read_close(j);
	return unit_done();
}
