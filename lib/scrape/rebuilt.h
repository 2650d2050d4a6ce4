/* SPDX-License-Identifier: ISC */
#ifndef OP_REBUILT_H
#define OP_REBUILT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "scrape/history_query.h"
#include "scrape/pd_cluster.h"
#include "scrape/pd_members.h"
#include "scrape/pd_rules.h"
#include "scrape/pd_stores.h"

struct buf;
struct intern;
struct pd;
struct prom_matrix;

/*
 * PD's answers at one point of the past, rebuilt from its metrics. A kind is
 * complete only if the metrics list all of it. Fields that they do not have are
 * absent; nothing is guessed.
 */

/* What the history queries answered. All of it outlives what is rebuilt. */
struct rebuilt_input {
	const struct prom_matrix *answers; /* one for each enum history_query */
	const bool *known;		   /* for each: the query did not fail */
	const char *const *errors;	   /* for each: why it did, or NULL; NULL: not known */
	const struct buf *values;
	const struct intern *names;
	const struct pd *today; /* PD as it is now, for names that no metric has; NULL: not asked */
	double oldest_s;	/* rule A: samples older than this mean that nothing was scraped */
};

struct rebuilt {
	bool scraped;	     /* if not, nothing is known of this point */
	double sample_age_s; /* NAN: no sample at all */
	bool stores_whole, members_whole, cluster_whole;
	char error[256];     /* why a kind is not whole */
	uint64_t cluster_id; /* 0: not exactly one */
	struct pd_stores stores;
	struct pd_members members;
	struct pd_cluster cluster;
	struct pd_rules rules;
	uint32_t leader; /* the PD leader's instance, in names; INTERN_NONE: not exactly one */
	struct arena texts;
};

/* Rebuilds a point. Zero *r before the first one, and reuse it for the next ones. */
void rebuilt_at(struct rebuilt *r, const struct rebuilt_input *in, size_t point);
void rebuilt_free(struct rebuilt *r);

/*
 * Fill in what is known by instance, once stores and members are mapped.
 * instances[i] is the instance of store, or member, i, or INTERN_NONE. at_ms is
 * the point's time. If the PD leader's instance is no member's, each member
 * without an instance may be the leader.
 */
void rebuilt_stores_of(struct rebuilt *r, const struct rebuilt_input *in, size_t point,
	int64_t at_ms, const uint32_t *instances);
void rebuilt_members_of(
	struct rebuilt *r, const struct rebuilt_input *in, size_t point, const uint32_t *instances);

#endif
