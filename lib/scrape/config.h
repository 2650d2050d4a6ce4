/* SPDX-License-Identifier: ISC */
#ifndef OP_CONFIG_H
#define OP_CONFIG_H

#include "scrape/collect.h"
#include "scrape/header_file.h"
#include "scrape/metrics_tsv.h"
#include "scrape/past.h"
#include "stream/subject.h"

struct fault;

/* The flags of op-scrape. Those that are not given are NULL, and the environment or a default is
 * used. */
struct config_flags {
	const char *subject, *pd, *prometheus, *cluster, *timeout;
	const char *match, *window, *instance_label;
	const char *from, *to, *step, *scrape_interval;
	const char *cacert, *cert, *key, *token, *basic;
	const char *prometheus_cacert, *prometheus_cert, *prometheus_key;
	const char *header_file, *pd_header_file;
	const char *tls_server_name, *pd_tls_server_name;
	const char *proxy, *pd_proxy, *parallel;
	struct collect_override *overrides;
	size_t override_count, override_cap;
};

/* The result: options is complete, and points into the rest and into the flags. */
struct config {
	struct subject subject;
	struct metrics_tsv metrics;
	struct collect_options options;
	char *prometheus;
	char window[24], window_s[24]; /* as PromQL writes it, and in seconds */
	bool history;		       /* --from: cycles of the past */
	bool pd_metrics;	       /* --pd metrics: PD is rebuilt from its metrics, now */
	struct past_options past;      /* for either */
	char *cacert, *cert, *key;
	char *prometheus_cacert, *prometheus_cert, *prometheus_key;
	struct header_file headers, pd_headers;
	char *token, *basic, *authorization; /* secrets */
};

/*
 * Checks all flags and loads the subject; -1 with a sentence that names the flag,
 * the variable or the file. Call config_free() either way.
 */
int config_subject(struct config *s, const struct config_flags *flags, struct fault *f);

/* Loads certificates and secrets. -1 as above. If it loads any, core dumps are prevented. */
int config_identities(struct config *s, const struct config_flags *flags, struct fault *f);

void config_free(struct config *s);

#endif
