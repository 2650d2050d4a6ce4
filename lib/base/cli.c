/* SPDX-License-Identifier: ISC */
#include "base/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
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

enum {
	FLAGS_MAX = 128,
	LONGER_MAX = 6, /* more flags are not a suggestion */
};

/* Otherwise the next opened file, perhaps a database, would get such a descriptor. */
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

static void report_usage(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static void
report_usage(const char *fmt, va_list ap)
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

/* Adds the flags that begin with the word. Returns their number. */
static size_t
add_longer(struct buf *out, const char *word, size_t len, const struct option *longs)
{
	size_t count = 0;

	for (size_t i = 0; longs[i].name; i++)
		if (len && strncmp(longs[i].name, word, len) == 0)
			buf_printf(out, "%s--%s", count++ ? ", " : "", longs[i].name);
	return count;
}

/* Names the flag, and those that may have been meant: longer or similar ones. */
static void
refuse_unknown(const char *word, size_t len, const struct option *longs)
{
	char typed[64];
	const char *names[FLAGS_MAX], *like = NULL;
	size_t count = 0, longer;
	struct buf text;

	buf_init(&text, 256);
	longer = add_longer(&text, word, len, longs);
	for (; count < FLAGS_MAX && longs[count].name; count++)
		names[count] = longs[count].name;
	if (!longer && len < sizeof typed) {
		memcpy(typed, word, len);
		typed[len] = '\0';
		like = suggest(typed, names, count);
	}
	if (like)
		buf_printf(&text, "--%s", like);
	if (longer > LONGER_MAX || !text.len)
		cli_refuse("--%.*s: unknown flag", (int)len, word);
	else
		cli_refuse("--%.*s: unknown flag; did you mean %s%s?", (int)len, word,
			longer > 1 ? "one of " : "", text.data);
	buf_free(&text);
}

/* Whether it is a whole long flag, since getopt_long() also accepts abbreviations. */
static bool
is_known(const char *word, size_t len, const struct option *longs)
{
	for (; longs->name; longs++)
		if (strlen(longs->name) == len && memcmp(longs->name, word, len) == 0)
			return true;
	return false;
}

int
cli_option(int argc, char **argv, const char *shorts, const struct option *longs)
{
	const char *word = optind < argc ? argv[optind] : "";
	bool is_long = strncmp(word, "--", 2) == 0 && word[2];
	size_t len = is_long ? strcspn(word + 2, "=") : 0;
	int got;

	if (is_long && !is_known(word + 2, len, longs)) {
		refuse_unknown(word + 2, len, longs);
		return '?';
	}
	opterr = 0;
	optarg = NULL;
	got = getopt_long(argc, argv, shorts, longs, NULL);
	if (got != '?' && got != ':')
		return got;
	if (is_long)
		cli_refuse("%s: %s", word, got == ':' ? "needs a value" : "takes no value");
	else
		cli_refuse("-%c: %s", optopt, got == ':' ? "needs a value" : "unknown flag");
	return '?';
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
