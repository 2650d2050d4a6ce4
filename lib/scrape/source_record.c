/* SPDX-License-Identifier: ISC */
#include "scrape/source_record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/text.h"
#include "scrape/metrics_tsv.h"
#include "scrape/pd.h"
#include "scrape/prometheus.h"
#include "stream/cycle_write.h"

enum { LISTED_MAX = 100, ERRORS_MAX = 16 };

static void
write_text(struct json_write *w, const char *key, const char *text)
{
	json_write_put_string(w, key, text);
}

static void
write_times(struct json_write *w, int64_t begin_us, int64_t end_us, const struct clock_skew *skew)
{
	json_write_put_double(w, "elapsed_ms", round((double)(end_us - begin_us) / 100) / 10);
	if (!skew->known)
		return;
	json_write_put_i64(w, "skew_ms", clock_skew_ms(skew));
}

bool
source_record_pd_ok(const struct pd *pd)
{
	return pd->answered &&
	       (pd->outcome[PD_STORES] == PD_KNOWN || pd->outcome[PD_MEMBERS] == PD_KNOWN);
}

static void
write_list(struct json_write *w, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ",");

		json_write_string_n(w, list, len);
		list += len + (list[len] == ',');
	}
}

/* The endpoints that were of no use; null for one whose turn did not come. */
static void
write_tried(struct json_write *w, const struct pd *pd)
{
	json_write_key(w, "tried");
	json_write_array(w);
	for (size_t i = 0; i < pd->endpoint_count && i < pd->current; i++) {
		json_write_object(w);
		write_text(w, "url", pd->endpoints[i].url);
		write_text(w, "error", pd->endpoints[i].error);
		json_write_object_end(w);
	}
	json_write_array_end(w);
}

static void
write_pd_lack(struct json_write *w, const struct pd *pd)
{
	bool known = pd->outcome[PD_REPLICATE] == PD_KNOWN || pd->outcome[PD_META] == PD_KNOWN;
	bool missing = !known;

	for (unsigned i = 0; i < PD_REQUESTS; i++)
		missing |= pd->outcome[i] != PD_KNOWN && *pd_columns(i);
	if (pd->outcome[PD_STORES] != PD_KNOWN || pd->outcome[PD_MEMBERS] != PD_KNOWN) {
		json_write_key(w, "incomplete");
		json_write_array(w);
		if (pd->outcome[PD_STORES] != PD_KNOWN)
			json_write_string(w, "store");
		if (pd->outcome[PD_MEMBERS] != PD_KNOWN)
			json_write_string(w, "member");
		json_write_array_end(w);
	}
	if (missing) {
		json_write_key(w, "missing");
		json_write_array(w);
		for (unsigned i = 0; i < PD_REQUESTS; i++)
			if (pd->outcome[i] != PD_KNOWN)
				write_list(w, pd_columns(i));
		if (!known)
			json_write_string(w, "max_replicas");
		json_write_array_end(w);
	}
	if (pd->error[0])
		write_text(w, "error", pd->error);
}

/* Why the source failed, or why what it gave is incomplete. */
static const char *
pd_failure(const struct pd *pd, char room[1024])
{
	if (pd->answered) /* its stores or members, or both, are lacking */
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

	write_text(w, "id", "pd");
	json_write_put_bool(w, "ok", ok);
	json_write_key(w, "kinds");
	json_write_array(w);
	write_list(w, "store,member,cluster");
	json_write_array_end(w);
	write_text(w, "url", pd->endpoints[who].url);
	if (ok)
		write_pd_lack(w, pd);
	else
		write_text(w, "error", pd_failure(pd, room));
	if (pd->current && pd->endpoint_count > 1)
		write_tried(w, pd);
	write_times(w, pd->begin_us, pd->end_us, &pd->skew);
	cycle_write_record_end(c); /* its parts are bounded far below the ceiling */
	if (ok && pd->outcome[PD_STORES] == PD_KNOWN && pd->outcome[PD_MEMBERS] == PD_KNOWN)
		return 0;
	if (!pd->answered && pd->endpoint_count > 1)
		return fault_set(f, STATUS_UNAVAILABLE, "pd: %s", pd_failure(pd, room));
	return fault_set(
		f, STATUS_UNAVAILABLE, "pd: %s: %s", pd->endpoints[who].url, pd_failure(pd, room));
}

/* Is metrics[i] the first of its kind? That one lists the kind's records. */
static bool
first_of_kind(const struct metrics_tsv *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(m->list[k].kind, m->list[i].kind) == 0)
			return false;
	return true;
}

/* The kinds that are Prometheus' own, all or only the incomplete ones. Returns how many. */
static size_t
write_kinds(struct json_write *w, const struct prometheus *p, bool incomplete)
{
	size_t count = 0;

	for (size_t i = 0; i < p->metrics->count; i++) {
		if (!prometheus_owns(p, p->metrics->list[i].kind) ||
			!first_of_kind(p->metrics, i) || (incomplete && p->columns[i].known))
			continue;
		if (w)
			json_write_string(w, p->metrics->list[i].kind);
		count++;
	}
	return count;
}

static bool
named_before(const struct prometheus *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (p->columns[k].error[0] &&
			strcmp(p->metrics->list[k].column, p->metrics->list[i].column) == 0)
			return true;
	return false;
}

/* "missing": the names of columns; "errors": why, by KIND.COLUMN. */
static void
write_missing(struct json_write *w, const struct prometheus *p)
{
	size_t count = 0;

	json_write_key(w, "missing");
	json_write_array(w);
	for (size_t i = 0; i < p->metrics->count; i++)
		if (p->columns[i].error[0] && !named_before(p, i))
			json_write_string(w, p->metrics->list[i].column);
	json_write_array_end(w);
	json_write_key(w, "errors");
	json_write_object(w);
	for (size_t i = 0; i < p->metrics->count && count < ERRORS_MAX; i++) {
		char key[300];

		if (!p->columns[i].error[0])
			continue;
		text_format(key, sizeof key, "%s.%s", p->metrics->list[i].kind,
			p->metrics->list[i].column); /* names are at most 128 bytes */
		write_text(w, key, p->columns[i].error);
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

/* The error of the query that lists a kind which is lacking, or of all. */
static const char *
prometheus_failure(const struct prometheus *p)
{
	for (size_t i = 0; i < p->metrics->count; i++)
		if (first_of_kind(p->metrics, i) && p->columns[i].error[0])
			return p->columns[i].error;
	return p->columns[0].error;
}

int
source_record_prometheus(struct cycle_write *c, const struct prometheus *p,
	const struct source_mapping *m, struct fault *f)
{
	struct json_write *w = cycle_write_record(c, "source");
	bool ok = p->known_count > 0;
	size_t failed = 0, incomplete = write_kinds(NULL, p, true);

	for (size_t i = 0; i < p->metrics->count; i++)
		failed += p->columns[i].error[0] != '\0';
	write_text(w, "id", "prometheus");
	json_write_put_bool(w, "ok", ok);
	json_write_key(w, "kinds");
	json_write_array(w);
	(void)write_kinds(w, p, false); /* their number is of no use here */
	json_write_array_end(w);
	write_text(w, "url", p->url);
	if (!ok)
		write_text(w, "error", p->columns[0].error);
	if (ok && incomplete) {
		json_write_key(w, "incomplete");
		json_write_array(w);
		(void)write_kinds(w, p, true); /* as above */
		json_write_array_end(w);
	}
	if (ok && failed)
		write_missing(w, p);
	if (p->warnings.len)
		write_warnings(w, p->warnings.data);
	if (ok)
		write_mapping(w, m, p->names);
	write_times(w, p->begin_us, p->end_us, &p->skew);
	cycle_write_record_end(c); /* its parts are bounded below the ceiling */
	if (ok && !incomplete)
		return 0;
	return fault_set(f, STATUS_UNAVAILABLE, "prometheus: %s: %s", p->url,
		ok ? prometheus_failure(p) : p->columns[0].error);
}
