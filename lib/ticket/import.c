/* SPDX-License-Identifier: ISC */
#include "ticket/import.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ledger_cursor.h"
#include "ticket/transfer.h"

struct import {
	struct lines *lines;
	struct line line;
	struct json_read *json;
	struct json_read *inner; /* for texts that are JSON themselves */
	struct arena texts;	 /* of one line */
	struct transfer_counters counters;
	char ledger[LEDGER_IDENTITY_SIZE];
	int64_t count[TRANSFER_KINDS];
	int64_t records;
	bool ended;
};

static int
torn(const struct import *in, struct fault *f, const char *why)
{
	return fault_set(f, STATUS_DATA, "line %zu: the stream is torn: %s", in->line.number, why);
}

static int
unreadable(const struct import *in, struct fault *f)
{
	return torn(in, f, json_read_error(in->json));
}

/* The decoded text, valid until the next line. */
static struct span
text_of(struct import *in, const struct json_text *t)
{
	char *copy;

	if (!t->escaped)
		return (struct span){t->at, t->len};
	copy = arena_alloc(&in->texts, t->len);
	return (struct span){copy, json_text_decode(t, copy)};
}

/* Begins the next line and reads its kind. 1; 0 at the end of the input; -1. */
static int
next_line(struct import *in, struct json_text *kind, struct fault *f)
{
	struct json_text key;
	int got = lines_next(in->lines, &in->line, f);

	if (got <= 0)
		return got;
	arena_clear(&in->texts);
	if (in->line.cut)
		return torn(in, f, "it ends within a line");
	if (in->line.too_long)
		return torn(in, f, "the line is too long");
	json_read_start(in->json, in->line.text, in->line.len);
	if (json_read_enter(in->json, JSON_OBJECT) || json_read_member(in->json, &key) < 0)
		return unreadable(in, f);
	if (!json_text_is(&key, "kind") || json_read_string(in->json, kind))
		return torn(in, f, "the kind of a record comes first");
	return 1;
}

static bool
is_time(struct span text)
{
	char again[TIMESTAMP_SIZE];
	int64_t ms;

	if (timestamp_parse(text.at, text.len, &ms))
		return false;
	timestamp_format(again, ms);
	return span_is(text, again);
}

static bool
is_json(struct import *in, struct span text)
{
	json_read_start(in->inner, text.at, text.len);
	return json_read_skip(in->inner) == 0 && json_read_end(in->inner) == 0;
}

static bool
take_text(struct import *in, enum transfer_type type, struct span text, struct transfer_value *v)
{
	v->is = TRANSFER_IS_TEXT;
	v->text = text;
	if (type == TRANSFER_TIME)
		return is_time(text);
	if (type == TRANSFER_JSON)
		return is_json(in, text);
	return type == TRANSFER_TEXT;
}

static bool
take_number(enum transfer_type type, const struct json_text *t, struct transfer_value *v)
{
	v->is = TRANSFER_IS_INTEGER;
	if (type != TRANSFER_INTEGER && type != TRANSFER_NUMBER)
		return false;
	if (number_i64(t->at, t->len, INT64_MIN, INT64_MAX, &v->integer) == 0)
		return true;
	v->is = TRANSFER_IS_DOUBLE;
	return type == TRANSFER_NUMBER && number_double(t->at, t->len, &v->real) == 0;
}

/* false if the value is not of that type. */
static bool
take_value(struct import *in, enum transfer_type type, struct transfer_value *v)
{
	struct json_text t;
	enum json_token token = json_read_next(in->json, &t);

	switch (token) {
	case JSON_NULL:
		v->is = TRANSFER_IS_NULL;
		return true;
	case JSON_FALSE:
	case JSON_TRUE:
		v->is = TRANSFER_IS_INTEGER;
		v->integer = token == JSON_TRUE;
		return type == TRANSFER_BOOLEAN;
	case JSON_NUMBER:
		return take_number(type, &t, v);
	case JSON_STRING:
		return take_text(in, type, text_of(in, &t), v);
	default:
		return false;
	}
}

static int
find_column(const struct transfer_table *t, const struct json_text *key)
{
	for (int i = 0; i < t->column_count; i++)
		if (json_text_is(key, t->columns[i].name))
			return i;
	return -1;
}

/* Requires exactly the known columns: an unknown one would be lost. */
static int
read_row(struct import *in, const struct transfer_table *t, struct transfer_value *values,
	struct fault *f)
{
	struct json_text key;
	int got, count = 0;

	while ((got = json_read_member(in->json, &key)) > 0) {
		int i = find_column(t, &key);
		struct span name = text_of(in, &key);

		if (i < 0)
			return fault_set(f, STATUS_DATA, "line %zu: a %s has no %.*s",
				in->line.number, t->kind, (int)name.len, name.at);
		if (!take_value(in, t->columns[i].type, &values[i]))
			return fault_set(f, STATUS_DATA, "line %zu: the %s of a %s is invalid",
				in->line.number, t->columns[i].name, t->kind);
		count++;
	}
	if (got < 0 || json_read_end(in->json))
		return unreadable(in, f);
	if (count < t->column_count)
		return fault_set(f, STATUS_DATA, "line %zu: a key of the %s is missing",
			in->line.number, t->kind);
	return 0;
}

/* An id must not be above its counter. */
static int
check_id(const struct import *in, enum transfer_kind kind, const struct transfer_value *id,
	struct fault *f)
{
	int64_t last = kind == TRANSFER_TICKET	? in->counters.ticket_id
		       : kind == TRANSFER_EVENT ? in->counters.event_id
						: in->counters.mute_id;

	if (id->is == TRANSFER_IS_INTEGER && id->integer > 0 && id->integer <= last)
		return 0;
	return fault_set(f, STATUS_DATA, "line %zu: the id of the %s is beyond the last one",
		in->line.number, transfer_tables[kind].kind);
}

static int
take_row(struct import *in, struct transfer_rows *rows, enum transfer_kind kind, struct fault *f)
{
	const struct transfer_table *t = &transfer_tables[kind];
	struct transfer_value values[TRANSFER_COLUMNS_MAX];

	if (read_row(in, t, values, f))
		return -1;
	if (t->paged && check_id(in, kind, &values[0], f))
		return -1;
	in->count[kind]++;
	in->records++;
	if (transfer_insert(rows, kind, values, (struct span){in->line.text, in->line.len}, f) == 0)
		return 0;
	return fault_within(f, "line %zu", in->line.number);
}

static int
take_end(struct import *in, struct fault *f)
{
	struct json_text key;
	int64_t records = -1;
	int got;

	while ((got = json_read_member(in->json, &key)) > 0)
		if (json_text_is(&key, "records") ? json_read_i64(in->json, &records)
						  : json_read_skip(in->json))
			return unreadable(in, f);
	if (got < 0 || json_read_end(in->json))
		return unreadable(in, f);
	if (records != in->records)
		return torn(in, f, "its end has another count of records");
	in->ended = true;
	return 0;
}

static int
take_line(struct import *in, struct transfer_rows *rows, const struct json_text *kind,
	struct fault *f)
{
	struct span name;

	if (in->ended)
		return torn(in, f, "something follows its end");
	if (json_text_is(kind, "end"))
		return take_end(in, f);
	for (int i = 0; i < TRANSFER_KINDS; i++)
		if (json_text_is(kind, transfer_tables[i].kind))
			return take_row(in, rows, (enum transfer_kind)i, f);
	name = text_of(in, kind);
	return fault_set(f, STATUS_DATA, "line %zu: %.*s: there is no such kind", in->line.number,
		(int)name.len, name.at);
}

static int
take_all(struct import *in, struct transfer_rows *rows, struct fault *f)
{
	struct json_text kind;
	int got;

	while ((got = next_line(in, &kind, f)) > 0)
		if (take_line(in, rows, &kind, f))
			return -1;
	if (got < 0)
		return -1;
	if (!in->ended)
		return torn(in, f, "it has no end");
	return transfer_flush(rows, f);
}

/* 1: the table has a row. */
static int
has_row(struct database *db, const struct transfer_table *t, struct fault *f)
{
	struct stmt *row = database_query(db, t->select, f);
	int got;

	if (!row)
		return -1;
	if (t->paged) {
		stmt_bind_i64(row, 1, 0);
		stmt_bind_i64(row, 2, 1);
	}
	got = stmt_step(row, f);
	if (got > 0)
		stmt_reset(row);
	return got;
}

static int
check_empty(struct database *db, struct fault *f)
{
	struct transfer_counters c;
	int got = 0;

	if (transfer_counters(db, &c, f))
		return -1;
	for (int i = 0; i < TRANSFER_KINDS && got == 0; i++)
		got = has_row(db, &transfer_tables[i], f);
	if (got < 0)
		return -1;
	if (got == 0 && !c.ticket_id && !c.event_id && !c.mute_id)
		return 0;
	return fault_set(
		f, STATUS_CONFIG, "the database is not empty: nothing can be imported into it");
}

static int
fill(struct import *in, struct database *db, struct fault *f)
{
	struct transfer_rows *rows;
	int result;

	if (transfer_lock(db, f) || check_empty(db, f))
		return -1;
	rows = transfer_rows_open(db);
	result = take_all(in, rows, f);
	transfer_rows_close(rows);
	if (result)
		return -1;
	if (ledger_set_identity(db, in->ledger, f))
		return -1;
	return transfer_set_counters(db, &in->counters, f);
}

int
import_apply(struct import *in, struct database *db, struct import_counts *counts, struct fault *f)
{
	if (database_begin(db, f))
		return -1;
	if (fill(in, db, f)) {
		database_rollback(db);
		return -1;
	}
	if (database_commit(db, f))
		return -1;
	*counts = (struct import_counts){
		.tickets = in->count[TRANSFER_TICKET],
		.events = in->count[TRANSFER_EVENT],
		.records = in->records,
	};
	return 0;
}

/* The content of the first line. */
struct head {
	struct span stream, ledger;
	int64_t v;
	struct transfer_counters counters;
};

static int
read_member(struct import *in, const struct json_text *key, struct head *h)
{
	struct json_text t;

	if (json_text_is(key, "v"))
		return json_read_i64(in->json, &h->v);
	if (json_text_is(key, "last_ticket_id"))
		return json_read_i64(in->json, &h->counters.ticket_id);
	if (json_text_is(key, "last_event_id"))
		return json_read_i64(in->json, &h->counters.event_id);
	if (json_text_is(key, "last_mute_id"))
		return json_read_i64(in->json, &h->counters.mute_id);
	if (!json_text_is(key, "stream") && !json_text_is(key, "ledger_id"))
		return json_read_skip(in->json);
	if (json_read_string(in->json, &t))
		return -1;
	*(json_text_is(key, "stream") ? &h->stream : &h->ledger) = text_of(in, &t);
	return 0;
}

static int
take_head(struct import *in, struct fault *f)
{
	struct head h = {.v = -1, .counters = {-1, -1, -1}};
	struct json_text key;
	int got;

	while ((got = json_read_member(in->json, &key)) > 0)
		if (read_member(in, &key, &h))
			return unreadable(in, f);
	if (got < 0 || json_read_end(in->json))
		return unreadable(in, f);
	if (!span_is(h.stream, TRANSFER_STREAM))
		return fault_set(f, STATUS_DATA, "the input is not what op-ticket export writes");
	if (h.v != TRANSFER_V)
		return fault_set(
			f, STATUS_DATA, "the input is of another version, %lld", (long long)h.v);
	if (h.counters.ticket_id < 0 || h.counters.event_id < 0 || h.counters.mute_id < 0)
		return torn(in, f, "a last id is missing");
	if (!h.ledger.len || h.ledger.len >= sizeof in->ledger)
		return torn(in, f, "the ledger_id is missing");
	memcpy(in->ledger, h.ledger.at, h.ledger.len);
	in->ledger[h.ledger.len] = '\0';
	in->counters = h.counters;
	return 0;
}

static int
begin(struct import *in, struct fault *f)
{
	struct json_text kind;
	int got = next_line(in, &kind, f);

	if (got < 0)
		return -1;
	if (got == 0)
		return fault_set(
			f, STATUS_DATA, "the input holds no export: op-ticket export writes one");
	if (!json_text_is(&kind, "begin"))
		return torn(in, f, "it does not begin");
	return take_head(in, f);
}

struct import *
import_open(int fd, struct fault *f)
{
	struct import *in = mem_zero(1, sizeof *in);

	in->lines = lines_open(fd, TRANSFER_LINE_MAX);
	in->json = json_read_open();
	in->inner = json_read_open();
	if (begin(in, f)) {
		import_close(in);
		return NULL;
	}
	return in;
}

void
import_close(struct import *in)
{
	if (!in)
		return;
	arena_free(&in->texts);
	json_read_close(in->inner);
	json_read_close(in->json);
	lines_close(in->lines);
	free(in);
}
