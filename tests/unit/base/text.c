/* SPDX-License-Identifier: ISC */
/* numbers, durations, times, and text made safe for a terminal */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/number.h"
#include "base/timestamp.h"
#include "base/vis.h"
#include "unit.h"

static void
test_integers(void)
{
	static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "0x1", "9223372036854775808",
		"-9223372036854775809", "1.0"};
	int64_t n = 7;
	uint64_t u;

	CHECK(number_i64("-9223372036854775808", 20, INT64_MIN, INT64_MAX, &n) == 0 &&
		n == INT64_MIN);
	CHECK(number_i64("9223372036854775807", 19, INT64_MIN, INT64_MAX, &n) == 0 &&
		n == INT64_MAX);
	CHECK(number_u64("18446744073709551615", 20, UINT64_MAX, &u) == 0 && u == UINT64_MAX);
	CHECK(number_u64("18446744073709551616", 20, UINT64_MAX, &u) == -1);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_AS(
			number_i64(bad[i], strlen(bad[i]), INT64_MIN, INT64_MAX, &n) == -1, bad[i]);
	CHECK(number_i64("5", 1, 6, 9, &n) == -1 && number_i64("10", 2, 6, 9, &n) == -1);
}

static void
test_doubles(void)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {{"0", 0}, {"41.5", 41.5}, {"-1e-3", -1e-3},
		{"123456789012345678901234567890", 123456789012345678901234567890.0}, {"0.1", 0.1},
		{"1e308", 1e308}, {"4.9e-324", 4.9e-324}, {"9007199254740993", 9007199254740992.0},
		{"1.7976931348623157e308", 1.7976931348623157e308}, {"0e999999", 0}, {"-0", -0.0},
		{"-0.00e5", -0.0}, {"1e-400", 0}, {"-12", -12},
		{"999999999999999", 999999999999999}, {"1e15", 1e15},
		{"0.000000000000000000000000000000000000000000001", 1e-45},
		{"1234567890123456789012345678901234567890123456789012345678901234567890",
			1234567890123456789012345678901234567890123456789012345678901234567890.0}};
	static const char *const bad[] = {
		"", "-", ".5", "1.", "01", "1e", "1e999", "-1e999", "nan", "inf", "1 ", "0x10"};
	char text[32];
	bool zero;
	double d;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		double back;
		size_t len;

		CHECK_AS(number_double(good[i].text, strlen(good[i].text), &d) == 0 &&
				 memcmp(&d, &good[i].value, sizeof d) == 0,
			good[i].text);
		CHECK_AS(number_check(good[i].text, strlen(good[i].text), &zero) == 0 &&
				 zero == (good[i].value == 0),
			good[i].text);
		len = number_format(text, good[i].value);
		CHECK_AS(len == strlen(text) && number_double(text, len, &back) == 0 &&
				 memcmp(&back, &good[i].value, sizeof d) == 0,
			text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_AS(number_double(bad[i], strlen(bad[i]), &d) == -1 &&
				 number_check(bad[i], strlen(bad[i]), &zero) == -1,
			bad[i]);
	CHECK(number_format(text, 41.5) == 4 && strcmp(text, "41.5") == 0);
	CHECK(number_format(text, 536870912000.0) == 12 && strcmp(text, "536870912000") == 0);
}

/* Sets `text` to the shortest one that printf() writes and strtod() reads back as the same. */
static void
print_shortest(char text[32], double value)
{
	for (int precision = 15; precision <= 17; precision++) {
		(void)snprintf(text, 32, "%.*g", precision, value);
		if (strtod(text, NULL) == value)
			return;
	}
}

static void
test_formats(void)
{
	static const double parts[] = {1, 2, 3, 10, 64, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e12};
	char text[32], shortest[32];
	size_t bad = 0;

	for (uint64_t i = 0, n = 1; i < 20000; i++, n = n * 6364136223846793005u + 1)
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
			double value = (double)(int64_t)(n >> i % 60) / parts[k] * (i % 2 ? 1 : -1);

			print_shortest(shortest, value);
			bad += number_format(text, value) != strlen(shortest) ||
			       strcmp(text, shortest) != 0;
		}
	CHECK(bad == 0);
}

static void
test_durations(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"30", 30000}, {"0.5", 500}, {"500ms", 500}, {"30s", 30000}, {"5m", 300000},
		{"1h", 3600000}, {"2d", 172800000}, {"0", 0}, {"1.005", 1005}, {"0.29s", 290},
		{"1w", 604800000}, {"1h30m", 5400000}, {"1w2d3h4m5s6ms", 788645006},
		{"1m0.5s", 60500}, {"1.5h", 5400000}, {"0h0m", 0}};
	static const char *const bad[] = {"", "s", "-1", "1 s", "1S", "1e3", "1s1", ".5", "5.",
		"999999d", "0x1", "1ms ", "30m1h", "1h1h", "1h 30m", "h30m", "1h-30m", "1hm", "1y",
		"9999w9999w", "5300w", "1..5s", "1.5.s"};
	char out[32];
	int64_t ms;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CHECK_AS(duration_parse(good[i].text, strlen(good[i].text), &ms) == 0 &&
				 ms == good[i].ms,
			good[i].text);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_AS(duration_parse(bad[i], strlen(bad[i]), &ms) == -1, bad[i]);
	CHECK(strcmp(duration_format(out, 90), "90ms") == 0);
	CHECK(strcmp(duration_format(out, 90000), "1m30s") == 0);
	CHECK(strcmp(duration_format(out, 60000), "1m") == 0);
	CHECK(strcmp(duration_format(out, INT64_C(187200000)), "2d4h") == 0);
	CHECK(strcmp(duration_format(out, 1500), "1s") == 0);
}

static void
test_times(void)
{
	static const char *const bad[] = {"", "2026-01-24T23:08:17", "2026-01-24 23:08:17Z",
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-24T24:00:00Z",
		"2026-01-24T23:60:00Z", "2026-01-24T23:08:60Z", "2026-01-24T23:08:17.Z",
		"2026-01-24T23:08:17+01:00", "2026-01-24T23:08:17-00:00",
		"2026-01-24T23:08:17+0000", "2026-01-24T23:08:17.+00:00", "2026-01-24+00:00",
		"1969-12-31T23:59:59Z", "2026-01-24T23:08:17.12xZ", "2026-01-24T23:08:17z",
		"x026-01-24T23:08:17Z"};
	char out[TIMESTAMP_SIZE];
	int64_t ms;

	CHECK(timestamp_parse("2026-01-24T23:08:17.123Z", 24, &ms) == 0 &&
		ms == INT64_C(1769296097123));
	timestamp_format(out, ms);
	CHECK(strcmp(out, "2026-01-24T23:08:17.123Z") == 0);
	CHECK(timestamp_parse("2026-01-24T23:08:17Z", 20, &ms) == 0 &&
		ms == INT64_C(1769296097000));
	CHECK(timestamp_parse("2026-01-24T23:08:17.1239999Z", 28, &ms) == 0 &&
		ms == INT64_C(1769296097123));
	CHECK(timestamp_parse("2024-02-29T00:00:00.5Z", 22, &ms) == 0 &&
		ms == INT64_C(1709164800500));
	CHECK(timestamp_parse("2026-01-24T23:08:17+00:00", 25, &ms) == 0 &&
		ms == INT64_C(1769296097000));
	CHECK(timestamp_parse("2026-01-24T23:08:17.123456+00:00", 32, &ms) == 0 &&
		ms == INT64_C(1769296097123));
	CHECK(timestamp_parse("9999-12-31T23:59:59.999Z", 24, &ms) == 0);
	timestamp_format(out, ms);
	CHECK(strcmp(out, "9999-12-31T23:59:59.999Z") == 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_AS(timestamp_parse(bad[i], strlen(bad[i]), &ms) == -1, bad[i]);
}

static void
test_vis(void)
{
	struct buf b;

	buf_init(&b, 256);
	vis_add(&b, "a\n\x1b[31m\xc2\x9b\xe2\x80\xae\xff\xc3\xa9\\", 16);
	CHECK(strcmp(b.data, "a\\n\\x1b[31m\\x9b\\u{202e}\\xff\xc3\xa9\\") == 0);
	buf_clear(&b);
	vis_add_lines(&b, "a\n\tb\r\x1b", 6);
	CHECK(!b.full && strcmp(b.data, "a\n\tb\\r\\x1b") == 0);
	buf_free(&b);
}

int
main(void)
{
	test_integers();
	test_doubles();
	test_formats();
	test_durations();
	test_times();
	test_vis();
	return unit_done();
}
