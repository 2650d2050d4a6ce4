/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_TABLE_H
#define OP_TICKET_TABLE_H

#include <stdint.h>
#include <stdio.h>

struct fault;
struct stmt;

/* Tickets as a table for people. */
struct ticket_table;

struct ticket_table *ticket_table_open(int64_t now_ms);
void ticket_table_close(struct ticket_table *t);

/* The row has TICKET_COLUMNS. */
void ticket_table_add(struct ticket_table *t, struct stmt *row);
int ticket_table_print(struct ticket_table *t, FILE *out, struct fault *f);

/* "3m20s" between then and now; then is a time's text. */
void ticket_age(char out[32], const char *then, int64_t now_ms);

#endif
