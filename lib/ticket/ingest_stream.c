/* SPDX-License-Identifier: ISC */
#include "ticket/ingest_stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "stream/cycle_read.h"
#include "ticket/database.h"
#include "ticket/ingest_cycle.h"
#include "ticket/outbox.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

enum {
	GROUP_MAX = 512,	   /* cycles in a transaction */
	GROUP_BYTES_MAX = 4 << 20, /* of their texts; beyond it no other is added */
};

struct ingest_stream {
	const struct ingest_stream_options *options;
	struct cycle_read *reader;
	struct json_read *json;
	struct database *db; /* NULL until there is one */
	struct verdict_cycle *current;
	struct verdict_cycle *group[GROUP_MAX];
	size_t group_count;
	size_t group_bytes;
	int refused; /* 0, or the highest status that a refused cycle called for */
	bool ended;
	bool failed; /* reading has, with failure */
	struct fault failure;
};

/* The other monitor of a pair may have been upgraded first: then cycles can wait. Always -1. */
static int
failed(const struct ingest_stream *in, struct fault *f)
{
	if (in->options->cycle.lease && f->newer)
		f->status = STATUS_TRY_AGAIN;
	return -1;
}

struct ingest_stream *
ingest_stream_open(int fd, const struct ingest_stream_options *options, struct fault *f)
{
	struct ingest_stream *in = mem_zero(1, sizeof *in);
	enum database_mode mode = options->rehearse ? DATABASE_REHEARSE : DATABASE_CHANGE;

	in->options = options;
	if (database_open(&in->db, options->db, mode, f)) {
		(void)failed(in, f);
		free(in);
		return NULL;
	}
	in->reader = cycle_read_open(fd, CYCLE_VERDICTS);
	in->json = json_read_open();
	return in;
}

static void
drop_group(struct ingest_stream *in)
{
	for (size_t i = 0; i < in->group_count; i++)
		verdict_cycle_close(in->group[i]);
	in->group_count = 0;
	in->group_bytes = 0;
}

void
ingest_stream_close(struct ingest_stream *in)
{
	if (!in)
		return;
	drop_group(in);
	verdict_cycle_close(in->current);
	json_read_close(in->json);
	cycle_read_close(in->reader);
	database_close(in->db);
	free(in);
}

static void
add_record(struct ingest_stream *in)
{
	struct json_text kind;
	size_t len;
	const char *line = cycle_read_line(in->reader, &len);
	struct fault f;

	cycle_read_kind(in->reader, &kind);
	if (verdict_cycle_add(in->current, in->json, &kind, line, len, &f))
		cycle_read_reject(in->reader, &f);
}

static void
look_at(struct ingest_stream *in, enum cycle_event event, const struct fault *f)
{
	switch (event) {
	case CYCLE_FAILED:
		in->failed = true;
		in->failure = *f;
		break;
	case CYCLE_EOF:
		in->ended = true;
		break;
	case CYCLE_BEGIN:
		in->current = verdict_cycle_open(cycle_read_head(in->reader));
		break;
	case CYCLE_RECORD:
		add_record(in);
		break;
	case CYCLE_END:
		assert(in->current);
		in->group_bytes += arena_size(&in->current->texts);
		in->group[in->group_count++] = in->current;
		in->current = NULL;
		break;
	case CYCLE_TORN:
		verdict_cycle_close(in->current);
		in->current = NULL;
		outbox_complain(in->options->cycle.out, "%s", f->text);
		break;
	}
}

/* Reads until there is something to apply or report, and no more input is waiting. */
static void
gather(struct ingest_stream *in)
{
	while (!in->ended && !in->failed) {
		bool something = in->group_count || in->options->cycle.out->people.len;
		struct fault f;

		if (in->group_count == GROUP_MAX || in->group_bytes > GROUP_BYTES_MAX)
			return;
		if (something && !cycle_read_ready(in->reader))
			return;
		look_at(in, cycle_read_next(in->reader, &f), &f);
	}
}

static int
compare_names(const void *a, const void *b)
{
	const struct cluster_name *x = a, *y = b;
	int order = strcmp(x->subject, y->subject);

	return order ? order : strcmp(x->cluster, y->cluster);
}

/* Begins a transaction on the distinct clusters of the group. */
static int
begin(struct ingest_stream *in, struct fault *f)
{
	struct cluster_name names[GROUP_MAX] = {{NULL, NULL}};
	size_t count = 0;

	for (size_t i = 0; i < in->group_count; i++)
		names[i] = (struct cluster_name){in->group[i]->subject, in->group[i]->cluster};
	qsort(names, in->group_count, sizeof *names, compare_names);
	for (size_t i = 0; i < in->group_count; i++)
		if (!count || compare_names(&names[count - 1], &names[i]) != 0)
			names[count++] = names[i];
	return store_begin(in->db, names, count, f);
}

/* Applies the group in one transaction. Sets *refused to the worst status of a refused cycle. */
static int
try_group(struct ingest_stream *in, int *refused, struct fault *f)
{
	struct ingest_options options = in->options->cycle;

	if (begin(in, f))
		return -1;
	for (size_t i = 0; i < in->group_count; i++) {
		int got;

		options.last = i + 1 == in->group_count;
		got = ingest_cycle(in->db, in->group[i], &options, f);
		if (got < 0) {
			store_rollback(in->db);
			return -1;
		}
		if (*refused < got)
			*refused = got;
	}
	return store_commit(in->db, f);
}

static int
apply_group(struct ingest_stream *in, struct fault *f)
{
	struct outbox *out = in->options->cycle.out;
	size_t people = out->people.len; /* keep the reports about the input */
	int tries = 0, refused = 0, result;

	if (!in->group_count)
		return 0;
	if (!in->db && database_open(&in->db, in->options->db, DATABASE_CREATE, f))
		return failed(in, f);
	while ((result = try_group(in, &refused, f)) != 0 && store_retry(in->db, ++tries)) {
		outbox_cut(out, people);
		refused = 0;
	}
	if (result)
		return failed(in, f);
	if (in->refused < refused)
		in->refused = refused;
	drop_group(in);
	return 0;
}

int
ingest_stream_next(struct ingest_stream *in, struct fault *f)
{
	outbox_clear(in->options->cycle.out);
	if (in->failed) {
		*f = in->failure;
		return -1;
	}
	gather(in);
	if (apply_group(in, f))
		return -1;
	return in->ended ? 0 : 1;
}

int
ingest_stream_finish(const struct ingest_stream *in, bool *reported, struct fault *f)
{
	if (cycle_read_finish(in->reader, reported, f))
		return -1;
	*reported = in->refused != 0;
	if (!in->refused)
		return 0;
	return fault_set(f, (enum status)in->refused, "a cycle was refused");
}
