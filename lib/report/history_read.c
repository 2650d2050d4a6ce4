/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "report/history.h"
#include "report/record.h"

enum {
	LINE_MAX_BYTES = 16 << 20, /* a ticket carries all of its ledger */
	LEAST_MS = 10000,
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct reader {
	struct history *h;
	struct record record;
	size_t ticket_cap, mute_cap, gap_cap, event_cap;
	bool inside;
	int64_t records; /* of the stream that is being read */
	size_t streams;
	int64_t earliest_ms, latest_ms; /* of all times but those of mutes */
};

struct begin {
	struct span stream;
	int64_t v, at_ms, since_ms, until_ms;
};

static void
saw(struct reader *r, int64_t ms)
{
	if (ms == HISTORY_NEVER)
		return;
	if (r->earliest_ms == HISTORY_NEVER || ms < r->earliest_ms)
		r->earliest_ms = ms;
	if (r->latest_ms == HISTORY_NEVER || ms > r->latest_ms)
		r->latest_ms = ms;
}

/* Several streams make one page, whose window spans all of theirs. */
static int
take_begin(struct reader *r, struct span line, struct fault *f)
{
	static const struct field fields[] = {
		{"stream", FIELD_TEXT, offsetof(struct begin, stream)},
		{"v", FIELD_NUMBER, offsetof(struct begin, v)},
		{"at", FIELD_TIME, offsetof(struct begin, at_ms)},
		{"since", FIELD_TIME, offsetof(struct begin, since_ms)},
		{"until", FIELD_TIME, offsetof(struct begin, until_ms)},
	};
	struct begin b = {.v = 1,
		.at_ms = HISTORY_NEVER,
		.since_ms = HISTORY_NEVER,
		.until_ms = HISTORY_NEVER};
	struct history *h = r->h;

	if (r->inside)
		return fault_set(
			f, STATUS_DATA, "the stream is torn: another begins before its end");
	if (record_line(&r->record, line, fields, COUNT(fields), &b, f))
		return -1;
	if (!span_is(b.stream, "tickets"))
		return fault_set(f, STATUS_DATA, "this is not a stream of tickets");
	if (b.v != 1)
		return fault_set(f, STATUS_DATA, "the stream's version is not 1");
	r->inside = true;
	r->records = 0;
	if (b.until_ms == HISTORY_NEVER)
		b.until_ms = b.at_ms;
	if (b.since_ms != HISTORY_NEVER &&
		(h->since_ms == HISTORY_NEVER || b.since_ms < h->since_ms))
		h->since_ms = b.since_ms;
	if (b.until_ms != HISTORY_NEVER && b.until_ms > h->until_ms)
		h->until_ms = b.until_ms;
	return 0;
}

static int
take_end(struct reader *r, struct span line, struct fault *f)
{
	static const struct field fields[] = {{"records", FIELD_NUMBER, 0}};
	int64_t count = HISTORY_NEVER;

	if (record_line(&r->record, line, fields, COUNT(fields), &count, f))
		return -1;
	if (count != HISTORY_NEVER && count != r->records)
		return fault_set(f, STATUS_DATA,
			"the stream is torn: its end counts %lld records, %lld came",
			(long long)count, (long long)r->records);
	r->inside = false;
	r->streams++;
	return 0;
}

/* Reads one event of the newest ticket. */
static int
take_event(struct record *record, void *context, struct fault *f)
{
	static const struct field fields[] = {
		{"at", FIELD_TIME, offsetof(struct event, at_ms)},
		{"event", FIELD_SHARED, offsetof(struct event, word)},
		{"actor", FIELD_SHARED, offsetof(struct event, actor)},
		{"note", FIELD_SHARED, offsetof(struct event, note)},
	};
	struct reader *r = context;
	struct history *h = r->h;
	struct event e = {.at_ms = HISTORY_NEVER};

	if (record_members(record, fields, COUNT(fields), &e, f))
		return -1;
	if (e.at_ms == HISTORY_NEVER || !e.word.at)
		return fault_set(f, STATUS_DATA, "an event has no time or no name");
	saw(r, e.at_ms);
	h->events = mem_grow(h->events, h->event_count, &r->event_cap, sizeof *h->events);
	h->events[h->event_count++] = e;
	return 0;
}

#define TICKET(member) offsetof(struct ticket, member)

static const struct field ticket_fields[] = {
	{"id", FIELD_NUMBER, TICKET(id)},
	{"subject", FIELD_SHARED, TICKET(subject)},
	{"cluster", FIELD_SHARED, TICKET(cluster)},
	{"violation_key", FIELD_SHARED, TICKET(key)},
	{"invariant_name", FIELD_SHARED, TICKET(invariant)},
	{"store_id", FIELD_SHARED, TICKET(store)},
	{"status", FIELD_SHARED, TICKET(status)},
	{"held", FIELD_BOOL, TICKET(held)},
	{"held_until", FIELD_TIME, TICKET(held_until_ms)},
	{"flapping", FIELD_BOOL, TICKET(flapping)},
	{"muted", FIELD_BOOL, TICKET(muted)},
	{"batch_key", FIELD_SHARED, TICKET(batch)},
	{"occurrence_count", FIELD_NUMBER, TICKET(count)},
	{"first_seen_at", FIELD_TIME, TICKET(began_ms)},
	{"created_at", FIELD_TIME, TICKET(created_ms)},
	{"last_seen_at", FIELD_TIME, TICKET(last_seen_ms)},
	{"resolved_at", FIELD_TIME, TICKET(resolved_ms)},
	{"resolution", FIELD_SHARED, TICKET(resolution)},
	{"message", FIELD_SHARED, TICKET(message)},
	{"doc", FIELD_SHARED, TICKET(doc)},
	{"link", FIELD_TEXT, TICKET(link)},
	{"diagnosis", FIELD_SHARED, TICKET(diagnosis)},
	{"metric_snapshot", FIELD_OBJECT, TICKET(snapshot)},
	{"verdict", FIELD_SHARED, TICKET(verdict)},
	{"verdict_since", FIELD_TIME, TICKET(verdict_since_ms)},
	{"reason", FIELD_SHARED, TICKET(reason)},
	{"missing", FIELD_ARRAY, TICKET(missing)},
	{"events", FIELD_EACH, 0},
};

/* record.h has no type for a severity: it is read as a word. */
struct ticket_line {
	struct ticket ticket;
	struct span severity;
};

/* The default is warning, as in a violation. */
static int
take_severity(struct ticket_line *got, struct fault *f)
{
	struct span word = got->severity.at ? got->severity : span_of("warning");

	got->ticket.severity = severity_find(word.at, word.len);
	return got->ticket.severity == SEVERITY_NONE
		       ? fault_set(f, STATUS_DATA, "severity is not info, warning or critical")
		       : 0;
}

/* Checks a ticket and fills in the defaults. */
static int
complete_ticket(struct ticket *t, struct fault *f)
{
	if (!t->invariant.at)
		return fault_set(f, STATUS_DATA, "a ticket has no invariant_name");
	if (t->created_ms == HISTORY_NEVER)
		t->created_ms = t->began_ms;
	if (t->began_ms == HISTORY_NEVER || t->began_ms > t->created_ms)
		t->began_ms = t->created_ms;
	if (t->created_ms == HISTORY_NEVER)
		return fault_set(f, STATUS_DATA, "ticket %lld has no created_at", (long long)t->id);
	if (!t->status.at)
		t->status = span_of(t->resolved_ms == HISTORY_NEVER ? "open" : "resolved");
	t->resolved = span_is(t->status, "resolved");
	if (!t->subject.at)
		t->subject = span_of("tikv");
	if (!t->cluster.at)
		t->cluster = span_of("default");
	if (!t->key.at)
		t->key = t->invariant;
	return 0;
}

static int
take_ticket(struct reader *r, struct span line, struct fault *f)
{
	struct field fields[COUNT(ticket_fields) + 1];
	struct history *h = r->h;
	struct ticket_line got = {.ticket = {.held_until_ms = HISTORY_NEVER,
					  .began_ms = HISTORY_NEVER,
					  .created_ms = HISTORY_NEVER,
					  .last_seen_ms = HISTORY_NEVER,
					  .resolved_ms = HISTORY_NEVER,
					  .verdict_since_ms = HISTORY_NEVER}};

	memcpy(fields, ticket_fields, sizeof ticket_fields);
	fields[COUNT(ticket_fields)] = (struct field){
		"severity", FIELD_SHARED, offsetof(struct ticket_line, severity)};
	got.ticket.first_event = h->event_count;
	if (record_line(&r->record, line, fields, COUNT(fields), &got, f))
		return -1;
	got.ticket.event_count = h->event_count - got.ticket.first_event;
	if (take_severity(&got, f) || complete_ticket(&got.ticket, f))
		return -1;
	saw(r, got.ticket.began_ms);
	saw(r, got.ticket.last_seen_ms);
	saw(r, got.ticket.resolved_ms);
	h->tickets = mem_grow(h->tickets, h->ticket_count, &r->ticket_cap, sizeof *h->tickets);
	h->tickets[h->ticket_count++] = got.ticket;
	return 0;
}

static int
take_mute(struct reader *r, struct span line, struct fault *f)
{
	static const struct field fields[] = {
		{"id", FIELD_NUMBER, offsetof(struct mute, id)},
		{"cluster", FIELD_SHARED, offsetof(struct mute, cluster)},
		{"invariant", FIELD_SHARED, offsetof(struct mute, invariant)},
		{"store", FIELD_SHARED, offsetof(struct mute, store)},
		{"from_at", FIELD_TIME, offsetof(struct mute, from_ms)},
		{"until_at", FIELD_TIME, offsetof(struct mute, until_ms)},
		{"lifted_at", FIELD_TIME, offsetof(struct mute, lifted_ms)},
		{"reason", FIELD_TEXT, offsetof(struct mute, reason)},
		{"actor", FIELD_SHARED, offsetof(struct mute, actor)},
	};
	struct history *h = r->h;
	struct mute m = {
		.from_ms = HISTORY_NEVER, .until_ms = HISTORY_NEVER, .lifted_ms = HISTORY_NEVER};

	if (record_line(&r->record, line, fields, COUNT(fields), &m, f))
		return -1;
	if (m.from_ms == HISTORY_NEVER || m.until_ms == HISTORY_NEVER)
		return fault_set(f, STATUS_DATA, "a mute has no from_at or no until_at");
	h->mutes = mem_grow(h->mutes, h->mute_count, &r->mute_cap, sizeof *h->mutes);
	h->mutes[h->mute_count++] = m;
	return 0;
}

static int
take_gap(struct reader *r, struct span line, struct fault *f)
{
	static const struct field fields[] = {
		{"subject", FIELD_SHARED, offsetof(struct gap, subject)},
		{"cluster", FIELD_SHARED, offsetof(struct gap, cluster)},
		{"began_at", FIELD_TIME, offsetof(struct gap, began_ms)},
		{"ended_at", FIELD_TIME, offsetof(struct gap, ended_ms)},
	};
	struct history *h = r->h;
	struct gap g = {.subject = span_of("tikv"),
		.cluster = span_of("default"),
		.began_ms = HISTORY_NEVER,
		.ended_ms = HISTORY_NEVER};

	if (record_line(&r->record, line, fields, COUNT(fields), &g, f))
		return -1;
	if (g.began_ms == HISTORY_NEVER)
		return fault_set(f, STATUS_DATA, "a gap has no began_at");
	saw(r, g.began_ms);
	saw(r, g.ended_ms);
	h->gaps = mem_grow(h->gaps, h->gap_count, &r->gap_cap, sizeof *h->gaps);
	h->gaps[h->gap_count++] = g;
	return 0;
}

/* Skips unknown kinds, but even they must be JSON. */
static int
take_line(struct reader *r, struct span line, struct fault *f)
{
	static const struct field kind_field[] = {{"kind", FIELD_SHARED, 0}};
	struct span kind = {0};

	if (record_line(&r->record, line, kind_field, 1, &kind, f))
		return -1;
	if (span_is(kind, "begin"))
		return take_begin(r, line, f);
	if (!r->inside)
		return fault_set(f, STATUS_DATA, "a line outside of any stream");
	if (span_is(kind, "end"))
		return take_end(r, line, f);
	r->records++;
	if (!kind.at || span_is(kind, "ticket"))
		return take_ticket(r, line, f);
	if (span_is(kind, "mute"))
		return take_mute(r, line, f);
	return span_is(kind, "gap") ? take_gap(r, line, f) : 0;
}

static int
read_lines(struct reader *r, struct lines *lines, struct fault *f)
{
	const char *encoding;
	struct line line;
	int got;

	while ((got = lines_next(lines, &line, f)) > 0) {
		int result;

		encoding = utf8_other_encoding(line.text, line.len);
		if (encoding)
			result = fault_set(f, STATUS_DATA, "the input %s", encoding);
		else if (line.too_long)
			result = fault_set(f, STATUS_DATA, "it is longer than 16 MiB");
		else if (line.cut)
			result = fault_set(f, STATUS_DATA, "the input ends in the middle of it");
		else
			result = take_line(r, (struct span){line.text, line.len}, f);
		if (result)
			return fault_within(f, "line %zu", line.number);
	}
	if (got < 0)
		return -1;
	if (r->inside)
		return fault_set(
			f, STATUS_DATA, "the stream is torn: the input ends before its end");
	if (!r->streams)
		return fault_set(f, STATUS_DATA,
			"the input holds no stream of tickets: op-ticket list --events writes one");
	return 0;
}

/* The window is that of the streams, else it spans all events with a small margin. */
static void
set_window(struct reader *r)
{
	struct history *h = r->h;
	bool from_first = h->since_ms == HISTORY_NEVER, to_last = h->until_ms == HISTORY_NEVER;
	int64_t margin;

	if (to_last)
		h->until_ms = r->latest_ms == HISTORY_NEVER ? 0 : r->latest_ms;
	if (from_first)
		h->since_ms = r->earliest_ms == HISTORY_NEVER ? h->until_ms : r->earliest_ms;
	margin = h->until_ms > h->since_ms ? (h->until_ms - h->since_ms) / 25 : 0;
	if (from_first)
		h->since_ms -= margin;
	if (to_last)
		h->until_ms += margin;
	if (h->until_ms - h->since_ms < LEAST_MS) /* negative: since is after until */
		h->since_ms = h->until_ms - LEAST_MS;
	if (h->since_ms < 0) {
		h->since_ms = 0;
		h->until_ms += h->until_ms < LEAST_MS ? LEAST_MS : 0;
	}
	if (h->until_ms > TIMESTAMP_MAX)
		h->until_ms = TIMESTAMP_MAX;
}

static int
by_id(const void *a, const void *b)
{
	const struct ticket *x = *(const struct ticket *const *)a;
	const struct ticket *y = *(const struct ticket *const *)b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Two databases may both have a ticket 3. */
static void
number_copies(struct history *h)
{
	struct ticket **order = mem_array(h->ticket_count, sizeof(struct ticket *));

	for (size_t i = 0; i < h->ticket_count; i++)
		order[i] = &h->tickets[i];
	qsort(order, h->ticket_count, sizeof(struct ticket *), by_id);
	for (size_t i = 1; i < h->ticket_count; i++)
		if (order[i]->id == order[i - 1]->id)
			order[i]->copy = order[i - 1]->copy + 1;
	free(order);
}

int
history_read(struct history *h, int fd, struct fault *f)
{
	struct reader r = {.h = h, .earliest_ms = HISTORY_NEVER, .latest_ms = HISTORY_NEVER};
	struct lines *lines = lines_open(fd, LINE_MAX_BYTES);
	int result;

	*h = (struct history){.since_ms = HISTORY_NEVER, .until_ms = HISTORY_NEVER};
	record_open(&r.record, &h->texts);
	r.record.each = take_event;
	r.record.context = &r;
	result = read_lines(&r, lines, f);
	if (result == 0) {
		set_window(&r);
		number_copies(h);
	}
	record_close(&r.record);
	lines_close(lines);
	return result;
}
