/* SPDX-License-Identifier: ISC */
#include "check/require.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "check/eval.h"
#include "check/pack.h"

static int
add(struct require *r, const char *name, struct fault *f)
{
	const struct pack *p = r->pack;
	bool all = !strcmp(name, "all"), found = all;

	for (size_t i = 0; i < p->count; i++) {
		if (!all && strcmp(name, p->invariants[i].name) != 0)
			continue;
		r->required[i] = true;
		found = true;
	}
	if (found)
		return 0;
	pack_no_invariant(p, span_of(name), f);
	f->status = STATUS_USAGE;
	return fault_within(f, "--require %s", name);
}

int
require_open(struct require *r, const struct pack *p, const char *const *names, size_t count,
	struct fault *f)
{
	*r = (struct require){.pack = p, .required = mem_zero(p->count, sizeof *r->required)};
	for (size_t i = 0; i < count; i++)
		if (add(r, names[i], f))
			return -1;
	return 0;
}

void
require_close(struct require *r)
{
	free(r->required);
	*r = (struct require){0};
}

void
require_take(struct require *r, const struct eval_count *counts,
	void (*report)(void *data, const char *text), void *data)
{
	for (size_t i = 0; i < r->pack->count; i++) {
		const struct eval_count *c = &counts[i];
		char text[256];

		if (!r->required[i] || (c->complete && c->ok && !c->violated && !c->unknown))
			continue;
		r->failed = true;
		if (!c->complete)
			text_format(text, sizeof text, "required %s: not evaluated",
				r->pack->invariants[i].name);
		else if (!c->ok && !c->violated && !c->unknown)
			text_format(text, sizeof text, "required %s: no row was evaluated",
				r->pack->invariants[i].name);
		else
			text_format(text, sizeof text,
				"required %s: %zu violated, %zu unknown, %zu ok",
				r->pack->invariants[i].name, c->violated, c->unknown, c->ok);
		report(data, text);
	}
	r->cycles++;
}

bool
require_met(const struct require *r)
{
	return r->cycles && !r->failed;
}
