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
 * Write the source records: who was asked, whether it answered, which kinds it is
 * the authority for, and what is missing. -1 with STATUS_UNAVAILABLE if the source
 * failed or one of its kinds is incomplete.
 */
int source_record_pd(struct cycle_write *c, const struct pd *pd, struct fault *f);

/* The result of mapping stores to instances, for the record of Prometheus. */
struct source_mapping {
	uint64_t *unmapped; /* ids of stores without an instance */
	size_t unmapped_count;
	uint32_t *unmatched; /* names of instances without a store */
	size_t unmatched_count;
	uint32_t *ambiguous; /* names of instances with two sources */
	size_t ambiguous_count;
};

/*
 * errors: those of each column, joins included. past: not NULL if PD's kinds are
 * rebuilt from metrics; Prometheus is then the authority for them, too.
 */
int source_record_prometheus(struct cycle_write *c, const struct prometheus *p,
	const struct prometheus_error *errors, const struct source_mapping *m,
	const struct past *past, struct fault *f);

/* Whether PD gave any records. */
bool source_record_pd_ok(const struct pd *pd);

#endif
