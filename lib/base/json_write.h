/* SPDX-License-Identifier: ISC */
#ifndef OP_JSON_WRITE_H
#define OP_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span;
struct buf;

/*
 * A writer that can only emit valid JSON: commas, quotes and escapes are its
 * own, bytes that are not UTF-8 become U+FFFD, and what utf8_is_unsafe() names
 * is written as \u escapes, so that the text is safe on a terminal. A misplaced
 * call (a key in an array, a value instead of a key) is a bug and ends the
 * process. Past the ceiling of the buf it writes nothing more: check buf.full at
 * the end.
 */
struct json_write {
	struct buf *out;
	uint64_t is_object; /* a bit a level, the innermost lowest */
	uint64_t has_item;
	unsigned depth;
	bool after_key;
};

void json_write_init(struct json_write *w, struct buf *out);

void json_write_object(struct json_write *w);
void json_write_object_end(struct json_write *w);
void json_write_array(struct json_write *w);
void json_write_array_end(struct json_write *w);

void json_write_key(struct json_write *w, const char *key);
void json_write_key_n(struct json_write *w, const char *key, size_t len);

void json_write_null(struct json_write *w);
void json_write_bool(struct json_write *w, bool b);
void json_write_i64(struct json_write *w, int64_t n);
void json_write_u64(struct json_write *w, uint64_t n);
void json_write_double(struct json_write *w, double n);		/* NaN and infinities become null */
void json_write_string(struct json_write *w, const char *text); /* NULL becomes null */
void json_write_string_n(struct json_write *w, const char *text, size_t len);
void json_write_timestamp(struct json_write *w, int64_t ms); /* RFC 3339, lib/base/timestamp.h */

/* A key and its value, in an object. */
void json_write_put_null(struct json_write *w, const char *key);
void json_write_put_bool(struct json_write *w, const char *key, bool b);
void json_write_put_i64(struct json_write *w, const char *key, int64_t n);
void json_write_put_u64(struct json_write *w, const char *key, uint64_t n);
void json_write_put_double(struct json_write *w, const char *key, double n);
void json_write_put_string(struct json_write *w, const char *key, const char *text);
void json_write_put_span(struct json_write *w, const char *key, struct span text); /* as above */
void json_write_put_timestamp(struct json_write *w, const char *key, int64_t ms);
void json_write_put_seconds(struct json_write *w, const char *key, int64_t ms); /* 1.5, or 30 */

/*
 * A value that is JSON already: it came from json_read_raw(). Tabs and newlines
 * between its tokens become spaces, and what is unsafe in its strings is escaped.
 */
void json_write_raw(struct json_write *w, const char *json, size_t len);

#endif
