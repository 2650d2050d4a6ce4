/* SPDX-License-Identifier: ISC */
#ifndef OP_SECRET_H
#define OP_SECRET_H

#include <stddef.h>

struct fault;

/*
 * Files that hold secrets. One that others can read is refused, with
 * STATUS_PERMISSION: the owner alone may have any access to it, or, where it
 * is root's and we are not, its group may read it.
 */

/* The file behind NAME: $CREDENTIALS_DIRECTORY/NAME where NAME has no slash and is there, else
 * NAME. To free(). */
char *secret_path(const char *name);

/* $CREDENTIALS_DIRECTORY/NAME, to free(), or NULL where there is none. */
char *secret_default(const char *name);

/* Is it a file that can be read? 0, or -1 with STATUS_CONFIG or STATUS_PERMISSION. */
int secret_readable(const char *path, struct fault *f);

/* As above, and can others not read it? */
int secret_check(const char *path, struct fault *f);

/*
 * Its one line, without the newline, checked as above: visible ASCII and
 * blanks, at most 16 KiB. To be handed to secret_free(). NULL on failure.
 */
char *secret_read(const char *path, struct fault *f);

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
