/* SPDX-License-Identifier: ISC */
#include "base/table.h"

#include <assert.h>
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/vis.h"
#include "base/width.h"

enum {
	COLUMNS_MAX = 16,
	TIME_MIN = sizeof "2026-01-24T23:08" - 1,
	DAY = sizeof "2026-01-24" - 1,
	SHRUNK_MIN = 8, /* the least that a column keeps, if it is that wide */
};

struct table_column {
	unsigned flags;
	size_t title_width;
	size_t cell_width; /* of the widest, in bytes: no less than on the screen */
	bool hidden;
};

struct table {
	struct libscols_table *table;
	struct table_column columns[COLUMNS_MAX];
	size_t count;
	struct libscols_line *line;   /* the last one */
	struct libscols_line **lines; /* all, because the library would search its list for each */
	size_t line_count, line_cap;
	bool failed; /* the library is out of memory */
	bool any_row;
};

struct table *
table_open(void)
{
	struct table *t = mem_zero(1, sizeof *t);

	t->table = scols_new_table();
	/* cells are made safe here, and the library would escape the escapes */
	t->failed = !t->table || scols_table_enable_noencoding(t->table, 1) != 0;
	return t;
}

void
table_close(struct table *t)
{
	if (!t)
		return;
	scols_unref_table(t->table);
	free(t->lines);
	free(t);
}

void
table_column(struct table *t, const char *title, unsigned flags)
{
	int library_flags = 0;

	assert(t->count < COLUMNS_MAX);
	t->columns[t->count++] = (struct table_column){
		.flags = flags, .title_width = strlen(title)};
	if (flags & TABLE_RIGHT)
		library_flags |= SCOLS_FL_RIGHT;
	if (flags & TABLE_SHRINK)
		library_flags |= SCOLS_FL_TRUNC;
	if (!t->failed && !scols_table_new_column(t->table, title, 0, library_flags))
		t->failed = true;
}

void
table_hide(struct table *t, size_t column)
{
	struct libscols_column *c = t->failed ? NULL : scols_table_get_column(t->table, column);

	t->columns[column].hidden = true;
	if (c && scols_column_set_flags(c, SCOLS_FL_HIDDEN) != 0)
		t->failed = true;
}

void
table_row(struct table *t)
{
	t->any_row = true;
	if (t->failed)
		return;
	t->line = scols_table_new_line(t->table, NULL);
	t->failed = !t->line;
	if (t->failed)
		return;
	t->lines = mem_grow(t->lines, t->line_count, &t->line_cap, sizeof(struct libscols_line *));
	t->lines[t->line_count++] = t->line;
}

static const char *
tone_colour(enum table_tone tone)
{
	static const char *const colours[] = {
		[TABLE_PLAIN] = NULL,
		[TABLE_BAD] = "\033[31m",
		[TABLE_WARN] = "\033[35m",
		[TABLE_GOOD] = "\033[32m",
		[TABLE_DIM] = "\033[2m",
	};

	return colours[tone];
}

void
table_cell(struct table *t, size_t column, const char *text, enum table_tone tone)
{
	struct libscols_cell *cell;
	struct buf safe;

	if (t->failed || !text)
		return;
	buf_init(&safe, (size_t)1 << 23);
	vis_add(&safe, text, strlen(text));
	if (safe.full || scols_line_set_data(t->line, column, safe.data) != 0)
		t->failed = true;
	if (safe.len > t->columns[column].cell_width)
		t->columns[column].cell_width = safe.len;
	buf_free(&safe);
	cell = scols_line_get_cell(t->line, column);
	if (cell && tone_colour(tone) && scols_cell_set_color(cell, tone_colour(tone)) != 0)
		t->failed = true;
}

size_t
table_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (columns && number_u64(columns, strlen(columns), 10000, &n) == 0 && n > 0)
		return (size_t)n;
	if (!isatty(fileno(out)))
		return 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

bool
table_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fileno(out)) && !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

/* The least width of a column. */
static size_t
least_of(const struct table_column *c)
{
	size_t least = c->title_width > SHRUNK_MIN ? c->title_width : SHRUNK_MIN;

	if (c->flags & TABLE_TIME && c->cell_width > TIME_MIN)
		least = TIME_MIN;
	else if (!(c->flags & TABLE_SHRINK) || c->cell_width < least)
		least = c->cell_width;
	return least > c->title_width ? least : c->title_width;
}

/* The least width of all columns, with a blank between two. */
static size_t
least_width(const struct table *t)
{
	size_t width = 0;

	for (size_t i = 0; i < t->count; i++)
		if (!t->columns[i].hidden)
			width += least_of(&t->columns[i]) + 1;
	return width ? width - 1 : 0;
}

/* The width of the table if nothing is cut. */
static size_t
full_width(const struct table *t)
{
	size_t width = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct table_column *c = &t->columns[i];

		if (!c->hidden)
			width += (c->cell_width > c->title_width ? c->cell_width : c->title_width) +
				 1;
	}
	return width ? width - 1 : 0;
}

/* Hides the rightmost first, but before that those without text. */
static void
hide_what_does_not_fit(struct table *t, size_t width)
{
	for (size_t i = t->count; i-- && full_width(t) > width;)
		if (t->columns[i].flags & TABLE_OPTIONAL && !t->columns[i].cell_width)
			table_hide(t, i);
	for (size_t i = t->count; i-- && least_width(t) > width;)
		if (t->columns[i].flags & TABLE_OPTIONAL)
			table_hide(t, i);
}

static void
cut_cells(struct table *t, size_t column, size_t len)
{
	for (size_t i = 0; i < t->line_count; i++) {
		struct libscols_cell *cell = scols_line_get_cell(t->lines[i], column);
		const char *text = cell ? scols_cell_get_data(cell) : NULL;
		char cut[TIMESTAMP_SIZE];

		if (!text || strlen(text) <= len)
			continue;
		text_format(cut, sizeof cut, "%.*s", (int)len, text);
		if (scols_cell_set_data(cell, cut) != 0)
			t->failed = true;
	}
	t->columns[column].cell_width = len;
}

/* A time without its seconds is more useful than a name without its end. */
static void
cut_times(struct table *t, size_t width)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->columns[i].flags & TABLE_TIME && t->columns[i].cell_width > TIME_MIN &&
			full_width(t) > width)
			cut_cells(t, i, TIME_MIN);
}

/* If nothing else can be cut, only the day is left. */
static void
cut_days(struct table *t, size_t width)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->columns[i].flags & TABLE_TIME && t->columns[i].cell_width > DAY &&
			full_width(t) > width)
			cut_cells(t, i, DAY);
}

/* The text of a cell; "" for one without. */
static const char *
text_at(struct table *t, size_t row, size_t column)
{
	struct libscols_cell *cell = scols_line_get_cell(t->lines[row], column);
	const char *text = cell ? scols_cell_get_data(cell) : NULL;

	return text ? text : "";
}

/* Computes widths on the screen instead of bytes. */
static void
measure(struct table *t)
{
	for (size_t n = 0; n < t->count; n++) {
		t->columns[n].cell_width = 0;
		for (size_t i = 0; i < t->line_count; i++) {
			const char *text = text_at(t, i, n);
			size_t width = width_of(text, strlen(text));

			if (width > t->columns[n].cell_width)
				t->columns[n].cell_width = width;
		}
	}
}

/* Cuts the cells of a column that are wider, with an ellipsis. */
static void
shrink_cells(struct table *t, size_t column, size_t width)
{
	for (size_t i = 0; i < t->line_count; i++) {
		const char *text = text_at(t, i, column);
		size_t len = strlen(text);
		struct buf cut;

		if (width_of(text, len) <= width)
			continue;
		buf_init(&cut, len + 8);
		buf_add(&cut, text, width_fit(text, len, width - 1));
		buf_add_text(&cut, "\u2026");
		if (cut.full || scols_cell_set_data(
					scols_line_get_cell(t->lines[i], column), cut.data) != 0)
			t->failed = true;
		buf_free(&cut);
	}
	t->columns[column].cell_width = width;
}

static void
shrink(struct table *t, size_t width)
{
	for (size_t i = t->count; i-- && full_width(t) > width;) {
		const struct table_column *c = &t->columns[i];
		size_t least = least_of(c);
		size_t over = full_width(t) - width;

		if (c->hidden || !(c->flags & TABLE_SHRINK) || c->cell_width <= least)
			continue;
		shrink_cells(t, i, c->cell_width > least + over ? c->cell_width - over : least);
	}
}

static bool
is_uniform(struct table *t, size_t column)
{
	for (size_t i = 1; i < t->line_count; i++)
		if (strcmp(text_at(t, 0, column), text_at(t, i, column)) != 0)
			return false;
	return true;
}

static void
hide_uniform(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->columns[i].flags & TABLE_VARIED && is_uniform(t, i))
			table_hide(t, i);
}

/* False if it is still wider. */
static bool
fit(struct table *t, size_t width)
{
	size_t wanted = width;

	hide_what_does_not_fit(t, width);
	cut_times(t, width);
	shrink(t, width);
	cut_days(t, width);
	/* the library must not cut what still does not fit */
	if (full_width(t) > width)
		width = full_width(t);
	(void)scols_table_set_termwidth(t->table, width);
	return width == wanted;
}

int
table_print_as(struct table *t, FILE *out, size_t width, bool colour, struct fault *f)
{
	bool fits = true;
	int bad;

	if (!t->any_row)
		return 0;
	if (t->failed)
		return fault_set(f, STATUS_TRY_AGAIN, "the table: out of memory");
	width_set_locale();
	measure(t);
	hide_uniform(t);
	(void)scols_table_set_termforce(
		t->table, width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (width)
		fits = fit(t, width);
	(void)scols_table_enable_colors(t->table, colour && fits);
	(void)scols_table_set_stream(t->table, out);
	if (t->failed)
		return fault_set(f, STATUS_TRY_AGAIN, "the table: out of memory");
	bad = scols_print_table(t->table); /* a negative errno */
	if (bad)
		return fault_errno(f, STATUS_IO, bad < 0 ? -bad : EIO, "the table");
	return !fits;
}

int
table_print(struct table *t, FILE *out, struct fault *f)
{
	return table_print_as(t, out, table_width(out), table_colour(out), f) < 0 ? -1 : 0;
}
