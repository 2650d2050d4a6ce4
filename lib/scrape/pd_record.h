/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_RECORD_H
#define OP_PD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "scrape/lenient_json.h"

struct json_write;
struct pd_cluster;
struct pd_member;
struct pd_members;
struct pd_rules;
struct pd_store;
struct pd_stores;

/*
 * Write what PD knows of a store, a member or the cluster as members of the open
 * record. date_ms is PD's clock at that time, or -1; rules_in_force: whether
 * placement rules decide, or only max_replicas.
 */
void pd_record_store(struct json_write *w, const struct pd_stores *all, const struct pd_store *s,
	int64_t date_ms);
void pd_record_member(
	struct json_write *w, const struct pd_members *all, const struct pd_member *m);
void pd_record_cluster(struct json_write *w, const struct pd_cluster *c,
	const struct pd_rules *rules, enum lenient_bool rules_in_force);

/* Whether PD fills this key in records of this kind (store, member, cluster). */
bool pd_record_has(const char *kind, const char *key);

/*
 * The only key that Prometheus may fill as well. PD's figure is written, and both
 * are compared: writes disk_total_metric_bytes and, if PD's is known,
 * disk_total_differs, which is true beyond PD's four digits.
 */
#define PD_RECORD_COMPARED "disk_total_bytes"
void pd_record_compare(struct json_write *w, const struct pd_store *s, double metric_bytes);

#endif
