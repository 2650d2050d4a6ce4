/* SPDX-License-Identifier: ISC */
#ifndef OP_LINK_H
#define OP_LINK_H

#include <stdint.h>

#include "base/span.h"

struct buf;
struct fault;

/*
 * The `link:` of an invariant: the URL of a dashboard or a runbook, in which $store_id, $cluster
 * and $at_ms are replaced by those of a violation, percent-encoded.
 */

/* -1 with a sentence unless it is a URL of http or https, with no other $name. */
int link_check(struct span link, struct fault *f);

/* Appends the URL; store_id.at is NULL for the whole cluster, for which nothing is written. */
void link_expand(struct span link, struct span store_id, struct span cluster, int64_t at_ms,
	struct buf *out);

#endif
