/* SPDX-License-Identifier: ISC */
/*
 * The readers of PD's and Prometheus' answers. The first byte selects a reader,
 * the rest is the body. No body may break a reader, and the general reader must
 * read a plain vector as the fast one does.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "scrape/lenient_json.h"
#include "scrape/pd_cluster.h"
#include "scrape/pd_members.h"
#include "scrape/pd_rules.h"
#include "scrape/pd_stores.h"
#include "scrape/prom_vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct json_read *json;

static void
demand(int condition)
{
	if (!condition)
		abort();
}

static struct lenient_json
copy(const char *before, const uint8_t *data, size_t size)
{
	struct lenient_json body = {.json = json, .len = strlen(before) + size};

	body.text = malloc(body.len + 1);
	demand(body.text != NULL);
	memcpy(body.text, before, strlen(before));
	if (size)
		memcpy(body.text + strlen(before), data, size);
	body.text[body.len] = '\0';
	return body;
}

static void
pd(unsigned which, const uint8_t *data, size_t size)
{
	struct lenient_json body = copy("", data, size);
	struct pd_stores stores = {0};
	struct pd_members members = {0};
	struct pd_health health = {0};
	struct pd_cluster cluster;
	struct pd_rules rules = {0};
	struct fault f = {0};
	int bad;

	pd_cluster_init(&cluster);
	switch (which) {
	case 0:
		bad = pd_stores_read(&stores, &body, &f);
		for (size_t i = 0; i < stores.count; i++)
			demand(stores.list[i].id > (i ? stores.list[i - 1].id : 0));
		break;
	case 1:
		bad = pd_members_read(&members, &body, &f);
		break;
	case 2:
		bad = pd_health_read(&health, &body, &f);
		break;
	case 3:
		bad = pd_cluster_read(&cluster, PD_CLUSTER_REGIONS, &body, &f);
		break;
	case 4:
		bad = pd_cluster_read(&cluster, PD_CLUSTER_REPLICATE, &body, &f);
		break;
	case 5:
		bad = pd_cluster_read(&cluster, PD_CLUSTER_SCHEDULE, &body, &f);
		break;
	default:
		bad = pd_rules_read(&rules, &body, &f);
		demand(bad || rules.label_count == 0 || rules.labels);
		break;
	}
	demand(!bad || f.text[0]);
	pd_stores_free(&stores);
	pd_members_free(&members);
	pd_health_free(&health);
	pd_cluster_free(&cluster);
	pd_rules_free(&rules);
	free(body.text);
}

struct result {
	struct prom_vector vector;
	struct intern *names;
	struct buf values;
	int bad;
};

static struct result
read_vector(const char *before, const uint8_t *data, size_t size)
{
	struct result r = {.names = intern_open()};
	struct lenient_json body = copy(before, data, size);
	struct buf warnings;
	struct fault f = {0};

	buf_init(&warnings, 100);
	prom_values_init(&r.values);
	r.bad = prom_vector_read(&r.vector, &body, PROM_VECTOR_STORE,
		&(struct prom_vector_context){r.names, &r.values, &warnings, NULL}, &f);
	demand(!r.bad || f.text[0]);
	buf_free(&warnings);
	free(body.text);
	return r;
}

static void
result_free(struct result *r)
{
	prom_vector_free(&r->vector);
	intern_close(r->names);
	buf_free(&r->values);
}

/* With an unknown member in front a vector is no longer plain, and the general reader reads it.
 * This is not tried on a body that may have that member already. */
static void
vector(const uint8_t *data, size_t size)
{
	struct result a = read_vector("", data, size);

	if (size && *data == '{' && !memmem(data, size, "\"-\"", 3) &&
		!memmem(data, size, "\\", 1)) {
		struct result b = read_vector("{\"-\":0,", data + 1, size - 1);

		demand(a.bad == b.bad && a.vector.count == b.vector.count);
		for (size_t i = 0; i < a.vector.count; i++) {
			const struct prom_sample *x = &a.vector.list[i], *y = &b.vector.list[i];

			demand(x->name == y->name && x->by_id == y->by_id && x->value == y->value);
			demand(x->name == INTERN_NONE || span_equal(intern_text(a.names, x->name),
								 intern_text(b.names, y->name)));
			demand(strcmp(prom_values_text(&a.values, x->value),
				       prom_values_text(&b.values, y->value)) == 0);
		}
		result_free(&b);
	}
	result_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!json)
		json = json_read_open();
	if (!size)
		return 0;
	if (*data < '6' || *data == '7')
		pd(*data < '0' ? 0 : (unsigned)(*data - '0'), data + 1, size - 1);
	else
		vector(data + 1, size - 1);
	return 0;
}
