/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_PEOPLE_H
#define OP_TICKET_PEOPLE_H

#include <stdint.h>

struct buf;
struct stmt;

/* A ticket as a page for people, safe for a terminal. */

void people_batch(struct buf *out, const char *batch, const char *subject, const char *cluster);

/* The row has TICKET_COLUMNS. Its events follow. */
void people_ticket(struct buf *out, struct stmt *row, int64_t now_ms);

/* The row has id, at, event, actor and note. */
void people_event(struct buf *out, struct stmt *row);

#endif
