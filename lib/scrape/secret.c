/* SPDX-License-Identifier: ISC */
#include "scrape/secret.h"

#include <errno.h>
#include <fcntl.h>
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
#include "base/mem.h"
#include "base/text.h"

enum { SECRET_MAX = 16 << 10, PATH_BYTES = 4096 };

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

int
secret_readable(const char *path, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fault_errno(f, STATUS_CONFIG, errno, "%s", path);
	fd_close(fd); /* nothing was written */
	return 0;
}

/* The descriptor of a file that nobody else can read, or -1. */
static int
open_secret(const char *path, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	mode_t too_much = S_IRWXG | S_IRWXO;

	if (fd < 0)
		return fault_errno(f, STATUS_CONFIG, errno, "%s", path);
	if (fstat(fd, &st)) {
		(void)fault_errno(f, STATUS_IO, errno, "%s", path);
		goto fail;
	}
	if (st.st_uid == 0 && geteuid() != 0)
		too_much = S_IWGRP | S_IXGRP | S_IRWXO;
	if (!S_ISREG(st.st_mode)) {
		(void)fault_set(f, STATUS_CONFIG, "%s: not a regular file", path);
		goto fail;
	}
	if (st.st_mode & too_much) {
		(void)fault_set(f, STATUS_PERMISSION,
			"%s: others can read it (mode %04o): chmod 600 it", path,
			(unsigned)(st.st_mode & 07777));
		goto fail;
	}
	return fd;
fail:
	fd_close(fd); /* nothing was written */
	return -1;
}

int
secret_check(const char *path, struct fault *f)
{
	int fd = open_secret(path, f);

	if (fd < 0)
		return -1;
	fd_close(fd); /* nothing was written */
	return 0;
}

/* Cuts the newline off. NULL, or why it cannot be a secret. */
static const char *
check_line(char *text, size_t len)
{
	while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		text[--len] = '\0';
	if (!len)
		return "it is empty";
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return "one line of visible ASCII is expected";
	return NULL;
}

char *
secret_read(const char *path, struct fault *f)
{
	int fd = open_secret(path, f);
	char *text;
	const char *why;
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return NULL;
	text = mem_zero(1, SECRET_MAX + 2);
	while (len <= SECRET_MAX) {
		n = read(fd, text + len, SECRET_MAX + 1 - len);
		if (n > 0)
			len += (size_t)n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	if (n < 0) {
		(void)fault_errno(f, STATUS_IO, errno, "%s", path);
		why = "";
	} else {
		why = len > SECRET_MAX ? "longer than 16 KiB" : check_line(text, len);
		if (why)
			(void)fault_set(f, STATUS_CONFIG, "%s: %s", path, why);
	}
	fd_close(fd); /* nothing was written */
	if (!why)
		return text;
	explicit_bzero(text, SECRET_MAX + 2);
	free(text);
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
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* lowering needs no right */
#ifndef OP_SANITIZED /* the leak checker has to attach to its own process */
	(void)prctl(
		PR_SET_DUMPABLE, 0, 0, 0, 0); /* a crash handler in a pipe obeys this one alone */
#endif
}
