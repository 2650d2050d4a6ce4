/* SPDX-License-Identifier: ISC */
#include "stream/cycle_write.h"

#include <string.h>

#include "stream/cycle.h"

void
cycle_writer_init(struct cycle_writer *c, FILE *file)
{
	*c = (struct cycle_writer){.file = file, .line_max = CYCLE_LINE_MAX};
	buf_init(&c->line, (size_t)2 * CYCLE_LINE_MAX);
}

void
cycle_writer_free(struct cycle_writer *c)
{
	buf_free(&c->line);
}

static void
write_line(struct cycle_writer *c)
{
	json_write_object_end(&c->json);
	buf_add_char(&c->line, '\n');
	(void)fwrite(c->line.data, 1, c->line.len, c->file); /* cli_finish() looks at the FILE */
}

static struct json_write *
start_line(struct cycle_writer *c, const char *kind)
{
	buf_clear(&c->line);
	json_write_init(&c->json, &c->line);
	json_write_object(&c->json);
	json_write_put_string(&c->json, "kind", kind);
	return &c->json;
}

void
cycle_begin(struct cycle_writer *c, const char *stream, const struct cycle_head *head)
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
	c->line_max = strcmp(stream, CYCLE_OBSERVATIONS) == 0 ? CYCLE_OBSERVATION_MAX
							      : CYCLE_LINE_MAX;
}

struct json_write *
cycle_record(struct cycle_writer *c, const char *kind)
{
	return start_line(c, kind);
}

int
cycle_record_end(struct cycle_writer *c)
{
	/* the closing brace is still to come */
	if (c->line.full || c->line.len + 1 > c->line_max)
		return -1;
	write_line(c);
	c->records++;
	return 0;
}

void
cycle_end(struct cycle_writer *c)
{
	struct json_write *w = start_line(c, "end");

	json_write_put_i64(w, "records", (int64_t)c->records);
	write_line(c);
	(void)fflush(c->file); /* cli_finish() looks at the FILE */
}
