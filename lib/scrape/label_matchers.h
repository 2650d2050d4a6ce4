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

/* The query with each `$match` replaced by them. The caller's to free(). */
char *label_matchers_put(const char *query, const char *matchers);

#endif
