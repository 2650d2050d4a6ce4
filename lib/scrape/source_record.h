/* SPDX-License-Identifier: ISC */
#ifndef OP_SOURCE_RECORD_H
#define OP_SOURCE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cycle_write;
struct fault;
struct intern;
struct past;
struct pd;
struct prometheus;
struct prometheus_error;

/*
 * The source records: who was asked, whether it answered, what it is the
 * authority for and what is lacking. Each returns 0, or -1 and why, with
 * STATUS_UNAVAILABLE, where the source failed or one of its kinds is incomplete.
 */
int source_record_pd(struct cycle_write *c, const struct pd *pd, struct fault *f);

/* What came of the mapping of stores to instances, for the record of Prometheus. */
struct source_mapping {
	uint64_t *unmapped; /* ids of stores that no instance is of */
	size_t unmapped_count;
	uint32_t *unmatched; /* names of instances that are of no store */
	size_t unmatched_count;
	uint32_t *ambiguous; /* that are of two at once */
	size_t ambiguous_count;
};

/*
 * errors: of each column, those of the joins included. past: if PD's kinds are
 * rebuilt from metrics, Prometheus is the authority for them too; else NULL.
 */
int source_record_prometheus(struct cycle_write *c, const struct prometheus *p,
	const struct prometheus_error *errors, const struct source_mapping *m,
	const struct past *past, struct fault *f);

/* Could PD's records be had at all? */
bool source_record_pd_ok(const struct pd *pd);

#endif
