/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_FAULT_H
#define OP_POSTGRES_FAULT_H

#include "base/fault.h"

/* Faults from failures of PostgreSQL. */

/*
 * The status for a SQLSTATE; "" if there is none, because the server is out of
 * reach. It is never STATUS_UNAVAILABLE: op-loop does not count that as a
 * failed cycle, but a cycle without its store has failed.
 */
enum status postgres_status(const char *state);

/*
 * Sets the fault, with the first line of libpq's words unless op has clearer
 * ones. Always -1.
 */
int postgres_fault(struct fault *f, const char *name, const char *state, const char *words);

/*
 * Finds the SQLSTATE in the verbose message of a failed connection, the only
 * place where libpq has it; "" if there is none.
 */
void postgres_fault_code(const char *message, char state[6]);

#endif
