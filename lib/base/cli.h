/* SPDX-License-Identifier: ISC */
#ifndef OP_CLI_H
#define OP_CLI_H

#include <stdio.h>

struct fault;
struct option;

/* What every main has in common. Messages are `PROGRAM: what: why`, made safe for a terminal. */

/* The first act of a main: descriptors 0, 1 and 2 are open, SIGXFSZ gives EFBIG. */
void cli_start(void);

/* Prints one sentence to stderr. */
void cli_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Reports the fault and returns its status. */
int cli_report(const struct fault *f);

/* Reports a usage error, and how to get help. Returns STATUS_USAGE. */
int cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* As cli_usage(), for a caller that returns the status itself. */
void cli_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * getopt_long() with one-line messages that name the flag. It refuses
 * abbreviations, whose meaning a flag that is added later could change. Returns
 * an option's val, -1 after the last one, or '?' after it has reported an error:
 * then return STATUS_USAGE. shorts starts with "+" to stop at the first operand,
 * then ":", so that a missing value can be recognized.
 */
int cli_option(int argc, char **argv, const char *shorts, const struct option *longs);

/*
 * The last act of a main: flushes, checks and closes stdout. Returns status,
 * or STATUS_IO after reporting that a write failed.
 */
int cli_finish(int status);

#endif
