/* SPDX-License-Identifier: ISC */
#include "base/text.h"

#include <stdio.h>

void
text_vformat(char *out, size_t size, const char *fmt, va_list ap)
{
	if (vsnprintf(out, size, fmt, ap) < 0)
		out[0] = '\0';
}

void
text_format(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vformat(out, size, fmt, ap);
	va_end(ap);
}
