/* SPDX-License-Identifier: ISC */
#include "ticket/snapshot.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/json_read.h"
#include "base/number.h"
#include "base/span.h"
#include "base/vis.h"

static bool
ends_in(struct span name, const char *end)
{
	size_t len = strlen(end);

	return name.len > len && memcmp(name.at + name.len - len, end, len) == 0;
}

static void
add_bytes(struct buf *out, double n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t unit = 0;

	while (n >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
		n /= 1024;
		unit++;
	}
	buf_printf(out, " (%.4g %s)", n, units[unit]);
}

static void
add_seconds(struct buf *out, double seconds)
{
	char text[32];

	if (seconds >= 0 && seconds < 1e9)
		buf_printf(out, " (%s)", duration_format(text, (int64_t)(seconds * 1000 + 0.5)));
}

/* Adds the value in the unit that its name ends in, if that is clearer. */
static void
add_unit(struct buf *out, struct span name, struct span value)
{
	double n;

	if (number_double(value.at, value.len, &n))
		return;
	if (ends_in(name, "_bytes"))
		add_bytes(out, n);
	else if (ends_in(name, "_ms"))
		n < 1000 ? buf_printf(out, " (%.4g ms)", n) : add_seconds(out, n / 1000);
	else if (ends_in(name, "_per_s"))
		buf_printf(out, " (%.4g/s)", n);
	else if (ends_in(name, "_s"))
		add_seconds(out, n);
	else if (ends_in(name, "_percent"))
		buf_printf(out, " (%.4g %%)", n);
}

void
snapshot_add(struct buf *out, const char *json, size_t len)
{
	struct json_read *j = json_read_open();
	struct json_text key, value;

	json_read_start(j, json, len);
	if (json_read_enter(j, JSON_OBJECT) == 0) {
		while (json_read_member(j, &key) > 0 && json_read_raw(j, &value) == 0) {
			buf_add_text(out, "    ");
			vis_add(out, key.at, key.len);
			buf_add_text(out, " = ");
			vis_add(out, value.at, value.len);
			add_unit(out, (struct span){key.at, key.len},
				(struct span){value.at, value.len});
			buf_add_char(out, '\n');
		}
	}
	json_read_close(j);
}
