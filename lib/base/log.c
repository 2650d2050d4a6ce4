/* SPDX-License-Identifier: ISC */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/vis.h"

/* A line fits what a pipe takes at once (PIPE_BUF), even if every byte has to be escaped. */
enum { TEXT_MAX = 900, LINE_BYTES_MAX = 4000, PATIENCE_MS = 1000, WRITES_MAX = 8 };

/* systemd.exec(5): JOURNAL_STREAM is DEVICE:INODE of the stream that the journal reads. */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st))
		return false;
	text_format(ours, sizeof ours, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void
log_open(struct log *l, const char *program, enum log_level limit)
{
	*l = (struct log){.program = program, .limit = limit, .journal = stderr_is_journal()};
	buf_init(&l->text, TEXT_MAX);
	buf_init(&l->line, LINE_BYTES_MAX);
	(void)buf_reserve(&l->text, TEXT_MAX); /* within the ceiling, so never NULL */
	(void)buf_reserve(&l->line, LINE_BYTES_MAX);
}

void
log_close(struct log *l)
{
	buf_free(&l->text);
	buf_free(&l->line);
}

/* Never blocks for long, because a supervisor must not hang on its own messages. */
static void
put(const char *bytes, size_t len)
{
	struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};

	for (int i = 0; i < WRITES_MAX && len; i++) {
		ssize_t n;

		if (poll(&out, 1, PATIENCE_MS) <= 0)
			return;
		n = write(STDERR_FILENO, bytes, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static void
emit(struct log *l, enum log_level level, const char *program)
{
	int64_t now_ms = l->times ? clock_wall_ms() : 0;
	char time[TIMESTAMP_SIZE];

	buf_clear(&l->line);
	if (l->journal)
		buf_printf(&l->line, "<%d>", (int)level);
	if (l->times && now_ms >= 0 && now_ms <= TIMESTAMP_MAX) {
		timestamp_format(time, now_ms);
		buf_printf(&l->line, "%s ", time);
	}
	if (program)
		buf_printf(&l->line, "%s: ", program);
	vis_add(&l->line, l->text.data, l->text.len);
	buf_add_char(&l->line, '\n');
	put(l->line.data, l->line.len);
}

/* As printf() into the text, cut if it is too long. */
static void __attribute__((format(printf, 2, 0)))
set_text(struct log *l, const char *fmt, va_list ap)
{
	int len = vsnprintf(l->text.data, TEXT_MAX, fmt, ap);

	if (len >= TEXT_MAX)
		len = TEXT_MAX - 1;
	l->text.len = len > 0 ? (size_t)len : 0;
}

void
log_message(struct log *l, enum log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > l->limit)
		return;
	va_start(ap, fmt);
	set_text(l, fmt, ap);
	va_end(ap);
	emit(l, level, l->program);
}

void
log_plain(struct log *l, enum log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > l->limit)
		return;
	va_start(ap, fmt);
	set_text(l, fmt, ap);
	va_end(ap);
	emit(l, level, NULL);
}

void
log_answer(struct log *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(l, fmt, ap);
	va_end(ap);
	emit(l, LOG_NOTICE, l->program);
}

struct buf *
log_start(struct log *l)
{
	buf_clear(&l->text);
	return &l->text;
}

void
log_end(struct log *l, enum log_level level)
{
	if (level <= l->limit)
		emit(l, level, l->program);
}
