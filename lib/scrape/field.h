/* SPDX-License-Identifier: ISC */
#ifndef OP_FIELD_H
#define OP_FIELD_H

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
struct field_source {
	struct json_read *json;
	char *text;
	size_t len;
};

/* Begins to read the object or array that the whole text is. 0 or -1. */
int field_open(struct field_source *s, enum json_token open);

int field_text(struct field_source *s, struct span *out);
int field_u64(struct field_source *s, uint64_t *out); /* exact, all 64 bits */
int field_i64(struct field_source *s, int64_t *out);
int field_double(struct field_source *s, double *out);	/* a number, or a string that holds one */
int field_bool(struct field_source *s, bool *out);	/* true, or a string "true" */
int field_bytes(struct field_source *s, uint64_t *out); /* "452.9GiB" */
int field_go_duration(struct field_source *s, int64_t *ms); /* "30m0s" */

/*
 * Enters the next value where it is what `open` says: 1. Else it is passed
 * over: 0. -1 where the text cannot be read.
 */
int field_enter(struct field_source *s, enum json_token open);

/* In an array: 1 and the token of its next item, 0 at its end, -1. */
int field_item(struct field_source *s, enum json_token *token, struct json_text *t);

/* The decoded value of a string token that was just read. */
struct span field_decode(struct field_source *s, const struct json_text *t);

#endif
