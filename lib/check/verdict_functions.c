/* SPDX-License-Identifier: ISC */
#include "check/verdict_functions.h"

#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "check/invariant.h"
#include "check/query.h"
#include "check/verdict_set.h"

enum {
	REASON_MAX = 1024,
	NO_TRUTH = -1,
	NOTED = -2, /* minus the number of a note */
};

/* Writes a value as JSON. -1 for a blob, or a text with U+0000. */
static int
put_value(struct json_write *w, sqlite3_value *value, bool as_text, struct fault *f)
{
	int type = sqlite3_value_type(value);
	const char *text;
	size_t len;

	switch (as_text && type != SQLITE_NULL ? SQLITE_TEXT : type) {
	case SQLITE_NULL:
		json_write_null(w);
		return 0;
	case SQLITE_INTEGER:
		json_write_i64(w, sqlite3_value_int64(value));
		return 0;
	case SQLITE_FLOAT:
		json_write_double(w, sqlite3_value_double(value));
		return 0;
	case SQLITE_TEXT:
		text = (const char *)sqlite3_value_text(value);
		len = (size_t)sqlite3_value_bytes(value);
		if (!text || memchr(text, '\0', len))
			return fault_set(f, STATUS_DATA, "a text holds U+0000");
		json_write_string_n(w, text, len);
		return 0;
	default:
		return fault_set(f, STATUS_DATA, "a column is a blob");
	}
}

/* Writes the row's severity, NULL for the header's. One set by hand is a ceiling. */
static int
put_severity(struct json_write *w, const struct invariant *v, sqlite3_value *value, struct fault *f)
{
	enum severity severity = v->severity, own = SEVERITY_NONE;

	if (sqlite3_value_type(value) != SQLITE_NULL) {
		if (sqlite3_value_type(value) == SQLITE_TEXT)
			own = severity_find(
				sqlite3_value_blob(value), (size_t)sqlite3_value_bytes(value));
		if (own == SEVERITY_NONE)
			return fault_set(
				f, STATUS_DATA, "severity is not info, warning or critical");
		if (!v->severity_set || own < severity)
			severity = own;
	}
	json_write_string(w, severity_word(severity));
	return 0;
}

static void
details(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct verdict_functions *v = sqlite3_user_data(context);
	struct buf *values = verdict_set_values(v->set);
	uint32_t number;
	struct fault f;
	int result = 0;

	for (int i = 0; i < argc && !result; i++) {
		struct json_write w;

		json_write_init(&w, values);
		if (i == 0)
			result = put_severity(&w, v->query->invariant, argv[i], &f);
		else if (i == 1 && sqlite3_value_type(argv[i]) == SQLITE_NULL)
			json_write_string(&w, "violated");
		else
			result = put_value(&w, argv[i], i == 1, &f);
		verdict_set_value(v->set);
	}
	number = verdict_set_detail(v->set);
	if (!result && !number)
		result = fault_set(&f, STATUS_DATA, "a violation is longer than 512 KiB");
	if (result)
		sqlite3_result_error(context, f.text, -1);
	else
		sqlite3_result_int64(context, number);
}

/* Writes the names of the missing columns as an array. */
static void
put_missing(struct verdict_functions *v, int64_t mask)
{
	struct json_write w;

	json_write_init(&w, verdict_set_values(v->set));
	json_write_array(&w);
	for (size_t i = 0; i < v->query->read_count; i++)
		if (mask >> i & 1)
			json_write_string(&w, v->query->reads_columns[i]);
	json_write_array_end(&w);
	verdict_set_value(v->set);
}

static int
add_note(struct verdict_functions *v, sqlite3_value *reason, int64_t mask, uint32_t *note,
	struct fault *f)
{
	struct json_write w;
	int result = 0;

	if (reason && sqlite3_value_bytes(reason) > REASON_MAX)
		return fault_set(f, STATUS_DATA, "a reason is longer than %d bytes", REASON_MAX);
	json_write_init(&w, verdict_set_values(v->set));
	if (reason)
		result = put_value(&w, reason, true, f);
	else
		json_write_null(&w);
	verdict_set_value(v->set);
	put_missing(v, mask);
	*note = verdict_set_note(v->set);
	if (!result && !*note)
		result = fault_set(f, STATUS_DATA, "more than 32,768 different reasons");
	return result;
}

/*
 * op_truth(violated) is the argument for op_verdict(): 0 for ok, NO_TRUTH if it is
 * not a truth value. It is NULL for a violation, and for unknown if more than the
 * row is needed to note why (see truth_notes in query.h); op_state() is then 1 for
 * a violation. So `violated` is computed once. op_details(severity, message,
 * column...) stores the details of a violation and returns their number.
 * op_note(reason, missing) stores why a verdict is unknown and returns NOTED minus
 * its number. op_verdict(store_id, what) takes a row; it is an aggregate, so one
 * step of the statement takes all rows. With own_ids of query.h its store_id is
 * NULL.
 */
/* Returns a note that differs from that of the last mask. */
static void
return_new_note(
	struct verdict_functions *v, sqlite3_context *context, sqlite3_value *reason, int64_t mask)
{
	uint32_t number = 0;
	struct fault f;

	if (add_note(v, reason, mask, &number, &f)) {
		sqlite3_result_error(context, f.text, -1);
		return;
	}
	if (!reason) {
		v->mask = mask;
		v->mask_note = number;
	}
	sqlite3_result_int64(context, NOTED - (int64_t)number);
}

static void
return_note(
	struct verdict_functions *v, sqlite3_context *context, sqlite3_value *reason, int64_t mask)
{
	if (reason || mask != v->mask)
		return_new_note(v, context, reason, mask);
	else
		sqlite3_result_int64(context, NOTED - (int64_t)v->mask_note);
}

/* Which of the columns that the verdict reads are NULL in the row, if the row has them. */
static int64_t
nulls(const struct verdict_functions *v)
{
	const struct query *q = v->query;

	return q->row_columns ? vtab_nulls(v->vtab, q->row_columns, q->read_count) : 0;
}

static void
truth(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct verdict_functions *v = sqlite3_user_data(context);
	bool violated = false;

	(void)argc;
	v->violated = false;
	switch (sqlite3_value_type(argv[0])) {
	case SQLITE_INTEGER:
		violated = sqlite3_value_int64(argv[0]) != 0;
		break;
	case SQLITE_FLOAT:
		violated = sqlite3_value_double(argv[0]) != 0;
		break;
	case SQLITE_NULL:
		if (v->query->truth_notes)
			return_note(v, context, NULL, nulls(v));
		return;
	default:
		sqlite3_result_int(context, NO_TRUTH);
		return;
	}
	v->violated = violated;
	if (!violated)
		sqlite3_result_int(context, 0);
}

static void
state(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct verdict_functions *v = sqlite3_user_data(context);

	(void)argc;
	(void)argv;
	sqlite3_result_int(context, v->violated);
}

static void
note(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct verdict_functions *v = sqlite3_user_data(context);
	bool reason = sqlite3_value_type(argv[0]) != SQLITE_NULL;

	(void)argc;
	return_note(v, context, reason ? argv[0] : NULL,
		v->query->row_columns ? nulls(v) : sqlite3_value_int64(argv[1]));
}

/* Reads an id that is not that of the row. */
static int
take_id(sqlite3_value *id, struct span *text, struct fault *f)
{
	int type = sqlite3_value_type(id);

	if (type == SQLITE_BLOB)
		return fault_set(f, STATUS_DATA, "a store_id is a blob");
	*text = (struct span){NULL, (size_t)sqlite3_value_bytes(id)};
	if (type != SQLITE_NULL) {
		text->at = sqlite3_value_blob(
			id); /* works for texts, too, without copying to add a NUL */
		if (!text->at)
			text->at = "";
	}
	return 0;
}

static int
take_row(struct verdict_functions *v, sqlite3_value *id, int64_t what, struct fault *f)
{
	enum verdict verdict = VERDICT_OK;
	uint32_t number = (uint32_t)(what >= 0 ? what : NOTED - what);
	struct span text = {0};

	if (what == NO_TRUTH)
		return fault_set(f, STATUS_DATA, "violated is neither a number nor NULL");
	if (what)
		verdict = what > 0 ? VERDICT_VIOLATED : VERDICT_UNKNOWN;
	if (v->query->own_ids)
		return verdict_set_add_row(v->set, vtab_row(v->vtab), verdict, number, f);
	return take_id(id, &text, f) ? -1 : verdict_set_add(v->set, text, verdict, number, f);
}

static void
verdict_step(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct fault f;

	(void)argc;
	if (take_row(sqlite3_user_data(context), argv[0], sqlite3_value_int64(argv[1]), &f))
		sqlite3_result_error(context, f.text, -1);
}

static void
verdict_final(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

int
verdict_functions_register(struct verdict_functions *v, sqlite3 *db, struct fault *f)
{
	static const struct {
		const char *name;
		int arguments;
		void (*function)(sqlite3_context *, int, sqlite3_value **);
		void (*step)(sqlite3_context *, int, sqlite3_value **);
		void (*final)(sqlite3_context *);
	} functions[] = {{"op_truth", 1, truth, NULL, NULL}, {"op_state", 0, state, NULL, NULL},
		{"op_note", 2, note, NULL, NULL}, {"op_details", -1, details, NULL, NULL},
		{"op_verdict", 2, NULL, verdict_step, verdict_final}};

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments,
			    SQLITE_UTF8, v, functions[i].function, functions[i].step,
			    functions[i].final, NULL))
			return fault_set(f, STATUS_TRY_AGAIN, "%s", sqlite3_errmsg(db));
	return 0;
}

void
verdict_functions_start(struct verdict_functions *v, const struct query *query)
{
	v->query = query;
	v->mask = -1;
	v->mask_note = 0;
	verdict_set_start(v->set, query->kind);
}
