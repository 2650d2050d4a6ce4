/* SPDX-License-Identifier: ISC */
#include "ticket/diagnosis.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/utf8.h"

static int
read_all(int fd, const char *name, struct buf *out, struct fault *f)
{
	for (;;) {
		char block[1 << 14];
		ssize_t n = read(fd, block, sizeof block);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_errno(f, STATUS_DATA, errno, "%s", name);
		if (n == 0)
			return 0;
		buf_add(out, block, (size_t)n);
		if (out->full)
			return fault_set(
				f, STATUS_DATA, "%s: the text is longer than 256 KiB", name);
	}
}

static int
check(const struct buf *text, const char *name, struct fault *f)
{
	size_t good = utf8_check(text->data, text->len, utf8_is_nul);
	bool blank = true;

	if (good < text->len)
		return fault_set(f, STATUS_DATA, "%s: the text is not UTF-8 text, at byte %zu",
			name, good + 1);
	for (size_t i = 0; i < text->len && blank; i++)
		blank = strchr(" \t\r\n", text->data[i]) != NULL;
	return blank ? fault_set(f, STATUS_DATA, "%s: the text is empty", name) : 0;
}

int
diagnosis_read(const char *file, char **text, size_t *len, struct fault *f)
{
	bool is_stdin = !file || strcmp(file, "-") == 0;
	const char *name = is_stdin ? "stdin" : file;
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	struct buf out;
	int result;

	if (fd < 0)
		return fault_errno(f, STATUS_DATA, errno, "%s", name);
	buf_init(&out, DIAGNOSIS_MAX);
	result = read_all(fd, name, &out, f);
	if (!is_stdin)
		fd_close(fd); /* it was only read */
	if (result == 0)
		result = check(&out, name, f);
	if (result == 0) {
		*len = out.len;
		*text = buf_take(&out);
	}
	buf_free(&out);
	return result;
}
