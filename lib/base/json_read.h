/* SPDX-License-Identifier: ISC */
#ifndef OP_JSON_READ_H
#define OP_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_text.h"

/*
 * A strict pull reader for one JSON text (RFC 8259) in memory. Refused, on
 * top of what the grammar refuses: duplicate keys, invalid UTF-8, lone
 * surrogates, U+0000, numbers beyond a double (1e999), a depth beyond 64,
 * more than 65,536 keys open at once, and bytes after the value.
 *
 * Reading allocates nothing and copies nothing: what it returns points into
 * the text, which is the caller's and must outlive it. A reader is opened
 * once and used for any number of texts, one after the other.
 */
struct json_read;

enum json_token {
	JSON_BAD = -1, /* json_read_error() is the reason; every later call returns this, too */
	JSON_DONE,     /* the text is read to its very end */
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_KEY,
	JSON_OBJECT, /* { */
	JSON_OBJECT_END,
	JSON_ARRAY, /* [ */
	JSON_ARRAY_END,
};

enum { JSON_DEPTH_MAX = 64 };

struct json_read *json_read_open(void);
void json_read_close(struct json_read *j);

/* A text of NULL counts as an empty one, which has no value. */
void json_read_start(struct json_read *j, const char *text, size_t len);

/* The next token; *t is set for all but JSON_BAD and JSON_DONE. */
enum json_token json_read_next(struct json_read *j, struct json_text *t);

/* The hash of this reader's keys, for the caller's tables that are searched by key. */
uint32_t json_read_hash(const struct json_read *j, const char *key, size_t len);

/* Why the last call failed, without a position: "duplicate key". A static string. */
const char *json_read_error(const struct json_read *j);

/* How many bytes of the text had been read when it failed, or so far. */
size_t json_read_offset(const struct json_read *j);

/*
 * Shortcuts over json_read_next(). Each is -1 when the text cannot be read, and
 * when the next value is not of the type wanted: json_read_error() is then "a
 * string is expected", for example, and the reader stays failed.
 */
int json_read_enter(struct json_read *j, enum json_token open); /* JSON_OBJECT or JSON_ARRAY: 0 */
int json_read_member(
	struct json_read *j, struct json_text *key); /* 1: a key was read; 0: the object ended */
int json_read_string(struct json_read *j, struct json_text *t); /* 0 */
int json_read_number(struct json_read *j, double *out);		/* 0 */
int json_read_i64(struct json_read *j, int64_t *out); /* 0; a fraction or exponent is refused */
int json_read_bool(struct json_read *j, bool *out);   /* 0 */
int json_read_skip(struct json_read *j);	      /* reads the next value whole; 0 */
int json_read_raw(
	struct json_read *j, struct json_text *span); /* as json_read_skip(), and gives its bytes */
int json_read_end(struct json_read *j);		      /* 0 at the end of the text */

/*
 * Reads on to the end of the value that token, just returned, began: nothing
 * to do unless it is JSON_OBJECT or JSON_ARRAY. 0 or -1.
 */
int json_read_finish(struct json_read *j, enum json_token token);

#endif
