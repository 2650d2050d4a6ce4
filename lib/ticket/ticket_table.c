/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ticket.h"

struct ticket_table {
	struct table *table;
	int64_t now_ms;
	char *cluster; /* of the first row */
	bool several;  /* there are others */
};

enum { ID, STATUS, SEVERITY, INVARIANT, STORE, COUNT, FIRST_SEEN, AGE, FLAGS, CLUSTER };

struct ticket_table *
ticket_table_open(int64_t now_ms)
{
	struct ticket_table *t = mem_zero(1, sizeof *t);

	t->now_ms = now_ms;
	t->table = table_open();
	table_column(t->table, "ID", TABLE_RIGHT);
	table_column(t->table, "STATUS", TABLE_SHRINK);
	table_column(t->table, "SEVERITY", TABLE_LEFT);
	table_column(t->table, "INVARIANT", TABLE_SHRINK);
	table_column(t->table, "STORE", TABLE_SHRINK);
	table_column(t->table, "COUNT", TABLE_RIGHT | TABLE_OPTIONAL);
	table_column(t->table, "FIRST SEEN", TABLE_SHRINK | TABLE_OPTIONAL | TABLE_TIME);
	table_column(t->table, "AGE", TABLE_RIGHT);
	table_column(t->table, "FLAGS", TABLE_LEFT);
	table_column(t->table, "CLUSTER", TABLE_SHRINK);
	return t;
}

void
ticket_table_close(struct ticket_table *t)
{
	if (!t)
		return;
	table_close(t->table);
	free(t->cluster);
	free(t);
}

void
ticket_age(char out[32], const char *then, int64_t now_ms)
{
	int64_t ms;

	if (timestamp_parse(then, strlen(then), &ms)) {
		text_format(out, 32, "?");
		return;
	}
	/* people do not read milliseconds; what lies in the future has no age yet */
	(void)duration_format(out, now_ms > ms ? (now_ms - ms) / 1000 * 1000 : 0);
}

static enum table_tone
status_tone(const char *status)
{
	if (strcmp(status, "resolved") == 0)
		return TABLE_GOOD;
	return strcmp(status, "open") == 0 ? TABLE_WARN : TABLE_PLAIN;
}

static enum table_tone
severity_tone(const char *severity)
{
	if (strcmp(severity, "critical") == 0)
		return TABLE_BAD;
	return strcmp(severity, "warning") == 0 ? TABLE_WARN : TABLE_PLAIN;
}

static void
put_flags(struct ticket_table *t, struct stmt *row)
{
	bool held = stmt_i64(row, TICKET_HELD) != 0;
	bool flapping = stmt_i64(row, TICKET_FLAPPING) != 0;

	table_cell(t->table, FLAGS,
		held && flapping ? "HELD FLAPPING"
		: held		 ? "HELD"
		: flapping	 ? "FLAPPING"
				 : "",
		TABLE_PLAIN);
}

static void
put_cluster(struct ticket_table *t, const char *cluster)
{
	table_cell(t->table, CLUSTER, cluster, TABLE_PLAIN);
	if (!t->cluster)
		t->cluster = mem_copy(cluster);
	t->several |= strcmp(t->cluster, cluster) != 0;
}

void
ticket_table_add(struct ticket_table *t, struct stmt *row)
{
	const char *status = stmt_text(row, TICKET_STATUS, NULL);
	const char *severity = stmt_text(row, TICKET_SEVERITY, NULL);
	bool done = strcmp(status, "resolved") == 0;
	char text[64];

	table_row(t->table);
	text_format(text, sizeof text, "TKT-%lld", (long long)stmt_i64(row, TICKET_ID));
	table_cell(t->table, ID, text, TABLE_PLAIN);
	table_cell(t->table, STATUS, status, status_tone(status));
	table_cell(t->table, SEVERITY, severity, done ? TABLE_DIM : severity_tone(severity));
	table_cell(t->table, INVARIANT, stmt_text(row, TICKET_INVARIANT, NULL), TABLE_PLAIN);
	table_cell(t->table, STORE, stmt_text(row, TICKET_STORE, NULL), TABLE_PLAIN);
	table_cell(t->table, COUNT, stmt_text(row, TICKET_COUNT, NULL), TABLE_PLAIN);
	text_format(text, sizeof text, "%.19s", stmt_text(row, TICKET_FIRST_SEEN, NULL));
	if (strlen(text) == 19)
		text_format(text + 19, sizeof text - 19, "Z");
	table_cell(t->table, FIRST_SEEN, text, TABLE_PLAIN);
	ticket_age(text, stmt_text(row, TICKET_FIRST_SEEN, NULL), t->now_ms);
	table_cell(t->table, AGE, text, TABLE_PLAIN);
	put_flags(t, row);
	put_cluster(t, stmt_text(row, TICKET_CLUSTER, NULL));
}

int
ticket_table_print(struct ticket_table *t, FILE *out, struct fault *f)
{
	if (!t->several)
		table_hide(t->table, CLUSTER);
	return table_print(t->table, out, f);
}
