/* SPDX-License-Identifier: ISC */
#ifndef OP_JSON_LEX_H
#define OP_JSON_LEX_H

#include <stdbool.h>
#include <stddef.h>

struct json_text;

/*
 * The lexical half of base/json_read: white space, strings, numbers. *at is
 * the first byte of the token and is moved past it, or to the error. Returns
 * why it is refused, a static string, or NULL.
 */
const char *json_lex_space(const char *at, const char *end);
const char *json_lex_string(const char **at, const char *end, struct json_text *t);
const char *json_lex_number(const char **at, const char *end);

/*
 * Decodes the next byte or escape of a checked string to out, 1 to 4 bytes,
 * moves *at past it, and returns the number of bytes.
 */
size_t json_lex_decode(const char **at, const char *end, char *out);

/* Do two checked strings decode to the same bytes? */
bool json_lex_same(const struct json_text *a, const struct json_text *b);

#endif
