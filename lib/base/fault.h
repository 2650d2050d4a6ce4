/* SPDX-License-Identifier: ISC */
#ifndef OP_FAULT_H
#define OP_FAULT_H

#include <stdarg.h>
#include <stdbool.h>

/*
 * Exit statuses of every program, after sysexits.h. They are part of the
 * interface: scripts test them.
 */
enum status {
	STATUS_OK = 0,
	STATUS_NO = 1,		 /* the answer is no */
	STATUS_USAGE = 64,	 /* flags or arguments */
	STATUS_DATA = 65,	 /* bad or torn input, corrupt database */
	STATUS_UNAVAILABLE = 69, /* a source did not answer */
	STATUS_IO = 74,		 /* reading or writing failed */
	STATUS_TRY_AGAIN = 75,	 /* locked, disk full, out of memory */
	STATUS_PERMISSION = 77,
	STATUS_CONFIG = 78, /* a bad configuration or invariant file */
};

/*
 * One failure: the exit status it calls for, and one sentence without the
 * program's name and without a newline. A function that takes a fault fills
 * it exactly when it returns -1 or NULL. The text may hold bytes from
 * outside; cli_report() makes them safe for a terminal.
 */
struct fault {
	int status;
	bool unknown; /* it may have been done, but the answer did not come */
	bool newer;   /* for op-ticket: the store's schema is newer than the program */
	char text[1024];
};

/* Sets status and text; a text too long is cut. Always -1, for `return fault_set(...)`. */
int fault_set(struct fault *f, enum status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As fault_set(), for a caller that returns later. */
void fault_put(struct fault *f, enum status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fault_vput(struct fault *f, enum status status, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/*
 * As fault_set(), with ": " and strerror(error) after the text and the
 * status that error calls for: 75 for ENOSPC, EDQUOT, EAGAIN, EMFILE, ENFILE
 * and ENOMEM, 77 for EACCES, EPERM and EROFS, 74 for EIO and ESTALE, else
 * `otherwise`. Always -1.
 */
int fault_errno(struct fault *f, enum status otherwise, int error, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "WHERE: " before the text; for the caller that knows the name of the thing. Always -1. */
int fault_within(struct fault *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As fault_within(), for a caller that returns later. */
void fault_prefix(struct fault *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
