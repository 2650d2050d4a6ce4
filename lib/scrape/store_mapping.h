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

/* The stores, or the members, of PD, with their instances and columns. */
struct store_mapping {
	struct instance_target *targets; /* by row, the order of PD's list */
	size_t count;
	size_t name_count;
	bool known;	       /* there were answers to find instances in */
	bool *listed;	       /* by name: an instance of one of this kind's columns */
	bool *dead;	       /* by name: Prometheus has not scraped it lately */
	bool *doubled;	       /* by name: of two processes at once, so that it names neither */
	uint32_t *by_instance; /* by name: the row */
	uint32_t *by_id;
	struct address *exact;
	struct series_rows rows;
};

/*
 * It uses two columns, if metrics.tsv has them: `scraped`, which is 0 if the
 * instance is known only from the past, and `source_count`, the number of sources
 * of its series. Living instances are matched before dead ones.
 */
void store_mapping_init(struct store_mapping *m, const struct collect *o);
void store_mapping_init_members(struct store_mapping *m, const struct collect *o);
void store_mapping_free(struct store_mapping *m);

/*
 * Writes "instance" into the open record, or null if this row has none. Writes
 * nothing if Prometheus answered nothing about the kind.
 */
void store_mapping_write(
	const struct store_mapping *m, const struct collect *o, size_t row, struct json_write *w);

#endif
