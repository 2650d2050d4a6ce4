/* SPDX-License-Identifier: ISC */
#ifndef OP_LOG_H
#define OP_LOG_H

#include "base/buf.h"

/*
 * The messages of a process that lives for months: one line for each event,
 * written to stderr at once, safe on a terminal, without allocation. If
 * stderr is the journal, a line begins with its priority, sd-daemon(3). A
 * reader that does not read delays each line by a second at most; the line is
 * then dropped.
 */
enum log_level {
	LOG_ERROR = 3,
	LOG_WARNING = 4,
	LOG_NOTICE = 5,
	LOG_DEBUG = 7,
};

struct log {
	const char *program;
	enum log_level limit; /* less urgent messages are not written */
	bool times;	      /* each line begins with the time, RFC 3339 */
	struct buf text, line;
	bool journal;
};

/* Allocates all that it will ever need. times is false. */
void log_open(struct log *l, const char *program, enum log_level limit);
void log_close(struct log *l);

/* Writes "PROGRAM: " and the text. */
void log_message(struct log *l, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes only the text, for lines that other programs search for. */
void log_plain(struct log *l, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes "PROGRAM: " and the text whatever the limit is, to answer a request. */
void log_answer(struct log *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * For a line made in pieces: log_start() returns an empty buf to add to,
 * log_end() writes "PROGRAM: " and its content.
 */
struct buf *log_start(struct log *l);
void log_end(struct log *l, enum log_level level);

#endif
