/* SPDX-License-Identifier: ISC */
#include "scrape/records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/collect.h"
#include "scrape/instance_match.h"
#include "scrape/metrics_tsv.h"
#include "scrape/pd_record.h"
#include "scrape/series_rows.h"
#include "scrape/source_record.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"

/* The records of one kind and what their series are called. */
struct mapping {
	struct instance_target *targets;
	struct address *exact;
	size_t count;
	size_t name_count;
	bool known;    /* there were answers to find instances in */
	bool *used;    /* by name: an instance of this kind's columns */
	bool *doubled; /* by name: of two stores at once, to go by the column that is compared */
	uint32_t *by_instance; /* by name: the row */
	uint32_t *by_id;
	struct series_rows join;
};

static void
mapping_init(struct mapping *m, const struct collect *o, size_t count, size_t exact_count)
{
	size_t names = intern_count(o->names);

	*m = (struct mapping){.count = count, .name_count = names};
	m->targets = mem_zero(count, sizeof *m->targets);
	m->exact = mem_zero(exact_count, sizeof *m->exact);
	m->used = mem_zero(names, sizeof *m->used);
	m->doubled = mem_zero(names, sizeof *m->doubled);
	m->by_instance = mem_zero(names, sizeof *m->by_instance);
	m->by_id = mem_zero(names, sizeof *m->by_id);
	for (size_t i = 0; i < names; i++)
		m->by_instance[i] = m->by_id[i] = SERIES_ROWS_NONE;
}

static void
mapping_free(struct mapping *m)
{
	free(m->targets);
	free(m->exact);
	free(m->used);
	free(m->doubled);
	free(m->by_instance);
	free(m->by_id);
	series_rows_free(&m->join);
}

/*
 * Notes the instances of a column. Where two series of the column that is
 * compared have one name, two stores have it, of two clusters say, and all
 * that is summed up by that name is nobody's: it is no name of either.
 */
static void
note_instances(struct mapping *m, const struct prom_vector *v, bool compared)
{
	bool *seen = mem_zero(m->name_count, sizeof *seen);

	for (size_t i = 0; i < v->count; i++) {
		uint32_t name = v->list[i].name;

		if (name == INTERN_NONE || v->list[i].by_id)
			continue;
		m->used[name] = true;
		m->doubled[name] |= compared && seen[name];
		seen[name] = true;
	}
	free(seen);
}

/* Finds the instances of the targets, and joins their columns to them. */
static void
mapping_join(struct mapping *m, struct collect *o, const char *kind)
{
	struct prometheus *p = &o->prometheus;
	struct instance_match instances;

	for (size_t i = 0; i < p->metrics->count; i++) {
		if (strcmp(p->metrics->list[i].kind, kind) != 0)
			continue;
		m->known |= p->columns[i].known;
		note_instances(m, &p->columns[i].vector,
			strcmp(p->metrics->list[i].column, PD_RECORD_COMPARED) == 0);
	}
	for (size_t i = 0; i < m->name_count; i++)
		m->used[i] &= !m->doubled[i];
	instance_match_init(&instances, o->names, m->used);
	instance_match_run(&instances, m->targets, m->count);
	instance_match_free(&instances);
	for (uint32_t i = 0; i < m->count; i++)
		if (m->targets[i].name != INTERN_NONE)
			m->by_instance[m->targets[i].name] = i;
	series_rows_init(&m->join, p, kind, m->count, m->by_instance, m->by_id, SERIES_ROWS_NONE);
}

static const char *
override_of(const struct collect_options *options, uint64_t store)
{
	for (size_t i = 0; i < options->override_count; i++)
		if (options->overrides[i].store == store)
			return options->overrides[i].instance;
	return NULL;
}

/* Tombstones are in no row's way: they have no address that counts. */
static void
map_stores(struct mapping *m, struct collect *o)
{
	const struct pd_stores *stores = &o->pd.stores;

	mapping_init(m, o, stores->count, stores->count);
	for (uint32_t i = 0; i < stores->count; i++) {
		const struct pd_store *s = &stores->list[i];
		char id[24];
		uint32_t name;

		if (s->tombstone)
			continue;
		text_format(id, sizeof id, "%" PRIu64, s->id); /* it fits */
		name = intern_find(o->names, span_of(id));
		if (name != INTERN_NONE)
			m->by_id[name] = i;
		m->exact[i] = address_read(s->status_address);
		m->targets[i].address = address_read(s->address);
		m->targets[i].exact = &m->exact[i];
		m->targets[i].exact_count = 1;
		m->targets[i].given = override_of(o->options, s->id);
		m->targets[i].only_exact = s->tiflash;
	}
	mapping_join(m, o, "store");
}

static void
map_members(struct mapping *m, struct collect *o)
{
	const struct pd_members *members = &o->pd.members;

	mapping_init(m, o, members->count, members->url_count);
	for (size_t i = 0; i < members->count; i++) {
		const struct pd_member *member = &members->list[i];

		for (size_t k = 0; k < member->url_count; k++)
			m->exact[member->url_first + k] = address_of_url(
				members->urls[member->url_first + k]);
		m->targets[i].exact = m->exact + member->url_first;
		m->targets[i].exact_count = member->url_count;
		if (member->url_count)
			m->targets[i].address = m->targets[i].exact[0];
	}
	mapping_join(m, o, "member");
}

/* null: no instance is this one's. Where Prometheus said nothing of the kind, nothing is said here.
 */
static void
write_instance(struct json_write *w, const struct collect *o, const struct mapping *m, size_t row)
{
	struct span name;

	if (!m->known)
		return;
	json_write_key(w, "instance");
	if (m->targets[row].name == INTERN_NONE) {
		json_write_null(w);
		return;
	}
	name = intern_text(o->names, m->targets[row].name);
	json_write_string_n(w, name.at, name.len);
}

static void
write_stores(struct collect *o, struct cycle_write *c, const struct mapping *m)
{
	const struct pd_stores *stores = &o->pd.stores;

	for (size_t i = 0; i < stores->count; i++) {
		const struct pd_store *s = &stores->list[i];
		struct json_write *w = cycle_write_record(c, "store");

		pd_record_store(w, stores, s, o->pd.date_ms);
		if (!s->tombstone) {
			write_instance(w, o, m, i);
			pd_record_compare(w, s, series_rows_value(&m->join, i, PD_RECORD_COMPARED));
			series_rows_write(&m->join, i, PD_RECORD_COMPARED, w);
		}
		cycle_write_record_end(c); /* texts are at most 16 KiB, columns 512 */
	}
}

static void
write_members(struct collect *o, struct cycle_write *c, const struct mapping *m)
{
	const struct pd_members *members = &o->pd.members;

	for (size_t i = 0; i < members->count; i++) {
		struct json_write *w = cycle_write_record(c, "member");

		pd_record_member(w, members, &members->list[i]);
		write_instance(w, o, m, i);
		series_rows_write(&m->join, i, NULL, w);
		cycle_write_record_end(c); /* as above */
	}
}

static void
write_cluster(struct collect *o, struct cycle_write *c, const struct series_rows *join)
{
	struct json_write *w = cycle_write_record(c, "cluster");

	pd_cluster_write(&o->pd.cluster, w);
	series_rows_write(join, 0, NULL, w);
	cycle_write_record_end(c); /* as above */
}

struct own_row {
	struct span text;
	uint32_t name;
};

static int
by_text(const void *a, const void *b)
{
	const struct own_row *x = a, *y = b;
	size_t len = x->text.len < y->text.len ? x->text.len : y->text.len;
	int order = len ? memcmp(x->text.at, y->text.at, len) : 0;

	return order ? order : (x->text.len > y->text.len) - (x->text.len < y->text.len);
}

/* The names of a kind's series, in order; one without a text stands for series without a name. */
static size_t
own_rows(const struct collect *o, const char *kind, struct own_row *rows)
{
	const struct prometheus *p = &o->prometheus;
	bool *seen = mem_zero(intern_count(o->names) + 1, sizeof *seen);
	size_t count = 0;

	for (size_t i = 0; i < p->metrics->count; i++) {
		const struct prom_vector *v = &p->columns[i].vector;

		for (size_t k = 0; strcmp(p->metrics->list[i].kind, kind) == 0 && k < v->count;
			k++) {
			uint32_t name = v->list[k].name;
			size_t at = name == INTERN_NONE ? intern_count(o->names) : name;

			if (seen[at])
				continue;
			seen[at] = true;
			rows[count] = (struct own_row){{0}, name};
			if (name != INTERN_NONE)
				rows[count].text = intern_text(o->names, name);
			count++;
		}
	}
	free(seen);
	if (count)
		qsort(rows, count, sizeof *rows, by_text);
	return count;
}

/* A kind that is Prometheus' own: a record for each name that one of its series has. */
struct own_kind {
	const char *kind;
	struct own_row *rows;
	size_t count;
	struct series_rows join;
};

static void
own_kind_join(struct own_kind *own, struct collect *o, const char *kind)
{
	uint32_t *by_name = mem_zero(intern_count(o->names) + 1, sizeof *by_name);
	uint32_t nameless = SERIES_ROWS_NONE;

	own->kind = kind;
	own->rows = mem_zero(intern_count(o->names) + 1, sizeof *own->rows);
	own->count = own_rows(o, kind, own->rows);
	for (uint32_t i = 0; i < own->count; i++) {
		if (own->rows[i].name == INTERN_NONE)
			nameless = i;
		else
			by_name[own->rows[i].name] = i;
	}
	series_rows_init(&own->join, &o->prometheus, kind, own->count, by_name, by_name, nameless);
	free(by_name);
}

static void
own_kind_write(const struct own_kind *own, struct cycle_write *c)
{
	for (size_t i = 0; i < own->count; i++) {
		struct json_write *w = cycle_write_record(c, own->kind);

		if (own->rows[i].text.at) {
			json_write_key(w, "id");
			json_write_string_n(w, own->rows[i].text.at, own->rows[i].text.len);
		}
		series_rows_write(&own->join, i, NULL, w);
		cycle_write_record_end(
			c); /* longer than a line may be: it cannot be known, so it is not there */
	}
}

/* The list is the caller's to own_kinds_free(). */
static struct own_kind *
own_kinds_join(struct collect *o, size_t *count)
{
	const struct metrics_tsv *m = o->options->metrics;
	struct own_kind *list = mem_zero(m->count, sizeof *list);

	*count = 0;
	for (size_t i = 0; i < m->count; i++) {
		bool first = true;

		for (size_t k = 0; k < i; k++)
			first &= strcmp(m->list[k].kind, m->list[i].kind) != 0;
		if (first && prometheus_owns(&o->prometheus, m->list[i].kind))
			own_kind_join(&list[(*count)++], o, m->list[i].kind);
	}
	return list;
}

static void
own_kinds_free(struct own_kind *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		series_rows_free(&list[i].join);
		free(list[i].rows);
	}
	free(list);
}

/* Live TiKVs without an instance, instances without a store: the lists are the caller's to free().
 */
static void
list_mapping(const struct collect *o, const struct mapping *m, struct source_mapping *out)
{
	const struct pd_stores *stores = &o->pd.stores;

	*out = (struct source_mapping){0};
	out->unmapped = mem_zero(stores->count, sizeof *out->unmapped);
	out->unmatched = mem_zero(m->name_count, sizeof *out->unmatched);
	out->ambiguous = mem_zero(m->name_count, sizeof *out->ambiguous);
	for (size_t i = 0; i < stores->count; i++)
		if (m->known && !stores->list[i].tombstone && !stores->list[i].tiflash &&
			m->targets[i].name == INTERN_NONE)
			out->unmapped[out->unmapped_count++] = stores->list[i].id;
	for (uint32_t i = 0; stores->count && i < m->name_count; i++) {
		if (m->used[i] && m->by_instance[i] == SERIES_ROWS_NONE)
			out->unmatched[out->unmatched_count++] = i;
		if (m->doubled[i])
			out->ambiguous[out->ambiguous_count++] = i;
	}
}

static void
write_head(const struct collect *o, struct cycle_write *c)
{
	struct cycle_head head = {.at_ms = o->at_ms};
	char id[24];

	head.subject = mem_copy(o->options->subject);
	head.cluster = mem_copy(o->options->cluster);
	text_format(id, sizeof id, "%" PRIu64, o->pd.members.cluster_id); /* it fits */
	if (o->pd.members.cluster_id)
		head.cluster_id = id;
	cycle_write_begin(c, CYCLE_OBSERVATIONS, &head);
	free(head.subject);
	free(head.cluster);
}

/* All joins come first: the source records name the columns that they found ambiguous. */
size_t
records_write(struct collect *o, struct cycle_write *c, struct fault *failed)
{
	struct mapping stores, members;
	struct source_mapping listed;
	struct series_rows cluster;
	struct own_kind *own;
	size_t own_count, count = 0;

	map_stores(&stores, o);
	map_members(&members, o);
	series_rows_init(&cluster, &o->prometheus, "cluster", 1, NULL, NULL, 0);
	own = own_kinds_join(o, &own_count);
	list_mapping(o, &stores, &listed);
	write_head(o, c);
	if (o->options->pd_count)
		count += source_record_pd(c, &o->pd, &failed[count]) != 0;
	if (o->options->prometheus)
		count += source_record_prometheus(c, &o->prometheus, &listed, &failed[count]) != 0;
	write_stores(o, c, &stores);
	write_members(o, c, &members);
	if (o->options->pd_count && source_record_pd_ok(&o->pd))
		write_cluster(o, c, &cluster);
	for (size_t i = 0; i < own_count; i++)
		own_kind_write(&own[i], c);
	cycle_write_end(c);
	own_kinds_free(own, own_count);
	series_rows_free(&cluster);
	free(listed.unmapped);
	free(listed.unmatched);
	free(listed.ambiguous);
	mapping_free(&stores);
	mapping_free(&members);
	return count;
}
