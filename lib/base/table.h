/* SPDX-License-Identifier: ISC */
#ifndef OP_TABLE_H
#define OP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault;

/*
 * A table for people: titles and rows of text cells, fitted to a width. Cells
 * may hold bytes from outside, which are made safe for a terminal here. Tones
 * are colours that only repeat what the text says.
 */
struct table;

enum table_flag {
	TABLE_LEFT = 0,
	TABLE_RIGHT = 1,    /* for numbers */
	TABLE_SHRINK = 2,   /* may be cut if the width is too small, the rightmost first */
	TABLE_OPTIONAL = 4, /* may be left out if that is not enough, the rightmost first */
	TABLE_TIME = 8, /* RFC 3339: cut to the minute before other cells are cut, to the day after
			   that */
	TABLE_VARIED = 16, /* left out if all rows have the same text */
};

enum table_tone { TABLE_PLAIN, TABLE_BAD, TABLE_WARN, TABLE_GOOD, TABLE_DIM };

struct table *table_open(void);
void table_close(struct table *t);

/* All columns first, from left to right. flags is a set of enum table_flag. */
void table_column(struct table *t, const char *title, unsigned flags);

/* The column is not printed after all. */
void table_hide(struct table *t, size_t column);

/* Starts a row; cells not set are empty. text is copied; NULL is an empty cell. */
void table_row(struct table *t);
void table_cell(struct table *t, size_t column, const char *text, enum table_tone tone);

/*
 * Prints titles and rows, or nothing if there are no rows. If out is a terminal,
 * the table is fitted to its width or to COLUMNS, and coloured unless NO_COLOR
 * is set or TERM is dumb. Otherwise it is fitted only if COLUMNS is set, and not
 * coloured. Sets LC_CTYPE from the environment, for the width of characters. A
 * cell that is cut ends in "…". 0, or -1 with STATUS_IO; write errors stay in the
 * FILE.
 */
int table_print(struct table *t, FILE *out, struct fault *f);

/*
 * The same to any FILE, such as memory: fitted to a width, 0 for unlimited, and
 * coloured or not. Returns 1 if even the narrowest table is wider; it is then
 * printed without colour, so that its lines can be folded.
 */
int table_print_as(struct table *t, FILE *out, size_t width, bool colour, struct fault *f);

/* For table_print(): the width of a FILE, 0 for unlimited, and whether it takes colours. */
size_t table_width(FILE *out);
bool table_colour(FILE *out);

#endif
