/* SPDX-License-Identifier: ISC */
#ifndef OP_PAGER_H
#define OP_PAGER_H

#include <stddef.h>
#include <stdio.h>

/*
 * Shows a text through $PAGER, or less, if out is a terminal with fewer lines
 * than the text; sets LESS=FRX unless LESS is set. -1 if it was not shown: the
 * caller then prints it. An empty PAGER, or cat, means no pager.
 */
int pager_show(FILE *out, const char *text, size_t len);

#endif
