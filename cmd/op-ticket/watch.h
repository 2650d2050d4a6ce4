/* SPDX-License-Identifier: ISC */
#ifndef OP_WATCH_H
#define OP_WATCH_H

struct ticket_options;

/*
 * Shows a list on the terminal, redrawn in place every o->watch_ms until q,
 * ^C or an end of the input. Returns the exit status; STATUS_USAGE unless
 * stdout is a terminal.
 */
int watch_list(const struct ticket_options *o);

#endif
