/* SPDX-License-Identifier: ISC */
#include "scrape/collect.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/intern.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "scrape/past.h"

/* For a cluster whose PD must not be asked: what Prometheus does not have is unknown. */
static void
rebuild_pd(struct collect *o, const struct past_options *options)
{
	struct prom_grid now = {.count = 1};
	struct fault f;

	o->past = mem_zero(1, sizeof *o->past);
	if (past_open(o->past, options, o->http, o->json, NULL, &f) ||
		past_ask(o->past, &now, o->names, &f)) {
		past_fail(o->past, &f);
		return;
	}
	past_rebuild(o->past, 0, o);
}

int
collect_run(struct collect *o, const struct collect_options *options,
	const struct past_options *past, struct fault *f)
{
	int64_t deadline_us = clock_monotonic_ns() / 1000 + options->timeout_ms * 1000;
	struct http_answer *a;

	*o = (struct collect){.options = options, .http = http_open(f)};
	if (!past)
		pd_init(&o->pd, options->pd, options->pd_count);
	if (!o->http)
		return -1;
	o->names = intern_open();
	o->json = json_read_open();
	prometheus_init(
		&o->prometheus, options->prometheus, options->metrics, o->names, options->pd_kinds);
	if (past)
		rebuild_pd(o, past);
	if (options->pd_count)
		pd_begin(&o->pd, o->http, o->json, &options->pd_identity, deadline_us);
	if (options->prometheus)
		prometheus_begin(&o->prometheus, o->http, o->json, &options->prometheus_identity,
			options->parallel, deadline_us);
	while ((a = http_next(o->http)) != NULL) {
		if (a->owner == &o->pd)
			pd_take(&o->pd, a);
		else
			prometheus_take(&o->prometheus, a);
	}
	if (!past)
		pd_judge(&o->pd);
	prometheus_judge(&o->prometheus);
	return clock_stamp_ms(&o->at_ms, f);
}

void
collect_free(struct collect *o)
{
	if (o->past) {
		past_free(o->past);
		free(o->past);
	} else {
		pd_free(&o->pd);
	}
	if (o->names)
		prometheus_free(&o->prometheus);
	intern_close(o->names);
	json_read_close(o->json);
	http_close(o->http);
}
