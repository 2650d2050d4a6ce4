/* SPDX-License-Identifier: ISC */
#include "base/file_read.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/fd.h"

enum { PIECE = 1 << 14 };

/* Without -D_FILE_OFFSET_BITS=64, a file of 3 GB cannot be opened on 32-bit machines. */
_Static_assert(sizeof(off_t) >= 8, "off_t has 64 bits");

/* *size is what the file claims: those of /proc claim 0. */
static int
check_file(int fd, const char *path, size_t max, size_t *size, struct fault *f)
{
	struct stat st;

	if (fstat(fd, &st))
		return fault_errno(f, STATUS_CONFIG, errno, "%s: cannot read", path);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, STATUS_CONFIG, "%s: not a regular file", path);
	if (st.st_size > 0 && (unsigned long long)st.st_size > max)
		return fault_set(f, STATUS_CONFIG, "%s: longer than %zu bytes", path, max);
	*size = st.st_size > 0 ? (size_t)st.st_size : 0;
	return 0;
}

/*
 * Reads to the end, at first the bytes that are expected and one more, which shows that there are
 * no others; likewise one byte past max shows that there are more.
 */
static int
read_all(int fd, const char *path, size_t max, size_t expected, struct buf *out, struct fault *f)
{
	for (;;) {
		size_t left = max + 1 - out->len;
		size_t want = expected && out->len <= expected ? expected + 1 - out->len : PIECE;
		char *room = buf_reserve(out, left < want ? left : want);
		ssize_t n = room ? read(fd, room, left < want ? left : want) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_errno(f, STATUS_CONFIG, errno, "%s: cannot read", path);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len > max)
			return fault_set(f, STATUS_CONFIG, "%s: longer than %zu bytes", path, max);
		if (n == 0)
			return 0;
	}
}

int
file_read_fd(int fd, const char *path, size_t max, char **text, size_t *len, struct fault *f)
{
	struct buf content;
	size_t size = 0;
	int result;

	*text = NULL;
	*len = 0;
	buf_init(&content, max + 1);
	result = check_file(fd, path, max, &size, f);
	if (!result)
		result = read_all(fd, path, max, size, &content, f);
	if (!result) {
		*len = content.len;
		*text = buf_take(&content);
	}
	buf_free(&content);
	return result;
}

int
file_read(const char *path, size_t max, char **text, size_t *len, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), result;

	*text = NULL;
	*len = 0;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 1;
	if (fd < 0)
		return fault_errno(f, STATUS_CONFIG, errno, "%s: cannot open", path);
	result = file_read_fd(fd, path, max, text, len, f);
	fd_close(fd); /* it was only read */
	return result;
}
