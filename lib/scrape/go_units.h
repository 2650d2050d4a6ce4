/* SPDX-License-Identifier: ISC */
#ifndef OP_GO_UNITS_H
#define OP_GO_UNITS_H

#include <stddef.h>
#include <stdint.h>

/* Reads quantities as Go programs print them. 0, or -1 with the result unchanged. */

/*
 * github.com/docker/go-units BytesSize(), "%.4g%s" to base 1024: "0B",
 * "452.9GiB", "1.819TiB", up to "15.99EiB". Rounded to the byte.
 */
int go_units_bytes(const char *text, size_t len, uint64_t *bytes);

/*
 * time.Duration's String(): "827h39m41.79222082s", "469.216385ms", "12µs",
 * "30m0s", "0s", with or without a minus. Milliseconds, rounded down.
 */
int go_units_duration(const char *text, size_t len, int64_t *ms);

#endif
