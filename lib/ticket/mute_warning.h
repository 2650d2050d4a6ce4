/* SPDX-License-Identifier: ISC */
#ifndef OP_MUTE_WARNING_H
#define OP_MUTE_WARNING_H

struct database;
struct fault;
struct mute_new;
struct outbox;

/*
 * Warns of a mute whose pattern matches no cluster, or no invariant, that the
 * database has seen: it may be meant for one that is still to come, or be
 * mistyped, and then it silences nothing. Without any cycle there is no warning.
 */
int mute_warning(
	struct database *db, const struct mute_new *m, struct outbox *out, struct fault *f);

#endif
