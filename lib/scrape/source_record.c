/* SPDX-License-Identifier: ISC */
#include "scrape/source_record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/text.h"
#include "scrape/collect.h"
#include "scrape/metrics_tsv.h"
#include "scrape/past.h"
#include "scrape/pd.h"
#include "scrape/prometheus.h"
#include "stream/cycle_write.h"

enum { LISTED_MAX = 100, ERRORS_MAX = 16 };

static void
write_times(struct json_write *w, int64_t begin_us, int64_t end_us, const struct clock_skew *skew)
{
	json_write_put_double(w, "elapsed_ms", round((double)(end_us - begin_us) / 100) / 10);
	if (skew->known)
		json_write_put_i64(w, "skew_ms", clock_skew_ms(skew));
}

bool
source_record_pd_ok(const struct pd *pd)
{
	return pd->answered &&
	       (pd->outcome[PD_STORES] == PD_KNOWN || pd->outcome[PD_MEMBERS] == PD_KNOWN);
}

/* Writes the items of a comma list. */
static void
write_list(struct json_write *w, const char *list)
{
	struct span rest = span_of(list);

	while (rest.at) {
		struct span item = span_cut(&rest, ',');

		if (item.len)
			json_write_string_n(w, item.at, item.len);
	}
}

/* Writes the endpoints that failed; null for one that was not tried. */
static void
write_tried(struct json_write *w, const struct pd *pd)
{
	json_write_key(w, "tried");
	json_write_array(w);
	for (size_t i = 0; i < pd->endpoint_count && i < pd->current; i++) {
		json_write_object(w);
		json_write_put_string(w, "url", pd->endpoints[i].url);
		json_write_put_string(w, "error", pd->endpoints[i].error);
		json_write_object_end(w);
	}
	json_write_array_end(w);
}

/* Begins an array at its first item. */
static void
open_list(struct json_write *w, const char *key, bool *is_open)
{
	if (*is_open)
		return;
	*is_open = true;
	json_write_key(w, key);
	json_write_array(w);
}

static void
write_incomplete(struct json_write *w, const struct pd *pd)
{
	if (pd->whole[PD_STORES] && pd->whole[PD_MEMBERS])
		return;
	json_write_key(w, "incomplete");
	json_write_array(w);
	if (!pd->whole[PD_STORES])
		json_write_string(w, "store");
	if (!pd->whole[PD_MEMBERS])
		json_write_string(w, "member");
	if (pd->mixed)
		json_write_string(w, "cluster");
	json_write_array_end(w);
}

static void
write_pd_missing(struct json_write *w, const struct pd *pd)
{
	bool is_open = false;

	for (unsigned i = 0; i < PD_REQUESTS; i++)
		if (pd->outcome[i] != PD_KNOWN && *pd_columns(i)) {
			open_list(w, "missing", &is_open);
			write_list(w, pd_columns(i));
		}
	if (pd->outcome[PD_REPLICATE] != PD_KNOWN && pd->outcome[PD_META] != PD_KNOWN) {
		open_list(w, "missing", &is_open);
		json_write_string(w, "max_replicas");
	}
	if (pd_rules_in_force(pd) == LENIENT_TRUE && pd->rules.voters == PD_UNKNOWN) {
		open_list(w, "missing", &is_open);
		write_list(w, "voters,voter_location_labels");
	}
	if (is_open)
		json_write_array_end(w);
}

/* Why the source failed, or why what it gave is incomplete. */
static const char *
pd_failure(const struct pd *pd, char room[1024])
{
	if (pd->answered) /* its stores or members, or both, are missing */
		return pd->error;
	if (pd->endpoint_count == 1)
		return pd->endpoints[0].error;
	text_format(room, 1024, "none of %zu endpoints answered; %s: %s", pd->endpoint_count,
		pd->endpoints[0].url, pd->endpoints[0].error); /* for people */
	return room;
}

int
source_record_pd(struct cycle_write *c, const struct pd *pd, struct fault *f)
{
	struct json_write *w = cycle_write_record(c, "source");
	size_t who = pd->current < pd->endpoint_count ? pd->current : 0;
	bool ok = source_record_pd_ok(pd);
	char room[1024];

	json_write_put_string(w, "id", "pd");
	json_write_put_bool(w, "ok", ok);
	json_write_key(w, "kinds");
	json_write_array(w);
	write_list(w, "store,member,cluster");
	json_write_array_end(w);
	json_write_put_string(w, "url", pd->endpoints[who].url);
	if (ok) {
		write_incomplete(w, pd);
		write_pd_missing(w, pd);
	}
	if (!ok || pd->error[0])
		json_write_put_string(w, "error", ok ? pd->error : pd_failure(pd, room));
	if (pd->current && pd->endpoint_count > 1)
		write_tried(w, pd);
	write_times(w, pd->begin_us, pd->end_us, &pd->skew);
	cycle_write_record_end(c); /* its parts are bounded far below the ceiling */
	if (ok && pd->whole[PD_STORES] && pd->whole[PD_MEMBERS])
		return 0;
	if (!pd->answered && pd->endpoint_count > 1)
		return fault_set(f, STATUS_UNAVAILABLE, "pd: %s", pd_failure(pd, room));
	return fault_set(
		f, STATUS_UNAVAILABLE, "pd: %s: %s", pd->endpoints[who].url, pd_failure(pd, room));
}

/* Writes Prometheus' own kinds, all or only the incomplete ones. Returns how many. */
static size_t
write_kinds(struct json_write *w, const struct prometheus *p, bool incomplete)
{
	size_t count = 0;

	for (size_t i = 0; i < p->metrics->count; i++) {
		if (!prometheus_owns(p, p->metrics->list[i].kind) ||
			!metrics_tsv_is_first(p->metrics, i) || (incomplete && p->columns[i].known))
			continue;
		if (w)
			json_write_string(w, p->metrics->list[i].kind);
		count++;
	}
	return count;
}

static bool
named_before(const struct prometheus *p, const struct prometheus_error *errors, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (errors[k].set &&
			strcmp(p->metrics->list[k].column, p->metrics->list[i].column) == 0)
			return true;
	return false;
}

/* "missing": the names of columns; "errors": why, by KIND.COLUMN. */
static void
write_missing(struct json_write *w, const struct prometheus *p,
	const struct prometheus_error *errors, const struct past *past)
{
	size_t count = 0;

	json_write_key(w, "missing");
	json_write_array(w);
	for (size_t i = 0; i < p->metrics->count; i++)
		if (errors[i].set && !named_before(p, errors, i))
			json_write_string(w, p->metrics->list[i].column);
	for (int q = 0; past && q < HISTORY_QUERIES; q++)
		if (past->errors[q])
			json_write_string(w, history_query_column((enum history_query)q));
	json_write_array_end(w);
	json_write_key(w, "errors");
	json_write_object(w);
	for (size_t i = 0; i < p->metrics->count && count < ERRORS_MAX; i++) {
		char key[300];

		if (!errors[i].set)
			continue;
		text_format(key, sizeof key, "%s.%s", p->metrics->list[i].kind,
			p->metrics->list[i].column); /* names are at most 128 bytes */
		json_write_put_string(w, key, errors[i].text);
		count++;
	}
	for (int q = 0; past && q < HISTORY_QUERIES && count < ERRORS_MAX; q++) {
		char key[64];

		if (!past->errors[q])
			continue;
		text_format(key, sizeof key, "history.%s",
			history_query_column((enum history_query)q)); /* it fits */
		json_write_put_string(w, key, past->errors[q]);
		count++;
	}
	json_write_object_end(w);
}

/* Each once. */
static void
write_warnings(struct json_write *w, const char *lines)
{
	const char *end;

	json_write_key(w, "warnings");
	json_write_array(w);
	for (const char *line = lines; *line; line = end + 1) {
		const char *other = lines;
		size_t len;

		end = strchr(line, '\n');
		if (!end)
			break;
		len = (size_t)(end - line) + 1;
		while (other < line && strncmp(other, line, len) != 0)
			other = strchr(other, '\n') + 1;
		if (other == line)
			json_write_string_n(w, line, len - 1);
	}
	json_write_array_end(w);
}

static void
write_names(struct json_write *w, const char *key, const struct intern *names, const uint32_t *list,
	size_t count)
{
	if (!count)
		return;
	json_write_key(w, key);
	json_write_array(w);
	for (size_t i = 0; i < count && i < LISTED_MAX; i++) {
		struct span name = intern_text(names, list[i]);

		json_write_string_n(w, name.at, name.len < 256 ? name.len : 256);
	}
	json_write_array_end(w);
}

static void
write_mapping(struct json_write *w, const struct source_mapping *m, const struct intern *names)
{
	char id[24];

	if (m->unmapped_count) {
		json_write_key(w, "unmapped");
		json_write_array(w);
		for (size_t i = 0; i < m->unmapped_count && i < LISTED_MAX; i++) {
			text_format(id, sizeof id, "%" PRIu64, m->unmapped[i]); /* it fits */
			json_write_string(w, id);
		}
		json_write_array_end(w);
	}
	write_names(w, "unmatched", names, m->unmatched, m->unmatched_count);
	write_names(w, "ambiguous", names, m->ambiguous, m->ambiguous_count);
}

/* The error of a query that should list a missing kind, or of all queries. */
static const char *
prometheus_failure(const struct prometheus *p, const struct prometheus_error *errors)
{
	for (size_t i = 0; i < p->metrics->count; i++)
		if (metrics_tsv_is_first(p->metrics, i) && errors[i].set)
			return errors[i].text;
	return errors[0].text;
}

/* Writes PD's kinds, all or only those that the metrics do not list whole. Returns how many. */
static size_t
write_past_kinds(struct json_write *w, const struct past *past, bool incomplete)
{
	const char *const kinds[] = {"store", "member", "cluster"};
	const bool whole[] = {past->rebuilt.stores_whole, past->rebuilt.members_whole,
		past->rebuilt.cluster_whole};
	size_t count = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!past->options->collect->pd_kinds || (incomplete && whole[i]))
			continue;
		if (w)
			json_write_string(w, kinds[i]);
		count++;
	}
	return count;
}

/* Writes the fields that no metric has, taken from PD as it is today. */
static void
write_assumed(struct json_write *w, const struct past *past)
{
	static const char assumed[] =
		"status_address,engine,labels,location_labels,client_urls,placement_rules,"
		"voters,voter_location_labels";

	if (!past->today)
		return;
	json_write_key(w, "assumed");
	json_write_array(w);
	write_list(w, assumed);
	json_write_array_end(w);
}

static void
write_past(struct json_write *w, const struct past *past)
{
	if (!past)
		return;
	if (past->options->step_ms) {
		json_write_put_bool(w, "history", true);
		json_write_put_double(w, "step_s", (double)past->options->step_ms / 1000);
	}
	if (past->interval_s)
		json_write_put_i64(w, "scrape_interval_s", past->interval_s);
	write_assumed(w, past);
}

static void
write_kind_list(struct json_write *w, const struct prometheus *p, const struct past *past,
	const char *key, bool incomplete)
{
	json_write_key(w, key);
	json_write_array(w);
	if (past)
		(void)write_past_kinds(w, past, incomplete); /* their number does not matter here */
	(void)write_kinds(w, p, incomplete);		     /* as above */
	json_write_array_end(w);
}

/* Why it failed, or why a kind is incomplete; NULL if neither. */
static const char *
why(const struct prometheus *p, const struct prometheus_error *errors, const struct past *past)
{
	if (past && past->error[0])
		return past->error;
	if (!p->known_count)
		return errors[0].text;
	if (past && past->options->collect->pd_kinds && past->rebuilt.error[0])
		return past->rebuilt.error;
	return write_kinds(NULL, p, true) ? prometheus_failure(p, errors) : NULL;
}

int
source_record_prometheus(struct cycle_write *c, const struct prometheus *p,
	const struct prometheus_error *errors, const struct source_mapping *m,
	const struct past *past, struct fault *f)
{
	struct json_write *w = cycle_write_record(c, "source");
	bool ok = p->known_count > 0;
	size_t failed = 0, incomplete = write_kinds(NULL, p, true);
	const char *error = why(p, errors, past);

	if (past)
		incomplete += write_past_kinds(NULL, past, true);
	for (size_t i = 0; i < p->metrics->count; i++)
		failed += errors[i].set != '\0';
	for (int q = 0; past && q < HISTORY_QUERIES; q++)
		failed += past->errors[q] != NULL;
	json_write_put_string(w, "id", "prometheus");
	json_write_put_bool(w, "ok", ok);
	write_kind_list(w, p, past, "kinds", false);
	json_write_put_string(w, "url", p->url);
	write_past(w, past);
	if (error && (!ok || past))
		json_write_put_string(w, "error", error);
	if (ok && incomplete)
		write_kind_list(w, p, past, "incomplete", true);
	if (ok && failed)
		write_missing(w, p, errors, past);
	if (p->warnings.len)
		write_warnings(w, p->warnings.data);
	if (ok)
		write_mapping(w, m, p->names);
	if (!past || !past->options->step_ms)
		write_times(w, p->begin_us, p->end_us, &p->skew);
	cycle_write_record_end(c); /* its parts are bounded below the ceiling */
	if (ok && !incomplete)
		return 0;
	return fault_set(f, STATUS_UNAVAILABLE, "prometheus: %s: %s", p->url,
		error ? error : "its kinds are incomplete");
}
