/* SPDX-License-Identifier: ISC */
#include "scrape/store_mapping.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "scrape/collect.h"
#include "scrape/metrics_tsv.h"
#include "scrape/pd_record.h"

enum { REPORTS_MS = 20000 }; /* PD calls a store Disconnected after that */

static void
init(struct store_mapping *m, const struct collect *o, size_t count, size_t exact_count)
{
	size_t names = intern_count(o->names);

	*m = (struct store_mapping){.count = count, .name_count = names};
	m->targets = mem_zero(count, sizeof *m->targets);
	m->exact = mem_zero(exact_count, sizeof *m->exact);
	m->listed = mem_zero(names, sizeof *m->listed);
	m->dead = mem_zero(names, sizeof *m->dead);
	m->doubled = mem_zero(names, sizeof *m->doubled);
	m->by_instance = mem_array(names, sizeof *m->by_instance);
	m->by_id = mem_array(names, sizeof *m->by_id);
	for (size_t i = 0; i < names; i++)
		m->by_instance[i] = m->by_id[i] = SERIES_ROWS_NONE;
}

void
store_mapping_free(struct store_mapping *m)
{
	free(m->targets);
	free(m->exact);
	free(m->listed);
	free(m->dead);
	free(m->doubled);
	free(m->by_instance);
	free(m->by_id);
	series_rows_free(&m->rows);
}

/* Two series of one name in the compared column mean that two stores share the name. */
static void
note_doubled(struct store_mapping *m, const struct prom_vector *v)
{
	bool *seen = mem_zero(m->name_count, sizeof *seen);

	for (size_t i = 0; i < v->count; i++) {
		uint32_t name = v->list[i].name;

		if (name == INTERN_NONE || v->list[i].by_id)
			continue;
		m->doubled[name] |= seen[name];
		seen[name] = true;
	}
	free(seen);
}

/* Notes what one column shows about instances. */
static void
note_column(struct store_mapping *m, const struct prometheus *p, size_t column)
{
	const char *name = p->metrics->list[column].column;
	const struct prom_vector *v = &p->columns[column].vector;
	bool scraped = strcmp(name, "scraped") == 0, sources = strcmp(name, "source_count") == 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct prom_sample *s = &v->list[i];
		const char *text = prom_values_text(&p->values, s->value);
		double value = 1;

		if (s->name == INTERN_NONE || s->by_id)
			continue;
		m->listed[s->name] = true;
		if (scraped || sources)
			value = number_double_or(text, strlen(text), value); /* it may be absent */
		m->dead[s->name] |= scraped && value == 0;
		m->doubled[s->name] |= sources && value > 1;
	}
	if (strcmp(name, PD_RECORD_COMPARED) == 0)
		note_doubled(m, v);
}

/* Matches targets without an instance with the dead, or with the living, instances. */
static void
match(struct store_mapping *m, const struct intern *names, bool dead)
{
	struct instance_target *left = mem_array(m->count, sizeof *left);
	bool *used = mem_array(m->name_count, sizeof *used);
	struct instance_match in;
	size_t count = 0;

	for (size_t i = 0; i < m->name_count; i++)
		used[i] = m->listed[i] && !m->doubled[i] && m->dead[i] == dead;
	for (size_t i = 0; i < m->count; i++)
		if (m->targets[i].name == INTERN_NONE)
			left[count++] = m->targets[i];
	instance_match_init(&in, names, used);
	instance_match_run(&in, left, count);
	instance_match_free(&in);
	count = 0;
	for (size_t i = 0; i < m->count; i++)
		if (m->targets[i].name == INTERN_NONE)
			m->targets[i].name = left[count++].name;
	free(used);
	free(left);
}

/* Finds the targets' instances and their columns. */
static void
map(struct store_mapping *m, const struct collect *o, const char *kind)
{
	const struct prometheus *p = &o->prometheus;

	for (size_t i = 0; i < p->metrics->count; i++) {
		if (strcmp(p->metrics->list[i].kind, kind) != 0)
			continue;
		m->known |= p->columns[i].known;
		note_column(m, p, i);
	}
	for (size_t i = 0; i < m->count; i++)
		m->targets[i].name = INTERN_NONE;
	match(m, o->names, false);
	match(m, o->names, true);
	for (uint32_t i = 0; i < m->count; i++)
		if (m->targets[i].name != INTERN_NONE)
			m->by_instance[m->targets[i].name] = i;
	series_rows_init(&m->rows, p, kind, m->count, m->by_instance, m->by_id, SERIES_ROWS_NONE);
}

static const char *
override_of(const struct collect_options *options, uint64_t store)
{
	for (size_t i = 0; i < options->override_count; i++)
		if (options->overrides[i].store == store)
			return options->overrides[i].instance;
	return NULL;
}

/* Whether it lives, by PD. A store being removed lives as long as it reports. */
static bool
lives(const struct pd_store *s, int64_t date_ms)
{
	int64_t silence_ms = pd_store_silence_ms(s, date_ms);

	return span_is(s->state, "Up") ||
	       (span_is(s->state, "Offline") && silence_ms >= 0 && silence_ms <= REPORTS_MS);
}

/* Stores that are gone are skipped, so they cannot claim an instance. */
void
store_mapping_init(struct store_mapping *m, const struct collect *o)
{
	const struct pd_stores *stores = &o->pd.stores;

	init(m, o, stores->count, stores->count);
	for (uint32_t i = 0; i < stores->count; i++) {
		const struct pd_store *s = &stores->list[i];
		char id[24];
		uint32_t name;

		if (s->gone)
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
		m->targets[i].lifeless = !lives(s, o->pd.date_ms);
	}
	map(m, o, "store");
}

void
store_mapping_init_members(struct store_mapping *m, const struct collect *o)
{
	const struct pd_members *members = &o->pd.members;

	init(m, o, members->count, members->url_count);
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
	map(m, o, "member");
}

void
store_mapping_write(
	const struct store_mapping *m, const struct collect *o, size_t row, struct json_write *w)
{
	uint32_t name = m->targets[row].name;

	if (m->known && name == INTERN_NONE)
		json_write_put_null(w, "instance");
	else if (m->known)
		json_write_put_span(w, "instance", intern_text(o->names, name));
}
