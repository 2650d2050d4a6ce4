/* SPDX-License-Identifier: ISC */
#ifndef OP_OUT_H
#define OP_OUT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writing to a FILE that is checked once, at the end: an error stays in the FILE, and
 * cli_finish(), or the caller that closes the FILE, reports it. What is written to stderr is lost
 * if it cannot be written.
 */
void out_text(FILE *out, const char *text);
void out_bytes(FILE *out, const void *bytes, size_t len);
void out_flush(FILE *out);
void out_char(FILE *out, char c);
void out_format(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
