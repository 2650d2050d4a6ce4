/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_DATE_H
#define OP_HTTP_DATE_H

#include <stdint.h>

/* Times in HTTP headers (RFC 9110, sections 5.6.7 and 10.2.3), in milliseconds. */

/* "Sun, 06 Nov 1994 08:49:37 GMT": since 1970; -1 if it is not a date of the years 1970 to 9999. */
int64_t http_date_ms(const char *text);

/* Whole seconds; `otherwise` if text is not a number of them. */
int64_t http_date_seconds_ms(const char *text, int64_t otherwise);

/* How long Retry-After (seconds or a date) asks to wait. date_ms is the answer's Date, or -1. */
int64_t http_date_retry_ms(const char *text, int64_t date_ms);

#endif
