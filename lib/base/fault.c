/* SPDX-License-Identifier: ISC */
#include "base/fault.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void
fault_vput(struct fault *f, enum status status, const char *fmt, va_list ap)
{
	f->status = status;
	f->newer = f->unknown = false;
	text_vformat(f->text, sizeof f->text, fmt, ap); /* a cut sentence is still a sentence */
}

int
fault_set(struct fault *f, enum status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_vput(f, status, fmt, ap);
	va_end(ap);
	return -1;
}

void
fault_put(struct fault *f, enum status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_vput(f, status, fmt, ap);
	va_end(ap);
}

static enum status
status_of(int error, enum status otherwise)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EAGAIN:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return STATUS_TRY_AGAIN;
	case EACCES:
	case EPERM:
	case EROFS:
		return STATUS_PERMISSION;
	case EIO:
	case ESTALE:
		return STATUS_IO;
	default:
		return otherwise;
	}
}

int
fault_errno(struct fault *f, enum status otherwise, int error, const char *fmt, ...)
{
	char what[sizeof f->text];
	va_list ap;

	va_start(ap, fmt);
	text_vformat(what, sizeof what, fmt, ap);
	va_end(ap);
	return fault_set(f, status_of(error, otherwise), "%.*s: %s", (int)sizeof what - 128, what,
		strerror(error));
}

static void __attribute__((format(printf, 2, 0)))
put_before(struct fault *f, const char *fmt, va_list ap)
{
	char where[sizeof f->text];
	char text[sizeof f->text];

	text_vformat(where, sizeof where, fmt, ap);
	memcpy(text, f->text, sizeof text);
	text_format(f->text, sizeof f->text, "%.*s: %s", (int)sizeof where / 2, where, text);
}

int
fault_within(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_before(f, fmt, ap);
	va_end(ap);
	return -1;
}

void
fault_prefix(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_before(f, fmt, ap);
	va_end(ap);
}
