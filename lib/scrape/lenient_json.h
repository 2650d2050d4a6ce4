/* SPDX-License-Identifier: ISC */
#ifndef OP_LENIENT_JSON_H
#define OP_LENIENT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_read.h"
#include "base/span.h"

/*
 * Reading the answer of a server whose versions differ in their fields: each
 * call reads the next value; where it is not of the type wanted, it is passed
 * over and *out stays as it was. 0, or -1 where the text cannot be read.
 *
 * Texts are decoded in place, so an answer is read once: its bytes are then
 * no longer JSON, and the spans are valid as long as they are.
 */
struct lenient_json {
	struct json_read *json;
	char *text;
	size_t len;
};

/* Begins to read the object or array that the whole text is. 0 or -1. */
int lenient_json_open(struct lenient_json *s, enum json_token open);

int lenient_json_text(struct lenient_json *s, struct span *out);
int lenient_json_u64(struct lenient_json *s, uint64_t *out); /* exact, all 64 bits */
int lenient_json_i64(struct lenient_json *s, int64_t *out);
int lenient_json_double(
	struct lenient_json *s, double *out);		  /* a number, or a string that holds one */
int lenient_json_bool(struct lenient_json *s, bool *out); /* true, or a string "true" */
int lenient_json_bytes(struct lenient_json *s, uint64_t *out);	   /* "452.9GiB" */
int lenient_json_go_duration(struct lenient_json *s, int64_t *ms); /* "30m0s" */

/*
 * Enters the next value where it is what `open` says: 1. Else it is passed
 * over: 0. -1 where the text cannot be read.
 */
int lenient_json_enter(struct lenient_json *s, enum json_token open);

/* In an array: 1 and the token of its next item, 0 at its end, -1. */
int lenient_json_item(struct lenient_json *s, enum json_token *token, struct json_text *t);

/* The decoded value of a string token that was just read. */
struct span lenient_json_decode(struct lenient_json *s, const struct json_text *t);

#endif
