/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_SNAPSHOT_H
#define OP_REPORT_SNAPSHOT_H

#include <stddef.h>

#include "base/span.h"

struct buf;
struct json_read;

/* What was measured when a ticket opened: an object of JSON, as op-check wrote it. */

/*
 * The member "kind", such as "store", in the text of the snapshot; nothing if it
 * is not there as its first member, which is where op-check puts it.
 */
struct span snapshot_kind(struct span snapshot);

/*
 * The text of one member; nothing if it is missing, is no string, or has
 * escapes. The reader is scratch, which any caller may reuse afterwards.
 */
struct span snapshot_text(struct span snapshot, const char *key, struct json_read *j);

/*
 * Rows of a table: a name and a value in units for people (500 GiB, 41.5 ms),
 * with the value as it was measured if that differs. null is left out. The
 * reader is scratch, too.
 */
void snapshot_rows(struct buf *out, struct span snapshot, struct json_read *j);

#endif
