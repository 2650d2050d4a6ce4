/* SPDX-License-Identifier: ISC */
#include "scrape/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/file_read.h"
#include "base/mem.h"
#include "base/text.h"

enum { SECRET_MAX = 16 << 10, KEY_MAX = 1 << 20, PATH_BYTES = 4096 };

char *
secret_default(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct buf path;

	if (!folder || !*folder)
		return NULL;
	buf_init(&path, PATH_BYTES);
	buf_printf(&path, "%s/%s", folder, name);
	if (!path.full && access(path.data, F_OK) == 0)
		return buf_take(&path);
	buf_free(&path);
	return NULL;
}

char *
secret_path(const char *name)
{
	char *path = strchr(name, '/') ? NULL : secret_default(name);

	return path ? path : mem_copy(name);
}

/* A mount may come late, so a missing file means to try again. */
static int
open_file(const char *path, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fault_errno(
			f, errno == ENOENT ? STATUS_TRY_AGAIN : STATUS_CONFIG, errno, "%s", path);
	return fd;
}

int
secret_readable(const char *path, struct fault *f)
{
	int fd = open_file(path, f), result = -1;
	char *text;
	size_t len;

	if (fd >= 0)
		result = file_read_fd(fd, path, KEY_MAX, &text, &len, f);
	if (!result)
		free(text);
	fd_close(fd);
	return result;
}

/* Requires that only its owner can read it. */
static int
check_mode(int fd, const char *path, struct fault *f)
{
	struct stat st;
	mode_t too_much = S_IRWXG | S_IRWXO;

	if (fstat(fd, &st))
		return fault_errno(f, STATUS_IO, errno, "%s", path);
	/* a read-only file of root, such as a mounted secret, is shared on purpose */
	if (st.st_uid == 0 && (geteuid() != 0 || !(st.st_mode & S_IWUSR)))
		too_much = S_IWGRP | S_IXGRP | S_IRWXO;
	if (!S_ISREG(st.st_mode) || !(st.st_mode & too_much))
		return 0; /* file_read_fd() refuses anything but regular files */
	return fault_set(f, STATUS_PERMISSION,
		"%s: others can read it (mode %04o): chmod 600 it, or in Kubernetes set"
		" defaultMode: 0400",
		path, (unsigned)(st.st_mode & 07777));
}

static char *
read_secret(const char *path, size_t max, size_t *len, struct fault *f)
{
	int fd = open_file(path, f);
	char *text = NULL;

	if (fd >= 0 && check_mode(fd, path, f) == 0)
		(void)file_read_fd(fd, path, max, &text, len, f); /* text stays NULL if it fails */
	fd_close(fd);
	return text;
}

static void
free_text(char *text, size_t len)
{
	explicit_bzero(text, len);
	free(text);
}

int
secret_check_key(const char *path, struct fault *f)
{
	size_t len = 0;
	char *text = read_secret(path, KEY_MAX, &len, f);
	bool encrypted;

	if (!text)
		return -1;
	/* "BEGIN ENCRYPTED PRIVATE KEY", or the older "Proc-Type: 4,ENCRYPTED" */
	encrypted = memmem(text, len, "ENCRYPTED", 9) != NULL;
	free_text(text, len);
	if (!encrypted)
		return 0;
	return fault_set(f, STATUS_CONFIG,
		"%s: the key is encrypted, and nothing can ask for its passphrase: give it"
		" decrypted (openssl pkey)",
		path);
}

/* Cuts the newline off. -1 with the fault if it cannot be a secret. */
static int
check_line(const char *path, char *text, size_t len, struct fault *f)
{
	while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		text[--len] = '\0';
	if (!len)
		return fault_set(f, STATUS_CONFIG, "%s: the file is empty", path);
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return fault_set(f, STATUS_CONFIG,
				"%s: one line of visible ASCII is expected", path);
	return 0;
}

char *
secret_read(const char *path, struct fault *f)
{
	size_t len = 0;
	char *text = read_secret(path, SECRET_MAX, &len, f);

	if (!text || check_line(path, text, len, f) == 0)
		return text;
	free_text(text, len);
	return NULL;
}

char *
secret_read_lines(const char *path, struct fault *f)
{
	size_t len = 0;
	char *text = read_secret(path, SECRET_MAX, &len, f);

	if (!text || strlen(text) == len)
		return text;
	fault_put(f, STATUS_CONFIG, "%s: a NUL in it", path);
	free_text(text, len);
	return NULL;
}

char *
secret_bearer(const char *token)
{
	size_t size = strlen("Bearer ") + strlen(token) + 1;
	char *text = mem_alloc(size);

	text_format(text, size, "Bearer %s", token); /* it fits */
	return text;
}

char *
secret_basic(const char *pair)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = (const unsigned char *)pair;
	size_t len = strlen(pair);
	size_t size = strlen("Basic ") + (len + 2) / 3 * 4 + 1;
	char *text = mem_zero(1, size);
	char *out = text + snprintf(text, size, "Basic ");

	for (size_t i = 0; i < len; i += 3) {
		unsigned long bits = (unsigned long)s[i] << 16;

		if (i + 1 < len)
			bits |= (unsigned long)s[i + 1] << 8;
		if (i + 2 < len)
			bits |= s[i + 2];
		*out++ = digits[bits >> 18];
		*out++ = digits[bits >> 12 & 63];
		*out++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
		*out++ = i + 2 < len ? digits[bits & 63] : '=';
	}
	return text;
}

void
secret_hide(char *text, size_t len, const char *secret)
{
	size_t n = strlen(secret);
	char *found;

	while (n && (found = memmem(text, len, secret, n)) != NULL) {
		memset(found, '*', n);
		len -= (size_t)(found + n - text);
		text = found + n;
	}
}

void
secret_free(char *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret, strlen(secret));
	free(secret);
}

void
secret_no_core(void)
{
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* lowering it needs no privilege */
#ifndef OP_SANITIZED /* the leak checker has to attach to its own process */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0,
		0); /* only this stops crash handlers that read from a pipe */
#endif
}
