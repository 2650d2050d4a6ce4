/* SPDX-License-Identifier: ISC */
#ifndef OP_JSONW_H
#define OP_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * A writer that can only emit valid JSON: commas, quotes and escapes are its
 * own, bytes that are no UTF-8 become U+FFFD, and what utf8_is_unsafe() names
 * is written as \u escapes, so that the text is fit for a terminal. A call
 * out of place (a key in an array, a value where a key is due) is a bug of
 * ours and ends the process. Past the ceiling of the buf it writes nothing
 * more: check buf.full at the end.
 */
struct jsonw {
	struct buf *out;
	uint64_t is_object; /* a bit a level, the innermost lowest */
	uint64_t has_item;
	unsigned depth;
	bool after_key;
};

void jsonw_init(struct jsonw *w, struct buf *out);

void jsonw_object(struct jsonw *w);
void jsonw_object_end(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_array_end(struct jsonw *w);

void jsonw_key(struct jsonw *w, const char *key);
void jsonw_key_n(struct jsonw *w, const char *key, size_t len);

void jsonw_null(struct jsonw *w);
void jsonw_bool(struct jsonw *w, bool b);
void jsonw_i64(struct jsonw *w, int64_t n);
void jsonw_u64(struct jsonw *w, uint64_t n);
void jsonw_double(struct jsonw *w, double n);	      /* NaN and infinities become null */
void jsonw_string(struct jsonw *w, const char *text); /* NULL becomes null */
void jsonw_string_n(struct jsonw *w, const char *text, size_t len);
void jsonw_when(struct jsonw *w, int64_t ms); /* RFC 3339, lib/when.h */

/*
 * A value that is JSON already: it came from json_raw(). Tabs and newlines
 * between its tokens become spaces, and what is unsafe in its strings is escaped.
 */
void jsonw_raw(struct jsonw *w, const char *json, size_t len);

#endif
