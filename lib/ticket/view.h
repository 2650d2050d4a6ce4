/* SPDX-License-Identifier: ISC */
#ifndef OP_VIEW_H
#define OP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/span.h"
#include "ticket/output.h"

struct fault;
struct output;
struct table;
struct ticket_options;

/* How a command shows its results: to programs, or to a person on a terminal. */
struct view {
	enum ticket_format format;
	FILE *out;
	int64_t now_ms;
	bool utc;   /* times for people are UTC, else in the time zone TZ */
	bool pager; /* output longer than the screen may go through a pager */
	bool colour;
	size_t width;	  /* 0: any */
	struct buf *note; /* gets the explanation of an empty answer; or NULL */
};

void view_init(struct view *v, const struct ticket_options *o, FILE *out);

enum { VIEW_TIME_SIZE = 32 };

/* "2026-11-26 02:00:05", with a Z if it is UTC; "-" for TIMESTAMP_NEVER. Returns text. */
char *view_time(const struct view *v, char text[VIEW_TIME_SIZE], int64_t ms);

/* The same for a time as in the tables; NULL: "-". */
char *view_time_text(const struct view *v, char text[VIEW_TIME_SIZE], const char *at);

/* How long ago a time is, "3m20s", or "0s" for the future. Returns text. */
char *view_age(char text[32], int64_t then_ms, int64_t now_ms);

/*
 * Appends an event's note for people: a time that op put there is shown as the
 * view shows times, and a diagnosis by its length. It is not made safe for a
 * terminal. NULL appends nothing.
 */
void view_note(const struct view *v, struct buf *out, struct span event, struct span note);

/* Folds what was appended to a page since start to the view's width, by fold.h. */
void view_fold(const struct view *v, struct buf *page, size_t start, size_t indent);

/* Appends a table as the view shows it. */
int view_table(const struct view *v, struct table *t, struct buf *page, struct fault *f);

/* Prints a page, through $PAGER if it is longer than the terminal. */
int view_page(const struct view *v, const struct buf *page, struct fault *f);

/* Prints a table as a page of its own; one without rows prints nothing. */
int view_print_table(const struct view *v, struct table *t, struct fault *f);

/* Prints the output for programs and clears it. */
int view_flush(const struct view *v, struct output *o, struct fault *f);

#endif
