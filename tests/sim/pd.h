/* SPDX-License-Identifier: ISC */
#ifndef SIM_PD_H
#define SIM_PD_H

#include <stdbool.h>
#include <stddef.h>

struct answer;
struct buf;
struct cluster;
struct request;
struct store;

/* The answer of the PD member with that index; a follower forwards requests to the leader. */
void pd_answer(struct cluster *c, int member, const struct request *r, struct answer *a);

/* The bodies, as PD prints them (server/api, pkg/response). */
void pd_print_stores(struct cluster *c, struct buf *out, const struct request *r, struct answer *a);
void pd_print_stores_check(
	struct cluster *c, struct buf *out, const struct request *r, struct answer *a);
void pd_print_store(struct cluster *c, struct buf *out, const char *id, struct answer *a);
void pd_print_region_stats(struct cluster *c, struct buf *out, const struct request *r);
void pd_print_region_check(struct cluster *c, struct buf *out, const char *what, struct answer *a);
void pd_print_members(struct cluster *c, struct buf *out);
void pd_print_leader(struct cluster *c, struct buf *out);
void pd_print_health(struct cluster *c, struct buf *out, struct answer *a);
void pd_print_config(struct cluster *c, struct buf *out, const char *part);

/* Does this version of PD export the states of each store as series? The second prints them. */
bool pd_states_by_store(const struct cluster *c);
void pd_print_store_states(const struct cluster *c, struct buf *out);

/* The type of pd_cluster_status that counts the store, such as "store_up_count". */
const char *pd_store_class(const struct cluster *c, const struct store *s);

/* The metrics from which the API's answers can be reconstructed later. */
void pd_print_history(const struct cluster *c, int member, struct buf *out);

/* /metrics of a PD member, and of a store. */
void pd_print_metrics(struct cluster *c, int member, struct buf *out);
void store_print_metrics(struct cluster *c, size_t store, struct buf *out);

#endif
