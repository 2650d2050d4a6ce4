/* SPDX-License-Identifier: ISC */
#include "stream/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/mem.h"
#include "stream/ident.h"

enum { PATH_BYTES = 4096 };

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Adds FOLDER/NAME if it is a folder, and FOLDER to the list for the fault. */
static void
search(struct subject *s, const char *folder, size_t len, struct buf *searched)
{
	struct buf path;

	buf_init(&path, PATH_BYTES);
	buf_add(&path, folder, len);
	buf_printf(&path, "/%s", s->name);
	if (!path.full && is_directory(path.data)) {
		s->dirs = mem_resize(s->dirs, s->dir_count + 1, sizeof *s->dirs);
		s->dirs[s->dir_count++] = mem_copy(path.data);
	}
	buf_printf(searched, "%s%.*s", searched->len ? ", " : "", (int)len, folder);
	buf_free(&path);
}

static void
search_path(struct subject *s, const char *list, struct buf *searched)
{
	while (*list) {
		size_t len = strcspn(list, ":");

		if (len)
			search(s, list, len, searched);
		list += len + (list[len] == ':');
	}
}

/* The folder of the running program, or "" if it is unknown. */
static void
own_folder(char *out, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	out[len > 0 ? len : 0] = '\0';
	slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
}

static void
search_share(struct subject *s, struct buf *searched)
{
	static const char *const beside[] = {"/../share/op/subjects", "/../share/subjects"};
	const char *share = getenv("OP_SHARE");
	char own[PATH_BYTES];
	struct buf folder;

	buf_init(&folder, (size_t)2 * PATH_BYTES);
	if (share && *share) {
		buf_printf(&folder, "%s/subjects", share);
		search(s, folder.data, folder.len, searched);
		buf_free(&folder);
		return;
	}
	own_folder(own, sizeof own);
	for (size_t i = 0; own[0] && i < sizeof beside / sizeof beside[0]; i++) {
		buf_clear(&folder);
		buf_printf(&folder, "%s%s", own, beside[i]);
		if (is_directory(folder.data)) {
			search(s, folder.data, folder.len, searched);
			buf_free(&folder);
			return;
		}
	}
	search(s, OP_SHAREDIR "/subjects", strlen(OP_SHAREDIR "/subjects"), searched);
	buf_free(&folder);
}

int
subject_find(struct subject *s, const char *name, struct fault *f)
{
	const char *path = getenv("OP_SUBJECTS");
	struct buf searched;
	int result = 0;

	*s = (struct subject){0};
	if (!ident_is_subject(span_of(name)))
		return fault_set(f, STATUS_USAGE, "%.64s: a subject's name is [a-z0-9_-]+", name);
	s->name = mem_copy(name);
	buf_init(&searched, (size_t)4 * PATH_BYTES);
	if (path)
		search_path(s, path, &searched);
	search_share(s, &searched);
	if (!s->dir_count) {
		result = fault_set(
			f, STATUS_CONFIG, "subject %s: not found in %s", name, searched.data);
		subject_free(s);
	}
	buf_free(&searched);
	return result;
}

void
subject_free(struct subject *s)
{
	for (size_t i = 0; i < s->dir_count; i++)
		free(s->dirs[i]);
	free(s->dirs);
	free(s->name);
	*s = (struct subject){0};
}

static int
read_all(int fd, size_t max, struct buf *out, struct fault *f)
{
	for (;;) {
		char *room = buf_reserve(out, out->max - out->len < 4096 ? 1 : 4096);
		ssize_t n;

		if (!room)
			return fault_set(f, STATUS_CONFIG, "longer than %zu bytes", max);
		n = read(fd, room, out->cap - out->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_errno(f, STATUS_CONFIG, errno, "cannot read");
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
	}
}

int
subject_read(const struct subject *s, size_t i, const char *file, size_t max, char **text,
	size_t *len, struct fault *f)
{
	struct buf path, content;
	int result = 0;
	int fd;

	buf_init(&path, PATH_BYTES);
	buf_init(&content, max + 1);
	buf_printf(&path, "%s/%s", s->dirs[i], file);
	*text = NULL;
	*len = 0;
	fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		goto out;
	if (fd < 0)
		result = fault_errno(f, STATUS_CONFIG, errno, "cannot open");
	else
		result = read_all(fd, max, &content, f);
	if (result) {
		(void)fault_within(f, "%s", path.data);
	} else {
		*len = content.len;
		*text = buf_take(&content);
	}
out:
	fd_close(fd); /* it was only read */
	buf_free(&content);
	buf_free(&path);
	return result;
}
