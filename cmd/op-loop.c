/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/number.h"
#include "base/out.h"
#include "loop/lockfile.h"
#include "loop/loop.h"
#include "loop/pipeline.h"
#include "loop/signals.h"

static const char help[] =
	"usage: op-loop [flags] [--] COMMAND [ARG...] ['|' COMMAND [ARG...]]...\n"
	"\n"
	"Runs COMMAND at once and then every interval, never two at a time. A lone '|'\n"
	"separates the stages of a pipe; op-loop reports how each stage ended.\n"
	"\n"
	"  -i, --interval DURATION   time from the start of one cycle to the next (30s)\n"
	"  -t, --timeout DURATION    end a cycle that runs longer (10 intervals)\n"
	"  -k, --grace DURATION      time from SIGTERM to SIGKILL, and time for a running\n"
	"                            cycle to finish when op-loop stops (10s)\n"
	"  -n, --count COUNT         exit 0 after COUNT cycles\n"
	"  -1, --once                run one cycle and exit with its status\n"
	"      --jitter DURATION     delay all cycles but the first by a random part of\n"
	"                            this; auto is a tenth of an interval of 5s or more,\n"
	"                            else 0 (auto)\n"
	"      --max-failures COUNT  exit after COUNT failed cycles in a row\n"
	"      --lock FILE           run one instance only: a second one exits 75\n"
	"      --after COMMAND       run this with sh after each cycle; OP_STATUS, OP_CYCLE\n"
	"                            and OP_MS are set\n"
	"      --notify-fd FD        write a newline to FD after the first cycle (s6)\n"
	"      --log-time            begin each line of the log with the time\n"
	"  -q, --quiet               report failures only\n"
	"  -v, --verbose             report how and when each stage of each cycle ended\n"
	"  -h, --help                print this text\n"
	"  -V, --version             print the version\n"
	"\n"
	"A DURATION is 500ms, 0.5, 30s, 1h30m or 1w. OP_CYCLE holds the number of the\n"
	"cycle. INT and TERM stop the loop, and a second one cuts the grace short. HUP\n"
	"starts a cycle now, or stops a loop that was started on a terminal. USR1 prints\n"
	"a line of status.\n"
	"\n"
	"  op-loop -i 30 -- op-scrape '|' op-check '|' op-ticket ingest\n";

enum { OPT_JITTER = 256, OPT_MAX_FAILURES, OPT_LOCK, OPT_AFTER, OPT_NOTIFY_FD, OPT_LOG_TIME };

static const char shorts[] = "+:i:t:k:n:1qvhV";

static const struct option longs[] = {
	{"interval", required_argument, NULL, 'i'},
	{"timeout", required_argument, NULL, 't'},
	{"grace", required_argument, NULL, 'k'},
	{"count", required_argument, NULL, 'n'},
	{"once", no_argument, NULL, '1'},
	{"jitter", required_argument, NULL, OPT_JITTER},
	{"max-failures", required_argument, NULL, OPT_MAX_FAILURES},
	{"lock", required_argument, NULL, OPT_LOCK},
	{"after", required_argument, NULL, OPT_AFTER},
	{"notify-fd", required_argument, NULL, OPT_NOTIFY_FD},
	{"log-time", no_argument, NULL, OPT_LOG_TIME},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

struct settings {
	struct loop_options loop;
	const char *lock;
	bool help, version;
};

static int
get_duration(const char *flag, const char *text, int64_t least_ms, int64_t *ms)
{
	static const int64_t longest_ms = INT64_C(366) * 86400000;
	int64_t value;

	if (duration_parse(text, strlen(text), &value) || value < least_ms || value > longest_ms)
		return cli_usage("%s %s: a duration is expected, such as 500ms, 30s or 1h30m, %sat "
				 "most 366d",
			flag, text, least_ms ? "above 0, " : "");
	*ms = value;
	return 0;
}

/* -1 means auto, until the interval is known. */
static int
get_jitter(const char *text, int64_t *ms)
{
	if (strcmp(text, "auto") != 0)
		return get_duration("--jitter", text, 0, ms);
	*ms = -1;
	return 0;
}

static int64_t
auto_jitter_ms(int64_t interval_ms)
{
	return interval_ms >= 5000 ? interval_ms / 10 : 0;
}

static int
get_count(const char *flag, const char *text, uint64_t *count)
{
	if (number_u64(text, strlen(text), UINT64_MAX, count) || !*count)
		return cli_usage("%s %s: a whole number above 0 is expected", flag, text);
	return 0;
}

static int
get_ready_fd(const char *text, int *fd)
{
	uint64_t value;

	if (number_u64(text, strlen(text), 1 << 20, &value) || value <= STDERR_FILENO)
		return cli_usage(
			"--notify-fd %s: the number of a descriptor above 2 is expected", text);
	if (fcntl((int)value, F_GETFD) < 0)
		return cli_usage("--notify-fd %s: %s", text, strerror(errno));
	*fd = (int)value;
	return 0;
}

static int
set_flag(struct settings *s, int flag, char *value)
{
	switch (flag) {
	case OPT_LOCK:
		if (!*value)
			return cli_usage("--lock: the name of a file is expected");
		s->lock = value;
		return 0;
	case OPT_AFTER:
		s->loop.after = value;
		return 0;
	case OPT_LOG_TIME:
		s->loop.log_time = true;
		return 0;
	case '1':
		s->loop.once = true;
		return 0;
	case 'q':
		s->loop.limit = LOG_ERROR;
		return 0;
	case 'v':
		s->loop.limit = LOG_DEBUG;
		return 0;
	case 'h':
		s->help = true;
		return 0;
	case 'V':
		s->version = true;
		return 0;
	default:
		return STATUS_USAGE; /* it has been reported */
	}
}

/* One flag. 0, or the exit status after reporting what is wrong. */
static int
set(struct settings *s, int flag, char *value)
{
	struct loop_options *o = &s->loop;

	switch (flag) {
	case 'i':
		return get_duration("-i", value, 1, &o->interval_ms);
	case 't':
		return get_duration("-t", value, 1, &o->timeout_ms);
	case 'k':
		return get_duration("-k", value, 0, &o->grace_ms);
	case 'n':
		return get_count("-n", value, &o->count);
	case OPT_JITTER:
		return get_jitter(value, &o->jitter_ms);
	case OPT_MAX_FAILURES:
		return get_count("--max-failures", value, &o->max_failures);
	case OPT_NOTIFY_FD:
		return get_ready_fd(value, &o->ready_fd);
	default:
		return set_flag(s, flag, value);
	}
}

static int
parse(struct settings *s, int argc, char **argv)
{
	struct loop_options *o = &s->loop;
	int flag, status;

	while ((flag = cli_option(argc, argv, shorts, longs)) != -1) {
		status = set(s, flag, optarg);
		if (status || s->help || s->version)
			return status;
	}
	if (o->once && o->count)
		return cli_usage("-1 and -n exclude each other");
	if (optind == argc)
		return cli_usage("no command");
	if (!o->timeout_ms)
		o->timeout_ms = o->interval_ms * 10;
	if (o->jitter_ms < 0)
		o->jitter_ms = auto_jitter_ms(o->interval_ms);
	return 0;
}

/* SIGHUP then means that the terminal was closed, not that an administrator asks for a cycle. */
static bool
has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	fd_close(fd); /* the question was only if it opens */
	return fd >= 0 || isatty(STDIN_FILENO);
}

/* Neither op-loop nor its commands read stdin. What nohup(1) ignores stays ignored. */
static int
detach(struct settings *s, struct fault *f)
{
	bool terminal = has_terminal();
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	s->loop.hangup_ends = !signals_open() && terminal;
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return fault_errno(f, STATUS_IO, errno, "/dev/null");
	fd_close(null); /* nothing was written */
	return 0;
}

static int
work(struct settings *s, char **argv, struct fault *f)
{
	struct pipeline pipeline = {0};
	int status = -1;

	if (pipeline_split(&pipeline, argv, f) == 0 && detach(s, f) == 0 &&
		(!s->lock || lockfile_take(s->lock, f) >= 0)) /* held until the process ends */
		status = loop_run(&s->loop, &pipeline, f);
	pipeline_free(&pipeline);
	return status;
}

int
main(int argc, char **argv)
{
	struct settings s = {
		.loop = {.interval_ms = 30000,
			.grace_ms = 10000,
			.jitter_ms = -1,
			.ready_fd = -1,
			.limit = LOG_NOTICE},
	};
	struct fault f;
	int status;

	cli_start();
	status = parse(&s, argc, argv);
	if (status)
		return status;
	if (s.help || s.version) {
		out_text(stdout, s.help ? help : "op-loop " OP_VERSION "\n");
		return cli_finish(STATUS_OK);
	}
	status = work(&s, argv + optind, &f);
	return cli_finish(status < 0 ? cli_report(&f) : status);
}
