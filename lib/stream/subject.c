/* SPDX-License-Identifier: ISC */
#include "stream/subject.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/file_read.h"
#include "base/mem.h"
#include "base/program.h"
#include "base/span.h"
#include "base/utf8.h"
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
		s->dirs = mem_grow(s->dirs, s->dir_count, &s->dir_cap, sizeof *s->dirs);
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

static void
search_share(struct subject *s, struct buf *searched)
{
	static const char *const beside[] = {"/../share/op/subjects", "/../share/subjects"};
	const char *share = getenv("OP_SHARE");
	char own[PATH_BYTES];
	struct buf folder;
	bool known;

	buf_init(&folder, (size_t)2 * PATH_BYTES);
	if (share && *share) {
		buf_printf(&folder, "%s/subjects", share);
		search(s, folder.data, folder.len, searched);
		buf_free(&folder);
		return;
	}
	known = program_folder(own, sizeof own) == 0;
	for (size_t i = 0; known && i < sizeof beside / sizeof beside[0]; i++) {
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

/* Editors and shells of Windows write a byte order mark, or UTF-16. */
static int
check_encoding(const char *path, char *text, size_t *len, struct fault *f)
{
	const char *other;

	if (*len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		*len -= 3;
		memmove(text, text + 3, *len + 1);
	}
	other = utf8_other_encoding(text, *len);
	return other ? fault_set(f, STATUS_CONFIG, "%s:1:1: the file %s", path, other) : 0;
}

int
subject_read(const struct subject *s, size_t i, const char *file, size_t max, char **text,
	size_t *len, struct fault *f)
{
	struct buf path;
	int result;

	buf_init(&path, PATH_BYTES);
	buf_printf(&path, "%s/%s", s->dirs[i], file);
	result = file_read(path.data, max, text, len, f);
	if (result == 0 && check_encoding(path.data, *text, len, f)) {
		free(*text);
		*text = NULL;
		result = -1;
	}
	buf_free(&path);
	return result < 0 ? -1 : 0;
}

/* Whether it has any of the files of a subject. */
static bool
is_subject(const char *folder)
{
	static const char *const parts[] = {"schema.sql", "invariants", "metrics.tsv", "params"};
	struct buf path;
	bool found = false;

	buf_init(&path, PATH_BYTES);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !found; i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s", folder, parts[i]);
		found = access(path.data, F_OK) == 0;
	}
	buf_free(&path);
	return found;
}

/* Whether it contains a folder or, if it is a subject itself, another subject. */
static bool
holds_subject(const char *folder)
{
	bool itself = is_subject(folder);
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool found = false;
	struct buf path;

	if (!dir && errno == ENOMEM)
		mem_exhausted();
	buf_init(&path, PATH_BYTES);
	while (dir && !found && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		buf_clear(&path);
		buf_printf(&path, "%s/%s", folder, entry->d_name);
		found = itself ? is_subject(path.data) : is_directory(path.data);
	}
	if (dir)
		(void)closedir(dir); /* it was only read */
	buf_free(&path);
	return found;
}

void
subject_check_path(void (*report)(void *data, const char *text), void *data)
{
	const char *list = getenv("OP_SUBJECTS");
	struct span rest = span_of(list && *list ? list : NULL);
	struct buf folder, text;

	buf_init(&folder, PATH_BYTES);
	buf_init(&text, (size_t)2 * PATH_BYTES);
	while (rest.at) {
		struct span part = span_cut(&rest, ':');
		bool there;

		if (!part.len)
			continue;
		buf_clear(&folder);
		buf_clear(&text);
		buf_add(&folder, part.at, part.len);
		there = is_directory(folder.data);
		if (there && holds_subject(folder.data))
			continue;
		buf_printf(&text, "OP_SUBJECTS: %s %s%s", folder.data,
			there ? "holds no subject" : "is not a folder",
			is_subject(folder.data) ? ", but is one: name the folder that it is in"
						: "");
		report(data, text.data);
	}
	buf_free(&folder);
	buf_free(&text);
}
