/* SPDX-License-Identifier: ISC */
#include "scrape/progress.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "scrape/history.h"

void
progress_begin(struct progress *p, int64_t every_ns)
{
	p->begun_ns = p->told_ns = clock_monotonic_ns();
	p->every_ns = every_ns;
}

int
progress_due(struct progress *p, const struct history *h, char text[PROGRESS_SIZE])
{
	int64_t now = clock_monotonic_ns();
	double seconds = (double)(now - p->begun_ns) / 1e9, rate;
	char at[TIMESTAMP_SIZE], left[32];

	if (now - p->told_ns < p->every_ns || !h->done || seconds <= 0)
		return 0;
	p->told_ns = now;
	rate = (double)h->done / seconds;
	timestamp_format(at, h->first_ms + (int64_t)(h->done - 1) * h->options.step_ms);
	text_format(text, PROGRESS_SIZE, "%.16sZ  %3d%%  %.*f cycles/s  %s left", at,
		(int)(h->done * 100 / h->total), rate < 10 ? 1 : 0, rate,
		duration_format(left, (int64_t)((double)(h->total - h->done) / rate) * 1000));
	return 1;
}

void
progress_sum(const struct history *h, char text[PROGRESS_SIZE])
{
	const struct {
		size_t count;
		const char *what;
	} gaps[] = {{h->unscraped, "in which Prometheus did not scrape"},
		{h->leaderless, "without a PD leader"},
		{h->mixed, "not of exactly one cluster (--match chooses one)"},
		{h->lost, "of which a query failed"}};
	const char *before = "; ";
	char at[TIMESTAMP_SIZE];
	struct buf out;

	buf_init(&out, PROGRESS_SIZE - 1);
	buf_printf(&out, "%zu cycles", h->cycles);
	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
		if (gaps[i].count) {
			buf_printf(&out, "%s%zu %s", before, gaps[i].count, gaps[i].what);
			before = ", ";
		}
	if (h->leading && h->cycles) {
		timestamp_format(at, h->begun_ms);
		buf_printf(&out, "; begins %.19sZ (no history before)", at);
	}
	text_format(text, PROGRESS_SIZE, "%s", out.data);
	buf_free(&out);
}
