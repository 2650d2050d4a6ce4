/* SPDX-License-Identifier: ISC */
#ifndef OP_PAGER_H
#define OP_PAGER_H

#include <stddef.h>
#include <stdio.h>

/*
 * Shows a text through $PAGER, or less, if out is a terminal with fewer lines
 * than the text; LESS=FRX, unless the environment has its own. -1: it was not
 * shown, and is the caller's to print. An empty PAGER, or cat, means no pager.
 */
int pager_show(FILE *out, const char *text, size_t len);

#endif
