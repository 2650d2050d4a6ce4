/* SPDX-License-Identifier: ISC */
#include "ticket/overview.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/timestamp.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/pending.h"
#include "ticket/ticket_options.h"
#include "ticket/tickets.h"
#include "ticket/unknown.h"
#include "ticket/view.h"

enum { NAMES_MAX = 64, LINE_MAX_BYTES = 1 << 16 };

/* The clusters that had a cycle, or their subjects. */
struct names {
	char *items[NAMES_MAX];
	size_t count;
	size_t clusters;
	int64_t last_ms; /* the last cycle of the selected ones */
};

static void
names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i]);
}

static void
add_name(struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->items[i], name) == 0)
			return;
	if (n->count < NAMES_MAX)
		n->items[n->count++] = mem_copy(name);
}

/* Reads the names. The options' subject and cluster restrict the counts. */
static int
read_names(struct database *db, const struct ticket_options *o, enum cycles_column of,
	struct names *n, struct fault *f)
{
	struct stmt *row = cycles_list(db, f);
	int got;

	*n = (struct names){.last_ms = TIMESTAMP_NEVER};
	if (!row)
		return -1;
	while ((got = stmt_step(row, f)) > 0) {
		const char *subject = stmt_text(row, CYCLES_SUBJECT, NULL);
		const char *cluster = stmt_text(row, CYCLES_CLUSTER, NULL);
		const char *at = stmt_text(row, CYCLES_LAST_AT, NULL);
		int64_t ms;

		add_name(n, stmt_text(row, (int)of, NULL));
		if ((o->subject && strcmp(o->subject, subject) != 0) ||
			(o->cluster && strcmp(o->cluster, cluster) != 0))
			continue;
		n->clusters++;
		if (timestamp_parse(at, strlen(at), &ms) == 0 && ms > n->last_ms)
			n->last_ms = ms;
	}
	return got;
}

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void
add_tally(const struct tickets_tally *tally, struct buf *out)
{
	buf_printf(out, "%lld open", (long long)tally->open);
	if (tally->critical)
		buf_printf(out, " (%lld critical)", (long long)tally->critical);
	if (tally->muted)
		buf_printf(out, ", %lld muted", (long long)tally->muted);
}

int
overview_line(struct database *db, const struct ticket_options *o, int64_t now_ms, struct buf *out,
	struct fault *f)
{
	struct tickets_tally tally;
	struct names names;
	int64_t pending, unknown;
	char age[32];

	if (tickets_count(db, o->subject, o->cluster, &tally, f) ||
		pending_count(db, o->subject, o->cluster, &pending, f) ||
		unknown_count(db, o->subject, o->cluster, &unknown, f) ||
		read_names(db, o, CYCLES_CLUSTER, &names, f))
		return -1;
	add_tally(&tally, out);
	if (pending)
		buf_printf(out, ", %lld pending", (long long)pending);
	if (unknown)
		buf_printf(out, ", %lld verdict%s unknown", (long long)unknown, plural(unknown));
	if (names.last_ms == TIMESTAMP_NEVER)
		buf_add_text(out, "; no cycle yet\n");
	else
		buf_printf(out, "; last cycle %s ago\n", view_age(age, names.last_ms, now_ms));
	names_free(&names);
	return 0;
}

int
overview_several(
	struct database *db, const struct ticket_options *o, bool *several, struct fault *f)
{
	struct names names;

	if (read_names(db, o, CYCLES_CLUSTER, &names, f))
		return -1;
	*several = !o->cluster && (o->subject ? names.clusters : names.count) > 1;
	names_free(&names);
	return 0;
}

/* The system's databases, if no file was named and they can be read. */
static void
add_others(struct buf *line)
{
	glob_t found;

	if (glob("/var/lib/op/*.db", 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (access(found.gl_pathv[i], R_OK) == 0)
				buf_printf(
					line, "%s%s", i ? ", " : "; there is ", found.gl_pathv[i]);
	globfree(&found);
}

static void
add_no_database(const struct ticket_options *o, struct buf *line)
{
	char *name = database_name(&o->db);

	buf_printf(line, "no database at %s; set OP_DB or --db", name ? name : "~/.operator");
	add_others(line);
	free(name);
}

int
overview_no_database(const struct ticket_options *o, struct fault *f)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	add_no_database(o, &line);
	fault_put(f, STATUS_NO, "%s", line.data);
	buf_free(&line);
	return -1;
}

int
overview_empty(struct database *db, const struct ticket_options *o, const char *what,
	const struct view *v, struct fault *f)
{
	struct tickets_tally tally;
	struct names names;
	int64_t unknown = 0;
	char age[32];

	if (o->quiet || !v->note)
		return 0;
	if (!db) {
		add_no_database(o, v->note);
		return 0;
	}
	if (tickets_count(db, NULL, NULL, &tally, f) ||
		(o->unknown && unknown_count(db, o->subject, o->cluster, &unknown, f)) ||
		read_names(db, o, CYCLES_CLUSTER, &names, f))
		return -1;
	if (names.last_ms == TIMESTAMP_NEVER)
		buf_printf(v->note,
			tally.all ? "no %s match" : "no %s; no cycle has been taken yet", what);
	else
		buf_printf(v->note, "no %s%s; %zu cluster%s checked, the last %s ago", what,
			tally.all ? " match" : "", names.clusters, plural((int64_t)names.clusters),
			view_age(age, names.last_ms, v->now_ms));
	if (unknown)
		buf_printf(v->note, "; %lld verdict%s unknown: op-check --explain gives the reason",
			(long long)unknown, unknown == 1 ? " is" : "s are");
	names_free(&names);
	return 0;
}

/* Fails unless the name is one of those, or has tickets, which forget keeps. */
static int
check_name(struct database *db, const struct ticket_options *o, const char *kind, const char *name,
	enum cycles_column of, struct fault *f)
{
	const struct ticket_options any = {.operands = o->operands};
	bool of_cluster = of == CYCLES_CLUSTER;
	struct tickets_tally tally;
	struct buf list;
	struct names names;
	const char *like;
	bool known;

	if (tickets_count(db, of_cluster ? NULL : name, of_cluster ? name : NULL, &tally, f) ||
		read_names(db, &any, of, &names, f))
		return -1;
	known = tally.all;
	for (size_t i = 0; i < names.count; i++)
		known |= strcmp(names.items[i], name) == 0;
	if (!known) {
		buf_init(&list, 512);
		for (size_t i = 0; i < names.count; i++)
			buf_printf(&list, "%s%s", i ? ", " : "", names.items[i]);
		like = suggest(name, (const char *const *)names.items, names.count);
		fault_put(f, STATUS_NO, "no %s \"%s\"; %s%s%s%s%s", kind, name,
			like ? "did you mean " : "", like ? like : "", like ? "? " : "",
			names.count ? "there are " : "no cycle has been taken yet",
			list.full   ? "others"
			: list.data ? list.data
				    : "");
		buf_free(&list);
	}
	names_free(&names);
	return known ? 0 : -1;
}

static int
check_batch(struct database *db, const struct ticket_options *o, struct fault *f)
{
	struct stmt *row = tickets_batch_owners(db, o->batch, o->subject, o->cluster, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got < 0)
		return -1;
	if (got == 0)
		return fault_set(
			f, STATUS_NO, "no batch \"%s\"; see op-ticket incidents", o->batch);
	stmt_reset(row);
	return 0;
}

int
overview_check(struct database *db, const struct ticket_options *o, struct fault *f)
{
	if (o->subject && check_name(db, o, "subject", o->subject, CYCLES_SUBJECT, f))
		return -1;
	if (o->cluster && check_name(db, o, "cluster", o->cluster, CYCLES_CLUSTER, f))
		return -1;
	return o->batch ? check_batch(db, o, f) : 0;
}
