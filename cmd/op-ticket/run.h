/* SPDX-License-Identifier: ISC */
#ifndef OP_RUN_H
#define OP_RUN_H

#include <stdbool.h>

struct outbox;
struct target;
struct ticket_options;

/* The functions of op-ticket's commands, which return the exit status. */

int run_ingest(const struct ticket_options *o);
int run_list(const struct ticket_options *o);
int run_show(const struct ticket_options *o);
int run_events(const struct ticket_options *o);
int run_incidents(const struct ticket_options *o);
int run_stats(const struct ticket_options *o);
int run_diff(const struct ticket_options *o);
int run_status(const struct ticket_options *o);

int run_ack(const struct ticket_options *o);
int run_diagnose(const struct ticket_options *o);
int run_note(const struct ticket_options *o);
int run_resolve(const struct ticket_options *o);
int run_hold(const struct ticket_options *o);
int run_unhold(const struct ticket_options *o);
int run_create(const struct ticket_options *o);
int run_migrate(const struct ticket_options *o);
int run_prune(const struct ticket_options *o);
int run_export(const struct ticket_options *o);
int run_import(const struct ticket_options *o);

int run_mute(const struct ticket_options *o);
int run_unmute(const struct ticket_options *o);
int run_mutes(const struct ticket_options *o);
int run_adopt(const struct ticket_options *o);
int run_forget(const struct ticket_options *o);

/* The checks of their flags; false after reporting an error. */
bool run_check_ingest(const struct ticket_options *o);
bool run_check_list(const struct ticket_options *o);
bool run_check_stats(const struct ticket_options *o);
bool run_check_diff(const struct ticket_options *o);
bool run_check_target(const struct ticket_options *o);
bool run_check_mute(const struct ticket_options *o);
bool run_check_cluster(const struct ticket_options *o);

/* Reads the tickets in the first operands; ids are the caller's to free(). Exit status. */
int run_read_target(const struct ticket_options *o, int id_count, struct target *t);

/* Prints the outbox. Write errors stay in stdout, for cli_finish(). */
void run_print_outbox(const struct outbox *out);

#endif
