/* SPDX-License-Identifier: ISC */
#ifndef OP_OPTIONS_H
#define OP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* The values of a flag that may be repeated; they are those of argv. */
struct names {
	const char **list;
	size_t count, cap;
};

struct options {
	const char *subject;
	struct names set, only, skip, require;
	const char *explain;
	bool exit_code;
	bool list;
	bool lint;
	bool version;
	bool help;
	bool all;
};

/* What op-check -h writes. */
const char *options_help(void);

/* Reads the flags of op-check; operands follow at optind. 0, or STATUS_USAGE once it is reported.
 */
int options_read(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
