/* SPDX-License-Identifier: ISC */
#ifndef OP_SIGNAL_SET_H
#define OP_SIGNAL_SET_H

#include <signal.h>

/* Sets of signals, and the mask of a process of one thread. None of these fails for a signal that
 * exists. */
void signal_set_clear(sigset_t *set);
void signal_set_add(sigset_t *set, int number);
void signal_set_remove(sigset_t *set, int number);

/* Blocks these signals, too (NULL: none). The mask before goes to *before, unless that is NULL. */
void signal_set_block(const sigset_t *set, sigset_t *before);

/* Blocks exactly these signals. */
void signal_set_restore(const sigset_t *mask);

#endif
