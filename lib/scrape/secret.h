/* SPDX-License-Identifier: ISC */
#ifndef OP_SECRET_H
#define OP_SECRET_H

#include <stddef.h>

struct fault;

/*
 * Files that hold secrets. One that others can read is refused with
 * STATUS_PERMISSION: the owner alone may have any access to it; a file of root
 * may also be readable by its group, as Kubernetes mounts it. One that is not
 * there is STATUS_TRY_AGAIN, since a mount may come late; contents that are
 * wrong are STATUS_CONFIG.
 */

/* The file NAME, $CREDENTIALS_DIRECTORY/NAME if that is there and NAME has no slash. To free(). */
char *secret_path(const char *name);

/* $CREDENTIALS_DIRECTORY/NAME, to free(), or NULL if there is none. */
char *secret_default(const char *name);

/* Is it a regular file of at most 1 MiB that can be read? 0 or -1. */
int secret_readable(const char *path, struct fault *f);

/* Is it a file that only its owner can read, and not a key with a passphrase? 0 or -1. */
int secret_check_key(const char *path, struct fault *f);

/*
 * Its one line, without the newline: visible ASCII and blanks, at most 16 KiB.
 * To be handed to secret_free(). NULL on failure.
 */
char *secret_read(const char *path, struct fault *f);

/* All of it, as above but unchecked. */
char *secret_read_lines(const char *path, struct fault *f);

/* The value of the header Authorization for a token, for USER:PASSWORD. To be handed to
 * secret_free(). */
char *secret_bearer(const char *token);
char *secret_basic(const char *pair);

/* Stars out every occurrence of secret in text: a server may send back what it was sent. */
void secret_hide(char *text, size_t len, const char *secret);

/* Overwrites and frees it; NULL is accepted. */
void secret_free(char *secret);

/* From now on this process leaves no core dump (best effort: there is nothing else to do about it).
 */
void secret_no_core(void);

#endif
