/* SPDX-License-Identifier: ISC */
#ifndef OP_CASE_FILE_H
#define OP_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/severity.h"

struct fault;

/*
 * The cases of an invariant, NAME.test beside NAME.sql: blocks between blank
 * lines, each a cycle of observations and the verdicts that it must give.
 *
 *	# over the threshold, under it, not measured
 *	at 2026-01-24T23:08:17Z
 *	set threshold_ms=200
 *	{"kind":"store","id":"1","latency_p99_ms":250}
 *	{"kind":"store","id":"2","latency_p99_ms":50}
 *	{"kind":"store","id":"3"}
 *	=>
 *	violated 1 Store 1 P99 latency 250.0ms exceeds threshold 200.0ms
 *	ok 2
 *	unknown 3
 *
 * `at` (2026-01-01T00:00:00Z), `set` and the text of violated are optional. info,
 * warning and critical mean violated with that severity. ok and unknown take
 * several ids; unknown may have a reason before them, in parentheses: `unknown
 * (idle) 3`. "-" is the null id; an id with blanks is written as a JSON string.
 * `incomplete`, alone or before the error, means a check that is not evaluated.
 */
enum case_verdict {
	CASE_OK,
	CASE_VIOLATED,
	CASE_UNKNOWN,
	CASE_INCOMPLETE,
};

struct case_line {
	enum case_verdict verdict;
	char *id;		/* NULL: null */
	char *text;		/* message, reason or error; NULL: any */
	enum severity severity; /* of a violation; SEVERITY_NONE: any */
	bool met;		/* for the caller that compares */
};

struct case_lines {
	struct case_line *list;
	size_t count, cap;
};

struct case_input {
	const char *at; /* in the file's text */
	size_t len;
	size_t line;
};

struct case_inputs {
	struct case_input *list;
	size_t count, cap;
};

struct case_block {
	size_t line; /* where it begins */
	char *title; /* its first comment, or "" */
	int64_t at_ms;
	struct case_inputs sets;
	struct case_inputs records;
	struct case_lines expected;
};

struct case_file {
	struct case_block *cases;
	size_t count, cap;
};

/* Parses the text, which must outlive the cases. -1 with STATUS_CONFIG and FILE:LINE. */
int case_file_parse(
	struct case_file *c, const char *file, const char *text, size_t len, struct fault *f);
void case_file_free(struct case_file *c);

/* Adds a line to a list, which then owns its id and text. */
void case_lines_add(struct case_lines *lines, struct case_line line);
void case_lines_free(struct case_lines *lines);

#endif
