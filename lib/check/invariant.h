/* SPDX-License-Identifier: ISC */
#ifndef OP_INVARIANT_H
#define OP_INVARIANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "stream/severity.h"

struct fault;

/*
 * One invariant file: a header of `-- key: value` lines and a SELECT.
 *
 *	-- invariant: high_latency          the file's base name
 *	-- severity:  warning               info, warning (the default) or critical
 *	-- grace:     60s                   default 0
 *	-- flap:      3 in 15m              default 3 in 5m; 0 in 1m: never flapping
 *	-- param:     threshold_ms = 100    any number of them; 'text' is a text
 *	-- about:     one sentence
 *	-- doc:       a link, or what to do
 *	--            goes on
 *
 *	-- link:      https://host/d/x?var-store=$store_id      $store_id, $cluster, $at_ms
 *
 * The header is the run of `--` lines (and blank ones) that the file begins
 * with. A line without a key continues the text of about or doc above it;
 * before any such text it is a comment.
 */
enum param_type {
	PARAM_INTEGER,
	PARAM_REAL,
	PARAM_TEXT,
};

struct param {
	char *name;
	enum param_type type;
	char *text; /* as written, quotes taken off */
	int64_t integer;
	double real; /* of both kinds of number */
};

struct invariant {
	char *name;
	char *file; /* for messages */
	char *sql;  /* the whole file: its header is comments to SQL */
	size_t sql_len;
	enum severity severity;
	bool severity_set; /* by invariant_set(): a ceiling for its rows */
	int64_t grace_ms;
	int64_t flap_count;
	int64_t flap_window_ms;
	struct param *params;
	size_t param_count;
	size_t param_cap;
	char *about; /* "" if the file has none */
	char *doc;
	char *link; /* a template: see lib/check/link.h */
};

void invariant_free(struct invariant *v);

/* The parameter of that name, or NULL. */
struct param *invariant_param(const struct invariant *v, const char *name, size_t len);

/*
 * Overrides severity, grace, flap or a parameter. A severity set here is a ceiling
 * for that of the query's rows. A parameter keeps the type of its default, number
 * or text. -1 with a sentence; the caller sets the status.
 */
int invariant_set(struct invariant *v, struct span key, struct span value, struct fault *f);

/* Set a key of the header. -1 with a sentence, as above. */
int invariant_set_severity(struct invariant *v, struct span value, struct fault *f);
int invariant_set_grace(struct invariant *v, struct span value, struct fault *f);
int invariant_set_flap(struct invariant *v, struct span value, struct fault *f);  /* 3 in 15m */
int invariant_add_param(struct invariant *v, struct span value, struct fault *f); /* name = 100 */

#endif
