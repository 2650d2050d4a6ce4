/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_UNITS_H
#define OP_REPORT_UNITS_H

#include <stdbool.h>

#include "base/span.h"

enum { UNITS_SIZE = 64 };

/*
 * A number with the unit that its name ends in, for people: disk_total_bytes
 * 536870912000 is "500 GiB", latency_p99_ms 41.48 is "41.48 ms", uptime_s 7260
 * is "2h1m", disk_percent 7.5 is "7.5 %". Returns false, and writes nothing, if
 * the name has no unit.
 */
bool units_format(char out[UNITS_SIZE], struct span name, struct span number);

#endif
