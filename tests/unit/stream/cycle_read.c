/* SPDX-License-Identifier: ISC */
#include "stream/cycle_read.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "unit.h"

#define BEGIN                                                                                      \
	"{\"kind\":\"begin\",\"stream\":\"observations\",\"v\":1,\"at\":\"2026-01-24T23:08:17Z\"}" \
	"\n"

/* The events of a text as letters: B(egin) R(ecord) E(nd) T(orn) F(ailed). */
static const char *
events(const char *text, size_t len, int *status)
{
	static char out[64];
	bool reported;
	size_t n = 0;
	struct fault f;
	struct cycle_read *r;
	enum cycle_event event;
	FILE *file = tmpfile();

	if (!file || fwrite(text, 1, len, file) != len || fflush(file) ||
		lseek(fileno(file), 0, SEEK_SET) != 0)
		return "cannot write the test's own file";
	r = cycle_read_open(fileno(file), CYCLE_OBSERVATIONS);
	while (n < sizeof out - 1 && (event = cycle_read_next(r, &f)) != CYCLE_EOF)
		out[n++] = "FxBRET"[event + 1];
	out[n] = '\0';
	*status = cycle_read_finish(r, &reported, &f) ? f.status : 0;
	if (reported != (strchr(out, 'T') != NULL))
		return "a torn cycle that was not reported, or the reverse";
	cycle_read_close(r);
	(void)fclose(file); /* a temporary one */
	return out;
}

static const struct {
	const char *text, *events;
	int status;
} framing[] = {
	{BEGIN "{\"kind\":\"end\"}\n", "BE", 0},
	{BEGIN "{\"kind\":\"end\",\"records\":0}\n", "BE", 0},
	{BEGIN "{\"kind\":\"store\"}\n{\"id\":1,\"kind\":\"x\"}\n{\"kind\":\"end\","
	       "\"records\":2}\n",
		"BRRE", 0},
	{BEGIN "{\"kind\":\"store\"}\n{\"kind\":\"end\",\"records\":2}\n", "BRT", 65},
	{BEGIN "{\"kind\":\"store\"}\n", "BRT", 65},
	{BEGIN "{\"kind\":\"store\"}\n{\"kind\":\"end\"}", "BRT", 65},
	{BEGIN BEGIN "{\"kind\":\"end\"}\n", "BTBE", 65},
	{BEGIN "nonsense\n{\"kind\":\"store\"}\n{\"kind\":\"end\"}\n" BEGIN "{\"kind\":\"end\"}\n",
		"BTBE", 65},
	{BEGIN "{\"id\":1}\n{\"kind\":\"end\"}\n", "BT", 65},
	{BEGIN "{\"k\\u0069nd\":\"e\\u006ed\"}\n", "BE", 0},
	{BEGIN "{\"kind\":\"end\",\"kind\":\"end\"}\n", "BT", 65},
	{BEGIN "{\"kind\":\"end\",\"records\":\"0\"}\n", "BT", 65},
	{"\n \n" BEGIN "\n\t\r\n{\"kind\":\"store\"}\n\n{\"kind\":\"end\",\"records\":1}\n\n",
		"BRE", 0},
	{"{\"kind\":\"begin\",\"at\":\"2026-01-24T23:08:17+00:00\"}\n"
	 "{\"kind\":\"end\"}\n",
		"BE", 0},
	{"{\"kind\":\"begin\",\"at\":\"\\u00320\\u00326-01-24T23:08:17\\u002B00:00\"}\n"
	 "{\"kind\":\"end\"}\n",
		"BE", 0},
	{"\n", "", 65},
	{"{\"kind\":\"store\"}\n{\"kind\":\"end\"}\n" BEGIN "{\"kind\":\"end\"}\n", "TBE", 65},
	{"{\"kind\":\"begin\"}\n{\"kind\":\"end\"}\n", "T", 65},
	{"{\"kind\":\"begin\",\"at\":\"yesterday\"}\n{\"kind\":\"end\"}\n", "T", 65},
	{"{\"kind\":\"begin\",\"at\":\"2026-01-24T23:08:17Z\",\"stream\":\"verdicts\"}\n", "T", 65},
	{"{\"kind\":\"begin\",\"at\":\"2026-01-24T23:08:17Z\",\"v\":2}\n", "T", 65},
	{"{\"kind\":\"begin\",\"at\":\"2026-01-24T23:08:17Z\",\"subject\":\"../x\"}\n", "T", 65},
	{"", "", 65},
};

static void
test_framing(void)
{
	int status;

	for (size_t i = 0; i < sizeof framing / sizeof framing[0]; i++) {
		const char *got = events(framing[i].text, strlen(framing[i].text), &status);

		CHECK_AS(strcmp(got, framing[i].events) == 0 && status == framing[i].status,
			framing[i].text);
	}
}

/* A cycle that is cut short, at any byte, is never taken for a whole one. */
static void
test_cuts(void)
{
	static const char text[] = BEGIN
		"{\"kind\":\"store\",\"id\":\"1\"}\n{\"kind\":\"end\",\"records\":1}\n";
	int status, wrong = 0;

	for (size_t len = 0; len < sizeof text - 1; len++)
		wrong += strchr(events(text, len, &status), 'E') != NULL || status != 65;
	CHECK(wrong == 0);
}

static void
test_ceilings(void)
{
	static const size_t sizes[] = {
		CYCLE_OBSERVATION_MAX - 30, CYCLE_OBSERVATION_MAX + 1, CYCLE_LINE_MAX + 100};
	static const char *const want[] = {"BREBE", "BTBE", "BTBE"};
	struct buf b;
	int status;

	buf_init(&b, 2 * CYCLE_LINE_MAX);
	for (size_t i = 0; i < 3; i++) {
		buf_clear(&b);
		buf_add_text(&b, BEGIN "{\"kind\":\"store\",\"x\":\"");
		memset(buf_reserve(&b, sizes[i]), 'x', sizes[i]);
		b.len += sizes[i];
		buf_add_text(&b, "\"}\n{\"kind\":\"end\"}\n" BEGIN "{\"kind\":\"end\"}\n");
		CHECK_AS(strcmp(events(b.data, b.len, &status), want[i]) == 0, want[i]);
	}
	buf_free(&b);
}

/* The input is torn at its first line, with this fault. */
static void
torn_as(const char *text, size_t len, const char *wanted)
{
	int ends[2];
	struct cycle_read *r;
	struct fault f = {0};

	if (pipe(ends) || write(ends[1], text, len) != (ssize_t)len || close(ends[1]))
		exit(1);
	r = cycle_read_open(ends[0], CYCLE_OBSERVATIONS);
	CHECK(cycle_read_next(r, &f) == CYCLE_TORN && strstr(f.text, wanted) != NULL);
	CHECK(cycle_read_next(r, &f) == CYCLE_EOF); /* one report for all of it */
	cycle_read_close(r);
	(void)close(ends[0]);
}

static void
test_encodings(void)
{
	static const char with_mark[] = "\xef\xbb\xbf{\"kind\":\"begin\"}\n{\"kind\":\"end\"}\n";
	static const char utf16[] = "\xff\xfe{\0\"\0k\0\n\0}\0\n";
	static const char bare_utf16[] = "\0{\0\"\0k\0\n\0}\0\n";

	torn_as(with_mark, sizeof with_mark - 1,
		"line 1: the cycle is torn: the input begins with a byte order mark");
	torn_as(utf16, sizeof utf16 - 1, "UTF-16");
	torn_as(bare_utf16, sizeof bare_utf16 - 1, "UTF-16");
}

static void
test_reject(void)
{
	static const char text[] = BEGIN
		"{\"kind\":\"store\"\n{\"kind\":\"store\"}\n{\"kind\":\"end\"}\n" BEGIN
		"{\"kind\":\"end\"}\n";
	FILE *file = tmpfile();
	struct cycle_read *r;
	const struct fault reject = {.status = STATUS_DATA, .text = "why not"};
	struct fault f;

	if (!file || fputs(text, file) < 0 || fflush(file) || lseek(fileno(file), 0, SEEK_SET) != 0)
		exit(1);
	r = cycle_read_open(fileno(file), CYCLE_OBSERVATIONS);
	CHECK(cycle_read_next(r, &f) == CYCLE_BEGIN);
	CHECK(strcmp(cycle_read_head(r)->subject, "tikv") == 0 &&
		strcmp(cycle_read_head(r)->cluster, "default") == 0);
	CHECK(cycle_read_next(r, &f) == CYCLE_RECORD);
	cycle_read_reject(r, &reject);
	CHECK(cycle_read_next(r, &f) == CYCLE_TORN);
	CHECK(strcmp(f.text, "line 2: the cycle is torn: why not") == 0 && f.status == 65);
	CHECK(cycle_read_next(r, &f) == CYCLE_BEGIN);
	CHECK(cycle_read_next(r, &f) == CYCLE_END);
	CHECK(cycle_read_next(r, &f) == CYCLE_EOF);
	CHECK(cycle_read_whole(r) == 1 && cycle_read_torn(r) == 1);
	cycle_read_close(r);
	(void)fclose(file); /* a temporary one */
}

int
main(void)
{
	test_framing();
	test_cuts();
	test_ceilings();
	test_encodings();
	test_reject();
	return unit_done();
}
