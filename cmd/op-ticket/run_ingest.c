/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/fault.h"
#include "op-ticket/run.h"
#include "ticket/ingest_stream.h"
#include "ticket/lease.h"
#include "ticket/outbox.h"
#include "ticket/rules.h"
#include "ticket/ticket_options.h"

static int
take_in(struct ingest_stream *in, const struct outbox *out)
{
	struct fault f;
	bool reported;
	int got;

	do {
		got = ingest_stream_next(in, &f);
		if (got < 0)
			return cli_report(&f);
		run_print_outbox(out);
		if (ferror(stdout))
			return STATUS_IO;
	} while (got > 0);
	if (ingest_stream_finish(in, &reported, &f))
		return reported ? f.status : cli_report(&f);
	return STATUS_OK;
}

bool
run_check_ingest(const struct ticket_options *o)
{
	struct lease lease;

	if (!o->lease || lease_parse(&lease, o->lease) == 0)
		return true;
	cli_refuse("--lease: %s: expected " LEASE_FORM, o->lease);
	return false;
}

int
run_ingest(const struct ticket_options *o)
{
	struct outbox out;
	struct lease lease = {0};
	const struct ingest_stream_options options = {
		.db = &o->db,
		.rehearse = o->dry_run,
		.cycle =
			{
				.gone_after_ms = o->gone_after_ms < 0 ? RULES_GONE_AFTER_MS
								      : o->gone_after_ms,
				.lease = o->lease ? &lease : NULL,
				.out = &out,
			},
	};
	struct ingest_stream *in;
	struct fault f;
	int64_t now_ms;
	int status;

	if (isatty(STDIN_FILENO))
		return cli_usage("ingest: verdict cycles are expected on stdin: op-check | "
				 "op-ticket ingest");
	if (o->lease && lease_parse(&lease, o->lease))
		return STATUS_USAGE;	 /* it was checked */
	if (clock_stamp_ms(&now_ms, &f)) /* cycles' times are compared with it */
		return cli_report(&f);
	outbox_init(&out, o->events || o->dry_run, o->dry_run ? "Dry run: " : "");
	out.quiet = o->quiet;
	out.log_time = o->log_time;
	in = ingest_stream_open(STDIN_FILENO, &options, &f);
	status = in ? take_in(in, &out) : cli_report(&f);
	ingest_stream_close(in);
	outbox_free(&out);
	return status;
}
