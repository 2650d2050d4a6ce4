/* SPDX-License-Identifier: ISC */
#ifndef OP_LENIENT_JSON_H
#define OP_LENIENT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_read.h"
#include "base/span.h"

struct fault;

/*
 * Reads the answers of a server whose versions differ in their fields: a value of
 * an unexpected type is skipped, and its destination is unchanged. Every reader
 * returns 0, or -1 if the text cannot be read or was rejected; then
 * lenient_json_fault() has the reason.
 *
 * Texts are decoded in place, so an answer is read once: its bytes are no
 * longer JSON afterwards, and the spans are valid as long as they are.
 */
struct lenient_json {
	struct json_read *json;
	char *text;
	size_t len;
	bool rejected;
	char reason[256]; /* of the rejection */
};

/* The value of a boolean; begin with zero. */
enum lenient_bool { LENIENT_UNKNOWN, LENIENT_FALSE, LENIENT_TRUE };

/* How the value of a field is read, and the type at its offset. */
enum lenient_type {
	LENIENT_TEXT,	  /* struct span */
	LENIENT_U64,	  /* uint64_t: exact, all 64 bits */
	LENIENT_I64,	  /* int64_t */
	LENIENT_DOUBLE,	  /* double: a number, or a string that holds one */
	LENIENT_BOOL,	  /* enum lenient_bool: a boolean, or a string that holds one */
	LENIENT_BYTES,	  /* uint64_t: "452.9GiB" */
	LENIENT_DURATION, /* int64_t, milliseconds: "30m0s" */
	LENIENT_OBJECT,	  /* its own fields, at offsets of the same struct */
	LENIENT_ITEMS,	  /* whatever `item` does with each item of an array */
	LENIENT_VALUE,	  /* whatever `item` does with the value itself */
};

struct lenient_field {
	const char *key; /* NULL ends a table */
	enum lenient_type type;
	size_t offset;
	const struct lenient_field *fields; /* of LENIENT_OBJECT */
	/*
	 * Of LENIENT_ITEMS and LENIENT_VALUE: reads the rest of a value or an item, whose
	 * first token has been read; json_read_finish() skips it. target is the struct that
	 * lenient_json_members() fills.
	 */
	int (*item)(struct lenient_json *s, void *target, enum json_token token,
		const struct json_text *t);
};

/* Begins to read a text that is an object or an array. */
int lenient_json_open(struct lenient_json *s, enum json_token open);

/* Reads the members of an object, whose brace has been read, into target. */
int lenient_json_members(struct lenient_json *s, const struct lenient_field *fields, void *target);

/* Reads the items of an array whose bracket has been read. item is as in a field. */
int lenient_json_items(struct lenient_json *s,
	int (*item)(struct lenient_json *s, void *target, enum json_token token,
		const struct json_text *t),
	void *target);

/* Reads the whole text: an object with these fields. */
int lenient_json_object(struct lenient_json *s, const struct lenient_field *fields, void *target);

/* Rejects the text for a reason of the caller's. Always -1. */
int lenient_json_reject(struct lenient_json *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Fills the fault, STATUS_UNAVAILABLE, after a reader has returned -1. Always -1. */
int lenient_json_fault(const struct lenient_json *s, struct fault *f);

/* Reads the next value if it is a string. */
int lenient_json_text(struct lenient_json *s, struct span *out);

/* Reads the next value if it is a boolean. */
int lenient_json_bool(struct lenient_json *s, bool *out);

/*
 * 1 if the next value is of the type `open`, after entering it; 0 after skipping any
 * other value; -1 if the text cannot be read.
 */
int lenient_json_enter(struct lenient_json *s, enum json_token open);

/* In an array: 1 and the token of its next item, 0 at its end, -1. */
int lenient_json_item(struct lenient_json *s, enum json_token *token, struct json_text *t);

/* The decoded value of a string token that was just read. */
struct span lenient_json_decode(struct lenient_json *s, const struct json_text *t);

#endif
