/* SPDX-License-Identifier: ISC */
#include "scrape/records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/collect.h"
#include "scrape/own_kinds.h"
#include "scrape/past.h"
#include "scrape/pd_record.h"
#include "scrape/series_rows.h"
#include "scrape/source_record.h"
#include "scrape/store_mapping.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"

/* All joins of an observation. */
struct joined {
	struct store_mapping stores, members;
	struct series_rows cluster;
	struct own_kinds own;
};

static void
joined_init(struct joined *j, const struct collect *o)
{
	store_mapping_init(&j->stores, o);
	store_mapping_init_members(&j->members, o);
	series_rows_init(&j->cluster, &o->prometheus, "cluster", 1, NULL, NULL, 0);
	own_kinds_init(&j->own, &o->prometheus, o->names);
}

static void
joined_free(struct joined *j)
{
	own_kinds_free(&j->own);
	series_rows_free(&j->cluster);
	store_mapping_free(&j->members);
	store_mapping_free(&j->stores);
}

static void
write_stores(const struct collect *o, struct cycle_write *c, const struct store_mapping *m)
{
	const struct pd_stores *stores = &o->pd.stores;

	for (size_t i = 0; i < stores->count; i++) {
		const struct pd_store *s = &stores->list[i];
		struct json_write *w = cycle_write_record(c, "store");

		pd_record_store(w, stores, s, o->pd.date_ms);
		if (!s->gone) {
			store_mapping_write(m, o, i, w);
			pd_record_compare(w, s, series_rows_value(&m->rows, i, PD_RECORD_COMPARED));
			series_rows_write(&m->rows, i, PD_RECORD_COMPARED, w);
		}
		cycle_write_record_end(c); /* texts are at most 16 KiB, columns 512 */
	}
}

static void
write_members(const struct collect *o, struct cycle_write *c, const struct store_mapping *m)
{
	const struct pd_members *members = &o->pd.members;

	for (size_t i = 0; i < members->count; i++) {
		struct json_write *w = cycle_write_record(c, "member");

		pd_record_member(w, members, &members->list[i]);
		store_mapping_write(m, o, i, w);
		series_rows_write(&m->rows, i, NULL, w);
		cycle_write_record_end(c); /* as above */
	}
}

/* Uses those of today, if they are known, because no metric has them. */
static enum lenient_bool
rules_in_force(const struct collect *o)
{
	if (!o->past)
		return pd_rules_in_force(&o->pd);
	return o->past->today ? pd_rules_in_force(o->past->today) : LENIENT_UNKNOWN;
}

static void
write_cluster(const struct collect *o, struct cycle_write *c, const struct series_rows *rows)
{
	struct json_write *w = cycle_write_record(c, "cluster");

	pd_record_cluster(w, &o->pd.cluster, &o->pd.rules, rules_in_force(o));
	series_rows_write(rows, 0, NULL, w);
	cycle_write_record_end(c); /* as above */
}

/* Lists living TiKVs without an instance, and instances without a store, for the caller to free. */
static void
list_mapping(const struct collect *o, const struct store_mapping *m, struct source_mapping *out)
{
	const struct pd_stores *stores = &o->pd.stores;

	*out = (struct source_mapping){0};
	out->unmapped = mem_array(stores->count, sizeof *out->unmapped);
	out->unmatched = mem_array(m->name_count, sizeof *out->unmatched);
	out->ambiguous = mem_array(m->name_count, sizeof *out->ambiguous);
	for (size_t i = 0; i < stores->count; i++)
		if (m->known && !stores->list[i].gone && !stores->list[i].tiflash &&
			m->targets[i].name == INTERN_NONE)
			out->unmapped[out->unmapped_count++] = stores->list[i].id;
	for (uint32_t i = 0; stores->count && i < m->name_count; i++) {
		if (m->doubled[i])
			out->ambiguous[out->ambiguous_count++] = i;
		else if (m->listed[i] && !m->dead[i] && m->by_instance[i] == SERIES_ROWS_NONE)
			out->unmatched[out->unmatched_count++] = i;
	}
}

static int
write_prometheus(
	const struct collect *o, struct cycle_write *c, const struct joined *j, struct fault *f)
{
	const struct prometheus *p = &o->prometheus;
	struct prometheus_error *errors = prometheus_errors(p);
	struct source_mapping listed;
	int bad;

	series_rows_errors(&j->stores.rows, errors);
	series_rows_errors(&j->members.rows, errors);
	series_rows_errors(&j->cluster, errors);
	own_kinds_errors(&j->own, errors);
	list_mapping(o, &j->stores, &listed);
	bad = source_record_prometheus(c, p, errors, &listed, o->past, f);
	free(listed.unmapped);
	free(listed.unmatched);
	free(listed.ambiguous);
	free(errors);
	return bad;
}

static void
write_head(const struct collect *o, struct cycle_write *c)
{
	struct cycle_head head = {.at_ms = o->at_ms};
	char id[24];

	head.subject = mem_copy(o->options->subject);
	head.cluster = mem_copy(o->options->cluster);
	text_format(id, sizeof id, "%" PRIu64, o->pd.cluster_id); /* it fits */
	if (o->pd.cluster_id)
		head.cluster_id = id;
	cycle_write_begin(c, CYCLE_OBSERVATIONS, &head);
	free(head.subject);
	free(head.cluster);
}

/* Fills in what metrics have by instance. */
static void
fill_by_instance(const struct collect *o, const struct store_mapping *m,
	void fill(struct past *p, int64_t at_ms, const uint32_t *instances))
{
	uint32_t *instances = mem_array(m->count, sizeof *instances);

	for (size_t i = 0; i < m->count; i++)
		instances[i] = m->targets[i].name;
	fill(o->past, o->at_ms, instances);
	free(instances);
}

/* All joins come first: the source records name the columns in which they found two series. */
size_t
records_write(const struct collect *o, struct cycle_write *c, struct fault *failed)
{
	struct joined j;
	size_t count = 0;

	joined_init(&j, o);
	if (o->past) {
		fill_by_instance(o, &j.stores, past_fill_stores);
		fill_by_instance(o, &j.members, past_fill_members);
	}
	write_head(o, c);
	if (o->options->pd_count && !o->past)
		count += source_record_pd(c, &o->pd, &failed[count]) != 0;
	if (o->options->prometheus)
		count += write_prometheus(o, c, &j, &failed[count]) != 0;
	write_stores(o, c, &j.stores);
	write_members(o, c, &j.members);
	if (o->past ? o->past->rebuilt.cluster_whole
		    : o->options->pd_count && source_record_pd_ok(&o->pd))
		write_cluster(o, c, &j.cluster);
	own_kinds_write(&j.own, c);
	cycle_write_end(c);
	joined_free(&j);
	return count;
}
