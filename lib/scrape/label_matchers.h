/* SPDX-License-Identifier: ISC */
#ifndef OP_LABEL_MATCHERS_H
#define OP_LABEL_MATCHERS_H

#include <stdbool.h>

/*
 * Whether text is a comma list, which may be empty, of PromQL label matchers as
 * between braces: tidb_cluster="x",env=~"prod|live". So the user's text can only
 * narrow a query.
 */
bool label_matchers_ok(const char *text);

/* Whether it is the name of a label, [a-zA-Z_][a-zA-Z0-9_]*. */
bool label_matchers_name_ok(const char *text);

#endif
