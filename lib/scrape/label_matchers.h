/* SPDX-License-Identifier: ISC */
#ifndef OP_LABEL_MATCHERS_H
#define OP_LABEL_MATCHERS_H

#include <stdbool.h>

/*
 * Is text a comma list of PromQL label matchers, as they stand between braces:
 * tidb_cluster="x",env=~"prod|live"? Nothing at all is one too. So what a user
 * gives can narrow a query and do nothing else to it.
 */
bool label_matchers_ok(const char *text);

/* Is it the name of a label, [a-zA-Z_][a-zA-Z0-9_]*? */
bool label_matchers_name_ok(const char *text);

#endif
