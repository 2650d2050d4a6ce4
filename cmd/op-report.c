/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/lockdown.h"
#include "base/out.h"
#include "report/history.h"
#include "report/markdown.h"
#include "report/page.h"
#include "report/zone.h"

static const char help[] =
	"usage: op-report [--title TITLE] [--tz ZONE] [--refresh TIME]\n"
	"       op-report -V | -h\n"
	"\n"
	"Reads a stream of tickets and writes one self-contained HTML page: what is open,\n"
	"a timeline of each cluster, figures, and every ticket.\n"
	"\n"
	"  --title TITLE   the title of the page (default: the names of the clusters)\n"
	"  --tz ZONE       show times in this zone, such as Europe/Berlin (default: UTC)\n"
	"  --refresh TIME  make the browser reload the page at this interval, such as 30s\n"
	"  -V              print versions, and which parts of the lockdown work here\n"
	"  -h              print this text\n"
	"\n"
	"    op-ticket list --since 7d --events | op-report >week.html\n"
	"\n"
	"Exit: 0 done, 64 usage, 65 no stream of tickets or a torn one, 74 input or output\n"
	"failed, 75 out of memory.\n";

struct options {
	struct page_options page;
	bool help, version;
};

enum { OPT_TITLE = 256, OPT_TZ, OPT_REFRESH, REFRESH_MIN_MS = 1000 };

static int
set_refresh(struct options *o, const char *text)
{
	int64_t ms;

	if (duration_parse(text, strlen(text), &ms) || ms < REFRESH_MIN_MS)
		return cli_usage("--refresh: %s is not a time of at least a second", text);
	o->page.refresh_s = (ms + 999) / 1000;
	return STATUS_OK;
}

static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {{"title", required_argument, NULL, OPT_TITLE},
		{"tz", required_argument, NULL, OPT_TZ},
		{"refresh", required_argument, NULL, OPT_REFRESH}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'}, {0}};
	int got;

	while ((got = cli_option(argc, argv, ":Vh", longs)) != -1) {
		switch (got) {
		case OPT_TITLE:
			o->page.title = optarg;
			break;
		case OPT_TZ:
			o->page.zone = optarg;
			break;
		case OPT_REFRESH:
			if (set_refresh(o, optarg))
				return STATUS_USAGE;
			break;
		case 'V':
			o->version = true;
			break;
		case 'h':
			o->help = true;
			break;
		default:
			return STATUS_USAGE;
		}
	}
	return STATUS_OK;
}

/* Enters the lockdown to find out which parts of it work. */
static void
print_version(void)
{
	struct lockdown l;

	lockdown_enter(&l);
	printf("op-report %s\ncmark %s\n", OP_VERSION, markdown_version());
	lockdown_print(&l, stdout);
}

/* The zone's file is read before the lockdown; stdin and stdout are open already. */
static int
report(const struct options *o)
{
	struct lockdown lockdown;
	struct history history;
	struct fault f;
	int status = STATUS_OK;

	if (isatty(STDIN_FILENO))
		return cli_usage("reads a stream of tickets: op-ticket list --events | op-report");
	if (zone_use(o->page.zone, &f))
		return cli_report(&f);
	lockdown_enter(&lockdown); /* parts may not work here: -V reports them */
	if (history_read(&history, STDIN_FILENO, &f) || page_write(&history, &o->page, stdout, &f))
		status = cli_report(&f);
	history_free(&history);
	return status;
}

static int
run(int argc, char **argv)
{
	struct options o = {.page.zone = "UTC"};
	int status = parse(argc, argv, &o);

	if (status)
		return status;
	if (o.help) {
		out_text(stdout, help);
		return STATUS_OK;
	}
	if (o.version) {
		print_version();
		return STATUS_OK;
	}
	if (optind < argc)
		return cli_usage("%s: unexpected argument", argv[optind]);
	return report(&o);
}

int
main(int argc, char **argv)
{
	cli_start();
	return cli_finish(run(argc, argv));
}
