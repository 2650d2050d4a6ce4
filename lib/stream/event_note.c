/* SPDX-License-Identifier: ISC */
#include "stream/event_note.h"

#include <string.h>

#include "base/timestamp.h"

/* Where the time of an evidence_lost begins: after the first " since ". */
static struct span
after_since(struct span note)
{
	static const char word[] = " since ";
	const char *at = note.at ? memmem(note.at, note.len, word, sizeof word - 1) : NULL;

	if (!at)
		return span_of(NULL);
	return span_from(note, (size_t)(at - note.at) + sizeof word - 1);
}

bool
event_note_split(struct span event, struct span note, struct event_note *parts)
{
	enum { LEN = TIMESTAMP_SIZE - 1 };
	struct span from = span_of(NULL);

	if (span_is(event, "held"))
		from = note;
	else if (span_is(event, "evidence_lost"))
		from = after_since(note);
	if (!from.at || from.len < LEN || timestamp_parse(from.at, LEN, &parts->ms))
		return false;
	parts->before = (struct span){note.at, note.len - from.len};
	parts->after = span_from(from, LEN);
	return true;
}
