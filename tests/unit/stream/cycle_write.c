/* SPDX-License-Identifier: ISC */
#include "stream/cycle_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "stream/cycle_head.h"
#include "unit.h"

static void
test_writer(void)
{
	static const char want[] = "{\"kind\":\"begin\",\"stream\":\"verdicts\",\"v\":1,"
				   "\"subject\":\"tikv\",\"cluster\":\"c\","
				   "\"at\":\"1970-01-01T00:00:01.000Z\"}\n{\"kind\":\"check\","
				   "\"n\":1}\n{\"kind\":\"end\",\"records\":1}\n";
	char subject[] = "tikv", cluster[] = "c", got[512] = "";
	struct cycle_head head = {.subject = subject, .cluster = cluster, .at_ms = 1000};
	struct cycle_write c;
	FILE *file = fmemopen(got, sizeof got, "w");

	if (!file)
		exit(1);
	cycle_write_init(&c, file);
	cycle_write_begin(&c, CYCLE_VERDICTS, &head);
	json_write_put_i64(cycle_write_record(&c, "check"), "n", 1);
	cycle_write_record_end(&c);
	cycle_write_end(&c);
	CHECK(strcmp(got, want) == 0);
	cycle_write_free(&c);
	(void)fclose(file); /* memory */
}

/* A record that is too long is counted but not written, so readers see a torn cycle. */
static void
test_ceiling(void)
{
	static char text[CYCLE_OBSERVATION_MAX], got[3 * CYCLE_OBSERVATION_MAX];
	const size_t frame = strlen("{\"kind\":\"x\",\"t\":\"\"}");
	char subject[] = "tikv", cluster[] = "c";
	struct cycle_head head = {.subject = subject, .cluster = cluster, .at_ms = 1000};
	struct cycle_write c;
	FILE *file = fmemopen(got, sizeof got, "w");

	if (!file)
		exit(1);
	memset(text, 'x', sizeof text);
	cycle_write_init(&c, file);
	cycle_write_begin(&c, CYCLE_OBSERVATIONS, &head);
	for (size_t over = 0; over < 2; over++) {
		json_write_put_span(cycle_write_record(&c, "x"), "t",
			(struct span){text, CYCLE_OBSERVATION_MAX - frame + over});
		cycle_write_record_end(&c);
	}
	cycle_write_end(&c);
	CHECK(strlen(got) > CYCLE_OBSERVATION_MAX && strlen(got) < CYCLE_OBSERVATION_MAX + 200);
	CHECK(strstr(got, "{\"kind\":\"end\",\"records\":2}\n") != NULL);
	cycle_write_free(&c);
	(void)fclose(file); /* memory */
}

int
main(void)
{
	test_writer();
	test_ceiling();
	return unit_done();
}
