/* SPDX-License-Identifier: ISC */
#ifndef OP_TEXT_H
#define OP_TEXT_H

#include <stdarg.h>
#include <stddef.h>

/* As snprintf(), for texts that may be cut if they do not fit. size > 0. */
void text_format(char *out, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void text_vformat(char *out, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

#endif
