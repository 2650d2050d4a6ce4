/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_PAGE_H
#define OP_REPORT_PAGE_H

#include <stdint.h>
#include <stdio.h>

struct fault;
struct history;

struct page_options {
	const char *title; /* NULL: made of the clusters' names */
	const char *zone;  /* its name, for the reader */
	int64_t refresh_s; /* 0: never */
};

/*
 * Writes the page: one file of HTML with its style, without scripts, that
 * loads nothing. The same history and options give the same bytes. -1 with
 * STATUS_TRY_AGAIN if it does not fit into memory; nothing is written then, as
 * the page is whole before its first byte is. Failed writes stay in the FILE.
 */
int page_write(const struct history *h, const struct page_options *o, FILE *file, struct fault *f);

#endif
