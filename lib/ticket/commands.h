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

/* Commands by hand. Each is one transaction over all its tickets. */

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
	int64_t hold_ms;     /* hold: for how long; -1: no end */
	struct span message; /* diagnose: Markdown; note: the text; else the reason, if any */
};

/* The tickets of a command: by id, or the unresolved ones of a batch. */
struct target {
	int64_t *ids;
	size_t id_count;
	const char *batch;   /* or NULL */
	const char *subject; /* NULL: any, if only one subject and cluster has that batch */
	const char *cluster;
};

/*
 * Runs it and reports for each ticket what was done. If a ticket given by id does
 * not exist, or the command does not apply to it, nothing is changed: STATUS_NO.
 * In a batch such tickets are skipped, unless all of them are. db may be NULL:
 * there are no tickets then.
 */
int commands_run(struct database *db, const struct command *c, const struct target *t,
	struct outbox *out, struct fault *f);

/*
 * Finds the subject and cluster of the batch. STATUS_NO if it has no tickets,
 * STATUS_USAGE if several have a batch of that key and the target does not choose
 * one. Both are the caller's to free().
 */
int target_owner(struct database *db, const struct target *t, char **subject, char **cluster,
	struct fault *f);

#endif
