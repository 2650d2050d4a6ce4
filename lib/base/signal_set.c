/* SPDX-License-Identifier: ISC */
#include "base/signal_set.h"

void
signal_set_clear(sigset_t *set)
{
	(void)sigemptyset(set); /* in this file: it fails for no signal that exists */
}

void
signal_set_add(sigset_t *set, int number)
{
	(void)sigaddset(set, number);
}

void
signal_set_remove(sigset_t *set, int number)
{
	(void)sigdelset(set, number);
}

void
signal_set_block(const sigset_t *set, sigset_t *before)
{
	(void)sigprocmask(SIG_BLOCK, set, before);
}

void
signal_set_restore(const sigset_t *mask)
{
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
}
