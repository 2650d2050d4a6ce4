/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_MUTES_H
#define OP_TICKET_MUTES_H

#include <stdbool.h>

struct database;
struct fault;
struct view;

/* Prints the mutes that are in force or to come, or all of them. */
int ticket_mutes(struct database *db, bool all, const struct view *v, struct fault *f);

#endif
