/* SPDX-License-Identifier: ISC */
#ifndef OP_WIDTH_H
#define OP_WIDTH_H

#include <stddef.h>

/* How many columns of a terminal a text takes. */

/*
 * Sets LC_CTYPE from the environment, or to UTF-8 if that has none. The functions
 * below need it to know which characters are wide.
 */
void width_set_locale(void);

size_t width_of(const char *text, size_t len);

/*
 * How many bytes of the text fit into so many columns. It never splits a
 * character, nor separates it from the marks that follow it.
 */
size_t width_fit(const char *text, size_t len, size_t columns);

#endif
