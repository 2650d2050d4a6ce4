/* SPDX-License-Identifier: ISC */
#ifndef OP_JSON_LEX_H
#define OP_JSON_LEX_H

#include <stdbool.h>
#include <stddef.h>

struct json_text;

/* The lexical half of base/json_read: white space, strings, numbers. */

/* Why a token is refused. The reason is a static string: it needs no free() and stays valid. */
struct reject {
	const char *reason;
};

/* The first byte from at on that is not white space. */
const char *json_lex_space(const char *at, const char *end);

/* The first byte from at on that is a quote, a backslash, a control character or not ASCII. */
const char *json_lex_plain(const char *at, const char *end);

/*
 * Reads a token. *at is its first byte and is moved past it, or to the error.
 * 0, or -1 with the reject.
 */
int json_lex_string(const char **at, const char *end, struct json_text *t, struct reject *r);
int json_lex_number(const char **at, const char *end, struct reject *r);

/*
 * Decodes the next byte or escape of a checked string to out, 1 to 4 bytes,
 * moves *at past it, and returns the number of bytes.
 */
size_t json_lex_decode(const char **at, const char *end, char *out);

/* Do two checked strings decode to the same bytes? */
bool json_lex_same(const struct json_text *a, const struct json_text *b);

#endif
