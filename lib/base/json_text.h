/* SPDX-License-Identifier: ISC */
#ifndef OP_JSON_TEXT_H
#define OP_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum { JSON_ESCAPE_MAX = 6 }; /* bytes for a byte of a value, as \u0041 */

/*
 * A piece of a JSON text, whose owner owns it. For strings and
 * keys it is the bytes between the quotes as written; if there is a backslash
 * among them, `escaped` is true and json_text_decode() gives their value. For
 * numbers, literals and what json_read_raw() returns it is the bytes as written.
 */
struct json_text {
	const char *at;
	size_t len;
	bool escaped;
	uint32_t hash; /* of keys alone: json_read_hash() of the decoded key */
};

/*
 * The value of a string or key token. Decoded bytes are never more than the
 * written ones: out has room for t->len, and out may be t->at. Returns their
 * number. No NUL is added, and they contain none.
 */
size_t json_text_decode(const struct json_text *t, char *out);

/* Appends the decoded value to out. */
void json_text_append(const struct json_text *t, struct buf *out);

/* The decoded value as a C string, the caller's to free(). */
char *json_text_copy(const struct json_text *t);

/* Is the decoded value this text? */
bool json_text_is(const struct json_text *t, const char *text);

#endif
