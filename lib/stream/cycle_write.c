/* SPDX-License-Identifier: ISC */
#include "stream/cycle_write.h"

#include "base/out.h"
#include "stream/cycle_head.h"

void
cycle_write_init(struct cycle_write *c, FILE *file)
{
	*c = (struct cycle_write){.file = file, .record_max = CYCLE_LINE_MAX};
	buf_init(&c->line, (size_t)2 * CYCLE_LINE_MAX);
}

void
cycle_write_free(struct cycle_write *c)
{
	buf_free(&c->line);
}

static void
write_line(struct cycle_write *c)
{
	json_write_object_end(&c->json);
	buf_add_char(&c->line, '\n');
	out_bytes(c->file, c->line.data, c->line.len);
}

static struct json_write *
start_line(struct cycle_write *c, const char *kind)
{
	buf_clear(&c->line);
	json_write_init(&c->json, &c->line);
	json_write_object(&c->json);
	json_write_put_string(&c->json, "kind", kind);
	return &c->json;
}

void
cycle_write_begin(struct cycle_write *c, const char *stream, const struct cycle_head *head)
{
	struct json_write *w = start_line(c, "begin");

	json_write_put_string(w, "stream", stream);
	json_write_put_i64(w, "v", 1);
	json_write_put_string(w, "subject", head->subject);
	json_write_put_string(w, "cluster", head->cluster);
	if (head->cluster_id)
		json_write_put_string(w, "cluster_id", head->cluster_id);
	json_write_put_timestamp(w, "at", head->at_ms);
	write_line(c);
	c->records = 0;
	c->record_max = cycle_head_record_max(stream);
}

struct json_write *
cycle_write_record(struct cycle_write *c, const char *kind)
{
	return start_line(c, kind);
}

void
cycle_write_record_end(struct cycle_write *c)
{
	c->records++;
	/* the closing brace is still missing */
	if (!c->line.full && c->line.len < c->record_max)
		write_line(c);
}

void
cycle_write_end(struct cycle_write *c)
{
	struct json_write *w = start_line(c, "end");

	json_write_put_u64(w, "records", c->records);
	write_line(c);
	out_flush(c->file);
}
