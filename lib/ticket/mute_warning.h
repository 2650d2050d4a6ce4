/* SPDX-License-Identifier: ISC */
#ifndef OP_MUTE_WARNING_H
#define OP_MUTE_WARNING_H

struct database;
struct fault;
struct mute_new;
struct outbox;

/*
 * Warns if a mute's pattern matches no cluster, or no invariant, in the database.
 * It may be meant for a future one, or be mistyped and mute nothing. Does not
 * warn before the first cycle.
 */
int mute_warning(
	struct database *db, const struct mute_new *m, struct outbox *out, struct fault *f);

#endif
