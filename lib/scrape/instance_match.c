/* SPDX-License-Identifier: ISC */
#include "scrape/instance_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"

struct instance {
	struct span text;
	struct address address;
	uint32_t name;
	uint32_t claims, lifeless_claims; /* in this pass */
	bool taken;
};

/* A rule has found nothing, or more than one. */
#define NOTHING SIZE_MAX
#define SEVERAL (SIZE_MAX - 1)

static int
by_address(const struct instance *x, const struct address *y)
{
	int order = address_compare(&x->address, y);

	return order ? order : span_compare(x->address.port, y->port);
}

static int
by_place(const void *a, const void *b)
{
	const struct instance *x = a, *y = b;
	int order = by_address(x, &y->address);

	return order ? order : (x->name > y->name) - (x->name < y->name);
}

void
instance_match_init(struct instance_match *in, const struct intern *names, const bool *used)
{
	size_t count = intern_count(names);

	*in = (struct instance_match){mem_zero(count, sizeof *in->list), 0};
	for (uint32_t i = 0; i < count; i++) {
		struct instance *instance = &in->list[in->count];

		if (!used[i])
			continue;
		*instance = (struct instance){.text = intern_text(names, i), .name = i};
		instance->address = address_read(instance->text);
		in->count++;
	}
	if (in->count)
		qsort(in->list, in->count, sizeof *in->list, by_place);
}

void
instance_match_free(struct instance_match *in)
{
	free(in->list);
	*in = (struct instance_match){0};
}

/* The first instance at that address or after it; those of a host are adjacent. */
static size_t
first_at(const struct instance_match *in, const struct address *want)
{
	size_t low = 0, high = in->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_address(&in->list[middle], want) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Adds to what was found so far the instances with the host of want and, unless
 * any_port, its port. It stops at two, which are several.
 */
static size_t
look_up(const struct instance_match *in, struct address want, bool any_port, size_t found)
{
	if (!want.host.at)
		return found;
	if (any_port)
		want.port = (struct span){0}; /* sorts before all ports */
	for (size_t i = first_at(in, &want); i < in->count && found != SEVERAL; i++) {
		const struct address *a = &in->list[i].address;

		if (address_compare(a, &want) || (!any_port && !address_same_port(a, &want)))
			break;
		found = found == NOTHING || found == i ? i : SEVERAL;
	}
	return found;
}

static struct address
with_port(struct address host, const struct address *port)
{
	host.port = port->port;
	return host;
}

static size_t
find_given(const struct instance_match *in, const char *text)
{
	for (size_t i = 0; i < in->count; i++)
		if (span_is(in->list[i].text, text))
			return i;
	return NOTHING;
}

static size_t
find_pod(const struct instance_match *in, const struct instance_target *t)
{
	struct address label = address_first_label(&t->address), host = t->address;
	size_t found;

	host.port = (struct span){0};
	found = look_up(in, host, false, NOTHING);
	found = look_up(in, label, false, found);
	if (t->address.port.at)
		found = look_up(in, with_port(label, &t->address), false, found);
	for (size_t i = 0; i < t->exact_count; i++)
		if (t->exact[i].port.at)
			found = look_up(in, with_port(label, &t->exact[i]), false, found);
	return found;
}

static size_t
find(const struct instance_match *in, const struct instance_target *t, int rule)
{
	size_t found = NOTHING;

	if (t->given)
		return rule == 0 ? find_given(in, t->given) : NOTHING;
	if (rule > 1 && t->only_exact)
		return NOTHING;
	if (rule == 3)
		return find_pod(in, t);
	if (rule == 4)
		return look_up(in, t->address, true, NOTHING);
	for (size_t i = 0; i < t->exact_count; i++) {
		bool unspecified = address_unspecified(&t->exact[i]);

		if (rule == 1 && !unspecified)
			found = look_up(in, t->exact[i], false, found);
		else if (rule == 2 && unspecified && t->exact[i].port.at)
			found = look_up(in, with_port(t->address, &t->exact[i]), false, found);
	}
	return found;
}

enum { RULES = 5 };

/* The state of a target: searching, claiming list[claim], or done. */
struct state {
	size_t claim;
	bool done;
};

static void
claim(const struct instance_match *in, struct instance_target *t, struct state *s, int rule)
{
	size_t found = s->done ? NOTHING : find(in, t, rule);

	s->claim = NOTHING;
	if (found == SEVERAL) {
		s->done = true;
	} else if (found != NOTHING && !in->list[found].taken) {
		s->claim = found;
		if (t->lifeless)
			in->list[found].lifeless_claims++;
		else
			in->list[found].claims++;
	}
}

static bool
stands(const struct instance *claimed, const struct instance_target *t)
{
	if (t->lifeless)
		return claimed->claims == 0 && claimed->lifeless_claims == 1;
	return claimed->claims == 1;
}

void
instance_match_run(const struct instance_match *in, struct instance_target *targets, size_t count)
{
	struct state *states = mem_zero(count, sizeof *states);

	for (size_t i = 0; i < count; i++)
		targets[i].name = INTERN_NONE;
	for (int rule = 0; rule < RULES; rule++) {
		for (size_t i = 0; i < in->count; i++)
			in->list[i].claims = in->list[i].lifeless_claims = 0;
		for (size_t i = 0; i < count; i++)
			claim(in, &targets[i], &states[i], rule);
		for (size_t i = 0; i < count; i++) {
			struct instance *claimed;

			if (states[i].claim == NOTHING)
				continue;
			claimed = &in->list[states[i].claim];
			claimed->taken = true;
			states[i].done = true;
			if (stands(claimed, &targets[i]))
				targets[i].name = claimed->name;
		}
	}
	free(states);
}
