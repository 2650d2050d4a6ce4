/* SPDX-License-Identifier: ISC */
#include "report/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "report/chart.h"
#include "report/incident.h"
#include "report/stretch.h"
#include "report/tally.h"
#include "report/units.h"
#include "unit.h"

#define BEGIN                                         \
	"{\"kind\":\"begin\",\"stream\":\"tickets\"," \
	"\"since\":\"2026-01-01T00:00:00Z\","         \
	"\"until\":\"2026-01-01T10:00:00Z\"}\n"
#define END "{\"kind\":\"end\"}\n"
#define HOUR ((int64_t)3600000)

static int64_t start; /* the since of BEGIN */

static int
read_text(struct history *h, const char *text, struct fault *f)
{
	FILE *file = tmpfile();
	int result;

	if (!file || fputs(text, file) < 0 || fflush(file) || lseek(fileno(file), 0, SEEK_SET) != 0)
		exit(1);
	result = history_read(h, fileno(file), f);
	(void)fclose(file); /* a temporary one */
	return result;
}

/* Reads a stream of these records, which must be accepted. */
static void
must_read(struct history *h, const char *records)
{
	char text[8192];
	struct fault f;

	(void)snprintf(text, sizeof text, BEGIN "%s" END, records);
	if (read_text(h, text, &f)) {
		printf("# %s\n", f.text);
		exit(1);
	}
}

#define TICKET(id, store, from, until, more)                                                   \
	"{\"id\":" #id ",\"invariant_name\":\"x\",\"store_id\":" store ",\"batch_key\":\"b\"," \
	"\"status\":\"resolved\",\"created_at\":\"2026-01-01T" from ":00Z\","                  \
	"\"resolved_at\":\"2026-01-01T" until ":00Z\"" more "}\n"

static void
test_torn(void)
{
	static const char *const torn[] = {"", "\n", BEGIN, BEGIN BEGIN END, END,
		BEGIN "{\"kind\":\"end\",\"records\":1}\n", BEGIN "{}\n" END,
		BEGIN "{\"kind\":\"gap\"}\n" END, BEGIN "{\"kind\":\"mute\"}\n" END,
		BEGIN "{\"kind\":\"x\"\n" END, BEGIN "{\"kind\":\"x\"}}\n" END,
		BEGIN "{\"id\":1,\"invariant_name\":7,\"created_at\":\"2026-01-01T00:00:00Z\","
		      "\"held\":2}\n" END,
		BEGIN TICKET(1, "null", "01:00", "02:00", ",\"events\":[1]") END,
		BEGIN TICKET(1, "null", "01:00", "02:00", ",\"events\":{}") END,
		BEGIN TICKET(1, "null", "01:00", "02:00", ",\"events\":[{\"event\":\"created\"}]")
			END,
		BEGIN TICKET(1, "null", "01:00", "02:00", ",\"metric_snapshot\":[]") END,
		BEGIN TICKET(1, "null", "01:00", "02:00", ",\"missing\":\"qps\"") END};

	for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
		struct history h;
		struct fault f = {0};

		CHECK_AS(read_text(&h, torn[i], &f) == -1 && f.status == STATUS_DATA && *f.text,
			torn[i]);
		history_free(&h);
	}
}

static void
test_window(void)
{
	struct history h;
	struct fault f;

	CHECK(read_text(&h,
		      "{\"kind\":\"begin\",\"stream\":\"tickets\",\"since\":null}\n" TICKET(
			      1, "null", "03:00", "04:00", "") END,
		      &f) == 0);
	CHECK(h.since_ms == start + 3 * HOUR - HOUR / 25 &&
		h.until_ms == start + 4 * HOUR + HOUR / 25);
	history_free(&h);
	CHECK(read_text(&h, "{\"kind\":\"begin\",\"stream\":\"tickets\"}\n" END, &f) == 0);
	CHECK(h.since_ms < h.until_ms && h.ticket_count == 0);
	history_free(&h);
}

static bool
is_stretch(const struct stretches *s, size_t i, int64_t from_min, int64_t until_min)
{
	return i < s->count && s->list[i].from_ms == start + from_min * 60000 &&
	       s->list[i].until_ms == start + until_min * 60000;
}

#define EVENT(word, at) "{\"event\":\"" word "\",\"at\":\"2026-01-01T" at ":00Z\"}"
#define MUTE(globs, from, until, lifted)                                       \
	"{\"kind\":\"mute\"," globs "\"from_at\":\"2026-01-01T" from ":00Z\"," \
	"\"until_at\":\"2026-01-01T" until ":00Z\",\"lifted_at\":" lifted "}\n"

static void
test_stretches(void)
{
	struct history h;
	struct stretches s = {0};

	must_read(&h,
		TICKET(1, "\"2\"", "01:00", "03:00",
			",\"events\":[" EVENT("evidence_lost", "01:10") "," EVENT(
				"evidence_back", "01:20") "," EVENT("evidence_lost", "02:50") "]")
			MUTE("\"store\":\"[12]\",", "00:00", "01:30", "\"2026-01-01T01:15:00Z\"")
				MUTE("\"store\":\"3\",", "00:00", "09:00", "null") MUTE(
					"\"invariant\":\"*\",", "01:15", "01:40", "null")
					MUTE("\"cluster\":\"other\",", "00:00", "09:00", "null"));
	stretches_lost(&s, &h, &h.tickets[0]);
	CHECK(s.count == 2 && is_stretch(&s, 0, 70, 80) && is_stretch(&s, 1, 170, 180));
	stretches_clear(&s);
	stretches_muted(&s, &h, &h.tickets[0]);
	CHECK(s.count == 1 && is_stretch(&s, 0, 60, 100));
	stretches_free(&s);
	history_free(&h);
}

static void
test_chart(void)
{
	struct history h;
	struct chart *charts;
	size_t count;

	must_read(&h, TICKET(1, "\"10\"", "01:00", "03:00", "") TICKET(2, "\"2\"", "01:00", "03:00",
			      "") TICKET(3, "\"2\"", "02:00", "04:00", "") TICKET(4, "\"2\"",
			      "05:00", "06:00", "") "{\"kind\":\"gap\",\"cluster\":\"alone\","
						    "\"began_at\":\"2026-01-01T01:00:00Z\"}\n");
	charts = charts_make(&h, &count);
	CHECK(count == 2 && span_is(charts[0].cluster, "alone") && charts[0].row_count == 1);
	/* the whole cluster, then the stores in numeric order */
	CHECK(charts[1].row_count == 3 && !charts[1].rows[0].store.at);
	CHECK(span_is(charts[1].rows[1].store, "2") && span_is(charts[1].rows[2].store, "10"));
	CHECK(charts[1].rows[1].lanes == 2 && charts[1].rows[2].lanes == 1);
	CHECK(charts[1].bars[0].lane == 0 && charts[1].bars[1].lane == 1 &&
		charts[1].bars[2].lane == 0);
	charts_free(charts, count);
	history_free(&h);
}

static void
test_tally(void)
{
	struct history h;
	struct tally all, *list;
	struct incidents incidents;
	size_t count;

	must_read(&h, TICKET(1, "null", "01:00", "02:00",
			      ",\"events\":[" EVENT("acknowledged", "01:30") "]") TICKET(2, "null",
			      "03:00", "04:00", "") TICKET(3, "null", "05:00", "09:00", ""));
	all = tally_all(&h);
	CHECK(all.tickets == 3 && all.resolved == 3 && all.open == 0);
	CHECK(all.mean_ms == 2 * HOUR && all.median_ms == HOUR && all.longest_ms == 4 * HOUR);
	CHECK(all.acknowledged == 1 && all.acknowledged_ms == HOUR / 2);
	list = tally_flappers(&h, &count);
	CHECK(count == 1 && list[0].tickets == 3 && list[0].newest->id == 3);
	free(list);
	list = tally_invariants(&h, &count);
	CHECK(count == 1 && span_is(list[0].name, "x"));
	free(list);
	incidents_find(&incidents, &h);
	(void)incidents_of(&incidents, &h.tickets[1], &count);
	CHECK(count == 3);
	incidents_free(&incidents);
	history_free(&h);
}

static void
test_units(void)
{
	static const char *const cases[][3] = {
		{"disk_total_bytes", "536870912000", "500 GiB"},
		{"data_bytes", "1610612736", "1.5 GiB"},
		{"data_bytes", "512", "512 B"},
		{"write_bytes_per_s", "1048576", "1 MiB/s"},
		{"latency_p99_ms", "41.5", "41.5 ms"},
		{"wait_p99_s", "0.0415", "41.5 ms"},
		{"uptime_s", "7260", "2h1m"},
		{"raft_per_s", "1200.25", "1200/s"},
		{"cpu_percent", "7.5", "7.5 %"},
		{"region_count", "7", NULL},
		{"_s", "7", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[UNITS_SIZE] = "";
		bool has = units_format(out, span_of(cases[i][0]), span_of(cases[i][1]));

		CHECK_AS(has == (cases[i][2] != NULL) && (!has || strcmp(out, cases[i][2]) == 0),
			cases[i][0]);
		if (has && cases[i][2] && strcmp(out, cases[i][2]) != 0)
			printf("# got: %s\n", out);
	}
}

int
main(void)
{
	(void)timestamp_parse("2026-01-01T00:00:00Z", 20, &start); /* a valid time */
	test_torn();
	test_window();
	test_stretches();
	test_chart();
	test_tally();
	test_units();
	return unit_done();
}
