/* SPDX-License-Identifier: ISC */
#ifndef OP_INSTANCE_MATCH_H
#define OP_INSTANCE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/address.h"

/*
 * Maps the instances of Prometheus to stores, or to PD members. Names are compared
 * for equality, never as patterns, in this order:
 *
 *   1. the status address (a member: a client URL's host and port) as it is:
 *      TiUP and ansible write it there
 *   2. the host of the address with the port of the status address, if that
 *      one's host is 0.0.0.0 or ::
 *   3. the host alone, its first label, or that label with one of the ports:
 *      pod names, as the operator for Kubernetes writes them
 *   4. the only instance on the same host
 *
 * The mapping is one to one, and nothing is guessed: an instance that two targets
 * claim by the same rule, and a target that claims two, are not mapped at all.
 * Claims by targets that are not known to live count only if no living target
 * claims the same instance.
 */
struct instance_target {
	struct address address;
	const struct address *exact; /* for rule 1: addresses it is known by */
	size_t exact_count;
	const char *given; /* the name that a user gave, without any rule; or NULL */
	bool only_exact;   /* rules 2 to 4 do not apply */
	bool lifeless;	   /* not known to live: living targets come first */
	uint32_t name;	   /* out: its number, or INTERN_NONE */
};

struct instance_match {
	struct instance *list;
	size_t count;
};

struct intern;

/* The instances among names whose number is `used`. */
void instance_match_init(struct instance_match *in, const struct intern *names, const bool *used);
void instance_match_free(struct instance_match *in);

/* Fills in `name` of every target. */
void instance_match_run(
	const struct instance_match *in, struct instance_target *targets, size_t count);

#endif
