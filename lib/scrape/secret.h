/* SPDX-License-Identifier: ISC */
#ifndef OP_SECRET_H
#define OP_SECRET_H

#include <stddef.h>

struct fault;

/*
 * Files that hold secrets. STATUS_PERMISSION if others can read the file: only its
 * owner may have access, but a file of root may be readable by its group, as
 * Kubernetes mounts it. STATUS_TRY_AGAIN if it is missing, because it may be
 * mounted late. STATUS_CONFIG if its content is wrong.
 */

/* NAME, or $CREDENTIALS_DIRECTORY/NAME if that exists and NAME has no slash. To free(). */
char *secret_path(const char *name);

/* $CREDENTIALS_DIRECTORY/NAME, to free(), or NULL if there is none. */
char *secret_default(const char *name);

/* 0 if it is a regular file of at most 1 MiB that can be read, else -1. */
int secret_readable(const char *path, struct fault *f);

/* 0 if only its owner can read it and it is not a key with a passphrase, else -1. */
int secret_check_key(const char *path, struct fault *f);

/*
 * Its only line, without the newline: visible ASCII and blanks, at most 16 KiB. For
 * secret_free(). NULL on failure.
 */
char *secret_read(const char *path, struct fault *f);

/* All of it, as above but unchecked. */
char *secret_read_lines(const char *path, struct fault *f);

/* The value of the header Authorization for a token, or for USER:PASSWORD. For secret_free(). */
char *secret_bearer(const char *token);
char *secret_basic(const char *pair);

/* Replaces secret by stars in a text from a server, which may send back what it was sent. */
void secret_hide(char *text, size_t len, const char *secret);

/* Overwrites and frees it; NULL is accepted. */
void secret_free(char *secret);

/* Prevents core dumps of this process, as far as possible. */
void secret_no_core(void);

#endif
