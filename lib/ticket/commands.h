/* SPDX-License-Identifier: ISC */
#ifndef OP_COMMANDS_H
#define OP_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct database;
struct fault;
struct outbox;

/* Commands by hand: each one transaction over all its tickets. */

enum command_kind {
	COMMAND_ACK,
	COMMAND_DIAGNOSE,
	COMMAND_RESOLVE,
	COMMAND_HOLD,
	COMMAND_UNHOLD,
	COMMAND_NOTE,
	COMMAND_COUNT,
};

struct command {
	enum command_kind kind;
	const char *actor;
	int64_t now_ms;
	int64_t hold_ms;     /* hold: for how long; -1 without end */
	struct span message; /* diagnose: Markdown; note: the text; else its reason, or none */
};

/* Whom it is for: tickets by id, or the unresolved ones of a batch. */
struct target {
	int64_t *ids;
	size_t id_count;
	size_t id_cap;
	const char *batch;   /* or NULL */
	const char *subject; /* NULL: any, if the batch's key is one subject's and cluster's only */
	const char *cluster;
};

/*
 * Runs it and reports for each ticket what was done. A ticket given by its id
 * that is not there, or to which the command does not apply, is refused with
 * STATUS_NO and nothing is changed; of a batch those to which it does not
 * apply are passed over, unless it is all of them. db may be NULL: there is
 * no ticket then.
 */
int commands_run(struct database *db, const struct command *c, const struct target *t,
	struct outbox *out, struct fault *f);

/*
 * The subject and cluster whose batch that is: STATUS_NO where no ticket is
 * of it, STATUS_USAGE where several have one of that key and the target does
 * not say which. Both are the caller's to free().
 */
int target_owner(struct database *db, const struct target *t, char **subject, char **cluster,
	struct fault *f);

#endif
