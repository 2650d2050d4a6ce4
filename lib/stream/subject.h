/* SPDX-License-Identifier: ISC */
#ifndef OP_SUBJECT_H
#define OP_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

struct fault;

/*
 * The folders of a subject's files: all that are named NAME on the path, in its
 * order. The path is OP_SUBJECTS (colon list; each folder holds NAME/ directly),
 * then subjects/ below the share folder: $OP_SHARE, else ../share/op or ../share
 * beside the program's own folder, else the one that was compiled in.
 */
struct subject {
	char *name;
	char **dirs;
	size_t dir_count; /* at least 1 */
	size_t dir_cap;
};

/*
 * Finds the folders of a subject. -1 with STATUS_USAGE if the name is not
 * ident_is_subject(), STATUS_CONFIG if no folder of the path has it: the
 * fault then names the folders.
 */
int subject_find(struct subject *s, const char *name, struct fault *f);
void subject_free(struct subject *s);

/*
 * Reads FILE of dirs[i], at most max bytes, into a NUL-ended text, the
 * caller's to free(). *text is NULL, and 0 returned, if there is no such
 * file. -1 with the path in the fault. A byte order mark is left out, another
 * encoding than UTF-8 is refused.
 */
int subject_read(const struct subject *s, size_t i, const char *file, size_t max, char **text,
	size_t *len, struct fault *f);

/* Reports each folder of OP_SUBJECTS that is not a folder, or that holds no subject. */
void subject_check_path(void (*report)(void *data, const char *text), void *data);

#endif
