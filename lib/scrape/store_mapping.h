/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_MAPPING_H
#define OP_STORE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/instance_match.h"
#include "scrape/series_rows.h"

struct collect;
struct json_write;

/* The stores, or the members, of PD: which instance each is, and its columns. */
struct store_mapping {
	struct instance_target *targets; /* by row, the order of PD's list */
	size_t count;
	size_t name_count;
	bool known;	       /* there were answers to find instances in */
	bool *listed;	       /* by name: an instance of one of this kind's columns */
	bool *dead;	       /* by name: Prometheus has not scraped it lately */
	bool *doubled;	       /* by name: of two processes at once, so it is no name of either */
	uint32_t *by_instance; /* by name: the row */
	uint32_t *by_id;
	struct address *exact;
	struct series_rows rows;
};

/*
 * Two columns steer it, if metrics.tsv has them: `scraped`, 0 if the instance
 * is known from the past alone, and `source_count`, of how many processes its
 * series are. An instance that lives is matched before one that is dead.
 */
void store_mapping_init(struct store_mapping *m, const struct collect *o);
void store_mapping_init_members(struct store_mapping *m, const struct collect *o);
void store_mapping_free(struct store_mapping *m);

/*
 * Writes "instance" into the record that is open, null if this row has none.
 * If Prometheus answered nothing of the kind, nothing is written.
 */
void store_mapping_write(
	const struct store_mapping *m, const struct collect *o, size_t row, struct json_write *w);

#endif
