/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "scrape/go_units.h"
#include "unit.h"

static const struct {
	const char *text;
	uint64_t bytes;
} sizes[] = {
	{"0B", 0},
	{"1B", 1},
	{"1023B", 1023},
	{"1KiB", 1024},
	{"500GiB", 536870912000},
	{"452.9GiB", 486297672090},
	{"15.67GiB", 16825534382},
	{"1024GiB", 1099511627776},
	{"1.819TiB", 2000011650925},
	{"1023PiB", 1151795604700004352},
	{"1.5EiB", 1729382256910270464},
	{"15.99EiB", 0xffd70a3d70a3d800},
};

static const char *const no_sizes[] = {"", "B", "1", "1 GiB", "1GB", "1gib", "-1B", "+1B", "1.B",
	".5KiB", "1e3B", "1GiBx", "1..2B", "16EiB", "1ZiB", "NaNB", "0x1B", " 1B", "1BB"};

static const struct {
	const char *text;
	int64_t ms;
} durations[] = {
	{"0s", 0},
	{"40.255557085s", 40255},
	{"1m0.263279234s", 60263},
	{"827h39m41.79222082s", 2979581792},
	{"469.216385ms", 469},
	{"30m0s", 1800000},
	{"12\xc2\xb5s", 0},
	{"1500us", 1},
	{"1000000ns", 1},
	{"-1.5s", -1500},
};

static const char *const no_durations[] = {
	"", "-", "1", "s", "1x", "1h 2m", "1d", "9999999999h", "1m-2s", "1.s", "--1s"};

int
main(void)
{
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint64_t bytes = 7;

		CHECK_AS(go_units_bytes(sizes[i].text, strlen(sizes[i].text), &bytes) == 0 &&
				 bytes == sizes[i].bytes,
			sizes[i].text);
	}
	for (size_t i = 0; i < sizeof no_sizes / sizeof *no_sizes; i++) {
		uint64_t bytes = 7;

		CHECK_AS(go_units_bytes(no_sizes[i], strlen(no_sizes[i]), &bytes) == -1 &&
				 bytes == 7,
			no_sizes[i]);
	}
	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
		int64_t ms = 7;

		CHECK_AS(
			go_units_duration(durations[i].text, strlen(durations[i].text), &ms) == 0 &&
				ms == durations[i].ms,
			durations[i].text);
	}
	for (size_t i = 0; i < sizeof no_durations / sizeof *no_durations; i++) {
		int64_t ms = 7;

		CHECK_AS(go_units_duration(no_durations[i], strlen(no_durations[i]), &ms) == -1 &&
				 ms == 7,
			no_durations[i]);
	}
	return unit_done();
}
