/* SPDX-License-Identifier: ISC */
#include "ticket/view.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/fold.h"
#include "base/out.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/width.h"
#include "stream/event_note.h"
#include "ticket/pager.h"
#include "ticket/ticket_options.h"

enum {
	TABLE_INDENT = 4, /* of folded lines, if even the narrowest table is too wide */
	PAGE_MAX = 1 << 30,
};

void
view_init(struct view *v, const struct ticket_options *o, FILE *out)
{
	static const enum ticket_format formats[] = {
		[OUTPUT_JSON] = FORMAT_JSON,
		[OUTPUT_NDJSON] = FORMAT_NDJSON,
		[OUTPUT_CSV] = FORMAT_CSV,
		[OUTPUT_TABLE] = FORMAT_TABLE,
	};

	*v = (struct view){
		.format = formats[o->output],
		.out = out,
		.now_ms = clock_wall_ms(),
		.utc = o->utc,
		.pager = !o->no_pager,
		.colour = table_colour(out),
		.width = table_width(out),
	};
	if (o->output == OUTPUT_AUTO)
		v->format = isatty(fileno(out)) ? FORMAT_TABLE : FORMAT_NDJSON;
	if (o->watch_ms >= 0)
		v->format = FORMAT_TABLE;
}

char *
view_time(const struct view *v, char text[VIEW_TIME_SIZE], int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms == TIMESTAMP_NEVER ||
		!(v->utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm)))
		text_format(text, VIEW_TIME_SIZE, "-");
	else if (!strftime(text, VIEW_TIME_SIZE,
			 v->utc ? "%Y-%m-%d %H:%M:%SZ" : "%Y-%m-%d %H:%M:%S", &tm))
		text[0] = '\0';
	return text;
}

char *
view_time_text(const struct view *v, char text[VIEW_TIME_SIZE], const char *at)
{
	int64_t ms = TIMESTAMP_NEVER;

	if (at && timestamp_parse(at, strlen(at), &ms))
		ms = TIMESTAMP_NEVER;
	return view_time(v, text, ms);
}

char *
view_age(char text[32], int64_t then_ms, int64_t now_ms)
{
	int64_t age_ms = now_ms > then_ms ? (now_ms - then_ms) / 1000 * 1000 : 0;

	/* people do not read milliseconds */
	if (age_ms)
		return duration_format(text, age_ms);
	text_format(text, 32, "0s");
	return text;
}

void
view_note(const struct view *v, struct buf *out, struct span event, struct span note)
{
	char time[VIEW_TIME_SIZE];
	struct event_note parts;

	if (note.at && span_is(event, "diagnosed")) {
		buf_printf(out, "%zu bytes", note.len);
	} else if (event_note_split(event, note, &parts)) {
		buf_add_text(out, parts.before.len ? "" : "until ");
		buf_add(out, parts.before.at, parts.before.len);
		buf_add_text(out, view_time(v, time, parts.ms));
		buf_add(out, parts.after.at, parts.after.len);
	} else if (note.at) {
		buf_add(out, note.at, note.len);
	}
}

void
view_fold(const struct view *v, struct buf *page, size_t start, size_t indent)
{
	width_set_locale();
	fold_lines(page, start, v->width, indent);
}

int
view_table(const struct view *v, struct table *t, struct buf *page, struct fault *f)
{
	char *text = NULL;
	size_t len = 0, start = page->len;
	FILE *memory = open_memstream(&text, &len);
	int result;

	if (!memory)
		return fault_set(f, STATUS_TRY_AGAIN, "the table: out of memory");
	result = table_print_as(t, memory, v->width, v->colour, f);
	/* glibc's fclose() succeeds even if it could not resize the text */
	if ((fclose(memory) || !text) && result >= 0)
		result = fault_set(f, STATUS_TRY_AGAIN, "the table: out of memory");
	if (result >= 0)
		buf_add(page, text, len);
	if (result > 0)
		view_fold(v, page, start, TABLE_INDENT);
	free(text);
	return result < 0 ? -1 : 0;
}

int
view_page(const struct view *v, const struct buf *page, struct fault *f)
{
	if (page->full)
		return fault_set(f, STATUS_TRY_AGAIN, "not enough memory for the output");
	if (v->pager && pager_show(v->out, page->data, page->len) == 0)
		return 0;
	out_bytes(v->out, page->data, page->len);
	return 0;
}

int
view_print_table(const struct view *v, struct table *t, struct fault *f)
{
	struct buf page;
	int result;

	buf_init(&page, PAGE_MAX);
	result = view_table(v, t, &page, f);
	if (result == 0 && (page.len || page.full))
		result = view_page(v, &page, f);
	buf_free(&page);
	return result;
}

int
view_flush(const struct view *v, struct output *o, struct fault *f)
{
	if (o->text.full)
		return fault_set(f, STATUS_TRY_AGAIN, "not enough memory for a row");
	out_bytes(v->out, o->text.data, o->text.len);
	buf_clear(&o->text);
	return 0;
}
