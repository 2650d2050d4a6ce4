/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_PAGE_H
#define OP_REPORT_PAGE_H

#include <stdint.h>
#include <stdio.h>

struct fault;
struct history;

struct page_options {
	const char *title; /* NULL: the names of the clusters */
	const char *zone;  /* its name, as shown on the page */
	int64_t refresh_s; /* 0: never */
};

/*
 * Writes the page: one HTML file that includes its style, has no scripts and
 * loads nothing. The same history and options give the same bytes. The page is
 * built before its first byte is written: -1 with STATUS_TRY_AGAIN, and nothing
 * written, if it does not fit into memory. Write errors stay in the FILE.
 */
int page_write(const struct history *h, const struct page_options *o, FILE *file, struct fault *f);

#endif
