/* SPDX-License-Identifier: ISC */
#ifndef OP_TIME_SPEC_H
#define OP_TIME_SPEC_H

#include <stdbool.h>
#include <stdint.h>

/* How a point in time on a command line is read. */
struct time_spec {
	int64_t now_ms;	 /* since 1970, as in timestamp.h */
	int64_t near_ms; /* 02:00 is the last one up to this time, or with ahead the next one after
			    it; 0: now_ms */
	bool utc;	 /* dates and times of day are in UTC, else in the time zone TZ */
	bool ahead;	 /* 02:00 is the next one and 2h is from now; else the last one and ago */
	bool day_end;	 /* a day alone means its end; else its beginning */
};

/*
 * Reads one of
 *
 *	2h  1h30m  1w  -7d		a duration, before now or, with ahead, after it
 *	now  today  yesterday  tomorrow
 *	02:00  02:00:30			the last one or, with ahead, the next one
 *	2026-11-26
 *	2026-11-26 02:00		seconds may follow; T instead of the blank, too
 *	2026-11-26T02:00:00.5+01:00	RFC 3339, with Z or any offset
 *	@1795306100			seconds since 1970
 *
 * to milliseconds since 1970, from 1970 to 9999. 0, or -1 if text has none of these forms.
 */
int time_spec_parse(const char *text, const struct time_spec *spec, int64_t *ms);

/* Examples for messages: "a time is expected, " TIME_SPEC_FORMS. */
#define TIME_SPEC_FORMS \
	"such as 2h, 02:00, yesterday, 2026-11-26, \"2026-11-26 02:00\" or 2026-11-26T02:00:00Z"

#endif
