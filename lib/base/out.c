/* SPDX-License-Identifier: ISC */
#include "base/out.h"

#include <stdarg.h>

void
out_text(FILE *out, const char *text)
{
	(void)fputs(text, out); /* in this file: an error stays in the FILE */
}

void
out_bytes(FILE *out, const void *bytes, size_t len)
{
	(void)fwrite(bytes, 1, len, out);
}

void
out_char(FILE *out, char c)
{
	(void)putc(c, out);
}

void
out_flush(FILE *out)
{
	(void)fflush(out);
}

void
out_format(FILE *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(out, fmt, ap);
	va_end(ap);
}
