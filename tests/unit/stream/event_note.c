/* SPDX-License-Identifier: ISC */
#include "stream/event_note.h"

#include "unit.h"

#define AT "2026-01-24T23:08:17.123Z"

static const struct {
	const char *event, *note;
	const char *before, *after; /* NULL: no time to split it at */
} cases[] = {
	{"held", AT, "", ""}, {"held", AT ": a disk", "", ": a disk"},
	{"held", "a disk", NULL, NULL}, {"held", NULL, NULL, NULL},
	{"evidence_lost", "unknown since " AT, "unknown since ", ""},
	{"evidence_lost", "not evaluated since " AT ": down since " AT, "not evaluated since ",
		": down since " AT},
	{"evidence_lost", "unknown since 2026-01-24", NULL, NULL},
	{"evidence_lost", "unknown since 2026-13-24T23:08:17.123Z", NULL, NULL},
	{"evidence_lost", AT, NULL, NULL}, {"evidence_lost", NULL, NULL, NULL},
	{"noted", AT, NULL, NULL}, /* a person's own words stay as they are */
};

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct event_note parts;
		bool split = event_note_split(
			span_of(cases[i].event), span_of(cases[i].note), &parts);

		if (split)
			CHECK(cases[i].before && parts.ms == 1769296097123 &&
				span_is(parts.before, cases[i].before) &&
				span_is(parts.after, cases[i].after));
		else
			CHECK(!cases[i].before);
	}
	return unit_done();
}
