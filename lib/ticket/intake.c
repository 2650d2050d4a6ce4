/* SPDX-License-Identifier: ISC */
#include "ticket/intake.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "stream/cycle.h"
#include "ticket/db.h"
#include "ticket/findings.h"
#include "ticket/ingest.h"
#include "ticket/outbox.h"
#include "ticket/store.h"

enum {
	GROUP_MAX = 512,	   /* cycles in a transaction */
	GROUP_BYTES_MAX = 4 << 20, /* of their texts, past which no other one is added */
};

struct intake {
	const struct intake_options *options;
	struct cycle_reader *reader;
	struct json_read *json;
	struct db *db; /* NULL as long as there is none */
	struct findings *current;
	struct findings *group[GROUP_MAX];
	size_t group_count;
	size_t group_bytes;
	bool refused;
	bool ended;
	bool failed; /* reading has, with failure */
	struct fault failure;
};

struct intake *
intake_open(int fd, const struct intake_options *options, struct fault *f)
{
	struct intake *in = mem_zero(1, sizeof *in);
	enum store_mode mode = options->rehearse ? STORE_REHEARSE : STORE_CHANGE;

	in->options = options;
	if (store_open(&in->db, options->file, mode, f)) {
		free(in);
		return NULL;
	}
	in->reader = cycle_open(fd, CYCLE_VERDICTS);
	in->json = json_read_open();
	return in;
}

static void
drop_group(struct intake *in)
{
	for (size_t i = 0; i < in->group_count; i++)
		findings_close(in->group[i]);
	in->group_count = 0;
	in->group_bytes = 0;
}

void
intake_close(struct intake *in)
{
	if (!in)
		return;
	drop_group(in);
	findings_close(in->current);
	json_read_close(in->json);
	cycle_close(in->reader);
	db_close(in->db);
	free(in);
}

static void
add_record(struct intake *in)
{
	struct json_text kind;
	size_t len;
	const char *line = cycle_line(in->reader, &len);
	const char *why;

	cycle_kind(in->reader, &kind);
	why = findings_add(in->current, in->json, &kind, line, len);
	if (why)
		cycle_reject(in->reader, why);
}

static void
look_at(struct intake *in, enum cycle_event event, const struct fault *f)
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
		in->current = findings_open(cycle_head(in->reader));
		break;
	case CYCLE_RECORD:
		add_record(in);
		break;
	case CYCLE_END:
		assert(in->current);
		in->group_bytes += in->current->texts.total;
		in->group[in->group_count++] = in->current;
		in->current = NULL;
		break;
	case CYCLE_TORN:
		findings_close(in->current);
		in->current = NULL;
		outbox_complain(in->options->out, "%s", f->text);
		break;
	}
}

/* Reads until something is there to be done or said, and nothing more has come. */
static void
gather(struct intake *in)
{
	while (!in->ended && !in->failed) {
		bool something = in->group_count || in->options->out->people.len;
		struct fault f;

		if (in->group_count == GROUP_MAX || in->group_bytes > GROUP_BYTES_MAX)
			return;
		if (something && !cycle_ready(in->reader))
			return;
		look_at(in, cycle_next(in->reader, &f), &f);
	}
}

static int
apply_group(struct intake *in, struct fault *f)
{
	if (!in->group_count)
		return 0;
	if (!in->db && store_open(&in->db, in->options->file, STORE_CREATE, f))
		return -1;
	if (db_begin(in->db, f))
		return -1;
	for (size_t i = 0; i < in->group_count; i++) {
		int got = ingest_cycle(
			in->db, in->group[i], in->options->gone_after_ms, in->options->out, f);

		if (got < 0) {
			db_rollback(in->db);
			return -1;
		}
		in->refused |= got > 0;
	}
	if (db_commit(in->db, f))
		return -1;
	drop_group(in);
	return 0;
}

int
intake_next(struct intake *in, struct fault *f)
{
	outbox_clear(in->options->out);
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
intake_status(const struct intake *in, struct fault *f)
{
	int status = cycle_verdict(in->reader, f);

	if (status != STATUS_OK || !in->refused)
		return status;
	(void)fault_set(f, STATUS_DATA, "%s", "");
	return STATUS_DATA;
}
