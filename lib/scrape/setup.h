/* SPDX-License-Identifier: ISC */
#ifndef OP_SETUP_H
#define OP_SETUP_H

#include "scrape/metrics.h"
#include "scrape/observe.h"
#include "stream/subject.h"

struct fault;

/* What the flags of op-scrape say, NULL where one is not given: the environment or a default stands
 * in. */
struct setup_flags {
	const char *subject, *pd, *prometheus, *cluster, *timeout, *match;
	const char *cacert, *cert, *key, *token, *basic;
	struct observe_override *overrides;
	size_t override_count;
};

/* What it comes to: options is whole, and points into the rest and into the flags. */
struct setup {
	struct subject subject;
	struct metrics metrics;
	struct observe_options options;
	char *prometheus;
	char *cacert, *cert, *key;
	char *token, *basic, *authorization; /* secrets */
};

/*
 * Checks all of it and loads the subject; -1 with a sentence that names the
 * flag, the variable or the file. setup_free() is due either way.
 */
int setup_subject(struct setup *s, const struct setup_flags *flags, struct fault *f);

/* Loads certificates and secrets. -1 as above; with one of them held no core is dumped any more. */
int setup_identities(struct setup *s, const struct setup_flags *flags, struct fault *f);

void setup_free(struct setup *s);

#endif
