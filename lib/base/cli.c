/* SPDX-License-Identifier: ISC */
#include "base/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/out.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/vis.h"

enum { FLAGS_MAX = 128 };

/* Else the next file that is opened, a database perhaps, would get such a descriptor. */
static void
open_standard_fds(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		int flags = fd == 0 ? O_WRONLY
				    : O_RDONLY; /* reading or writing it must still fail */

		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", flags) != fd)
			_exit(STATUS_IO);
	}
}

void
cli_start(void)
{
	open_standard_fds();
	(void)signal(SIGXFSZ, SIG_IGN); /* cannot fail for this signal */
}

static void
say(const char *text)
{
	struct buf line;

	buf_init(&line, (size_t)1 << 16);
	buf_printf(&line, "%s: ", program_invocation_short_name);
	vis_add(&line, text, strlen(text));
	buf_add_char(&line, '\n');
	out_bytes(stderr, line.data, line.len);
	buf_free(&line);
}

void
cli_say(const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	text_vformat(text, sizeof text, fmt, ap);
	va_end(ap);
	say(text);
}

int
cli_report(const struct fault *f)
{
	cli_say("%s", f->text);
	return f->status;
}

static void __attribute__((format(printf, 1, 0))) report_usage(const char *fmt, va_list ap)
{
	char text[2048];

	text_vformat(text, sizeof text, fmt, ap);
	cli_say("%s (try %s -h)", text, program_invocation_short_name);
}

int
cli_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_usage(fmt, ap);
	va_end(ap);
	return STATUS_USAGE;
}

void
cli_refuse(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_usage(fmt, ap);
	va_end(ap);
}

/* Names the flag, and the one that may have been meant. */
static void
refuse_long(const char *word, const char *what, const struct option *longs)
{
	const char *names[FLAGS_MAX];
	const char *like = NULL;
	size_t count = 0;

	for (; count < FLAGS_MAX && longs[count].name; count++)
		names[count] = longs[count].name;
	if (optopt == 0 && strncmp(word, "--", 2) == 0) /* it is not one that lacks its value */
		like = suggest(word + 2, names, count);
	cli_refuse("%s: %s%s%s%s", word, what, like ? "; did you mean --" : "", like ? like : "",
		like ? "?" : "");
}

/* The flag that getopt_long() has just refused, as the user wrote it. */
static void
refuse(int argc, char **argv, const char *shorts, const struct option *longs, int got)
{
	const char *what = got == ':' ? "needs a value" : "unknown flag";
	const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
	bool is_known = optopt > UCHAR_MAX || (optopt > 0 && strchr(shorts, optopt));

	if (got == '?' && is_known) /* only --flag=value comes here */
		cli_refuse("%s: takes no value", word);
	else if (optopt && (!is_known || strncmp(word, "--", 2) != 0))
		cli_refuse("-%c: %s", optopt, what);
	else
		refuse_long(word, what, longs);
}

int
cli_option(int argc, char **argv, const char *shorts, const struct option *longs)
{
	int got, index = -1;
	const char *word;

	opterr = 0;
	optarg = NULL;
	got = getopt_long(argc, argv, shorts, longs, &index);
	if (got == '?' || got == ':') {
		refuse(argc, argv, shorts, longs, got);
		return '?';
	}
	if (index < 0)
		return got;
	/* the word before the value, if that is a word of its own; operands may precede both */
	word = argv[optind - (optarg && optarg == argv[optind - 1] ? 2 : 1)];
	if (strcspn(word + 2, "=") != strlen(longs[index].name)) {
		cli_refuse("%.*s: unknown flag; did you mean --%s?", (int)strcspn(word, "="), word,
			longs[index].name);
		return '?';
	}
	return got;
}

int
cli_finish(int status)
{
	bool failed = fflush(stdout) != 0 || ferror(stdout);
	int error = errno;

	if (fclose(stdout) != 0 && !failed) {
		failed = true;
		error = errno;
	}
	if (!failed)
		return status;
	cli_say("cannot write the output: %s", strerror(error));
	return STATUS_IO;
}
