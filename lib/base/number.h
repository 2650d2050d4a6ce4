/* SPDX-License-Identifier: ISC */
#ifndef OP_NUMBER_H
#define OP_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Strict decimal numbers: the whole text, no blanks, no hex, no "inf" or
 * "nan", independent of the locale. 0, or -1 if the text is not such a
 * number or lies outside of the bounds; *out is then as it was.
 */
int number_i64(const char *text, size_t len, int64_t min, int64_t max, int64_t *out);
int number_u64(const char *text, size_t len, uint64_t max, uint64_t *out);

/* JSON's grammar for numbers (RFC 8259, section 6), correctly rounded; 1e999 is refused. */
int number_double(const char *text, size_t len, double *out);

/* The same: returns the number, or `otherwise` if the text is not one. */
double number_double_or(const char *text, size_t len, double otherwise);

/* 0 if it is such a number, for less than reading costs, and whether it is 0 or -0; else -1. */
int number_check(const char *text, size_t len, bool *zero);

/*
 * Writes the shortest text that reads back as the same double, in JSON's
 * grammar and without a locale: 41.5, 1e+300, -0. value is finite. Returns
 * its length; a NUL follows it.
 */
size_t number_format(char out[32], double value);

/* Writes the digits of n, at most 20, before `end`. Returns where they begin. */
char *number_digits(char *end, uint64_t n);

#endif
