/* SPDX-License-Identifier: ISC */
/*
 * All of op-check except its flags: any bytes as its input, the TiKV subject
 * as its invariants. The output must be whole cycles of verdicts, and a second
 * run must write the same bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "check/eval.h"
#include "check/lint.h"
#include "check/pack.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"
#include "stream/subject.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct subject subject;
static struct pack pack;
static struct eval *eval;
static struct eval_count *counts;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct pack_choice all = {0};
	struct lint lint = {0};
	struct fault f;

	(void)argc;
	(void)argv;
	if (subject_find(&subject, "tikv", &f) || pack_load(&pack, &subject, &all, &lint, &f))
		goto bad;
	eval = eval_open(&pack, &lint, &f);
	counts = calloc(pack.count, sizeof *counts);
	if (eval && counts && !lint.errors)
		return 0;
bad:
	(void)fprintf(stderr, "%s\n", f.text);
	exit(1);
}

static int
file_of(const void *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

/* Checks the input as op-check does. Returns the output. */
static char *
check(const uint8_t *data, size_t size, size_t *len)
{
	int fd = file_of(data, size);
	struct cycle_read *in = cycle_read_open(fd, CYCLE_OBSERVATIONS);
	enum cycle_event event;
	struct cycle_write out;
	struct json_text kind;
	struct fault f;
	char *text = NULL;
	FILE *memory = open_memstream(&text, len);

	cycle_write_init(&out, memory);
	while ((event = cycle_read_next(in, &f)) > CYCLE_EOF) {
		if (event == CYCLE_BEGIN) {
			eval_clear(eval);
		} else if (event == CYCLE_RECORD) {
			struct span line;

			line.at = cycle_read_line(in, &line.len);
			cycle_read_kind(in, &kind);
			if (eval_add(eval, &kind, line, &f))
				cycle_read_reject(in, &f);
		} else if (event == CYCLE_END) {
			if (eval_run(eval, cycle_read_head(in), &out, counts, &f))
				abort();
		}
	}
	cycle_write_free(&out);
	(void)fclose(memory);
	cycle_read_close(in);
	(void)close(fd);
	return text;
}

static void
must_be_whole(const char *text, size_t len)
{
	int fd = file_of(text, len);
	struct cycle_read *r = cycle_read_open(fd, CYCLE_VERDICTS);
	static struct json_read *j;
	enum cycle_event event;
	struct fault f;

	if (!j)
		j = json_read_open();
	while ((event = cycle_read_next(r, &f)) > CYCLE_EOF) {
		size_t line_len;
		const char *line;

		if (event == CYCLE_TORN)
			abort();
		if (event != CYCLE_RECORD)
			continue;
		line = cycle_read_line(r, &line_len);
		json_read_start(j, line, line_len);
		if (json_read_skip(j) || json_read_end(j))
			abort();
	}
	cycle_read_close(r);
	(void)close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len, again_len;
	char *text = check(data, size, &len);
	char *again = check(data, size, &again_len);

	if (len != again_len || memcmp(text, again, len) != 0)
		abort();
	must_be_whole(text, len);
	free(text);
	free(again);
	return 0;
}
