/* SPDX-License-Identifier: ISC */
#ifndef OP_SEVERITY_H
#define OP_SEVERITY_H

#include <stddef.h>

/* How bad a violation is: info < warning < critical, nothing else. */
enum severity {
	SEVERITY_NONE = -1,
	SEVERITY_INFO,
	SEVERITY_WARNING,
	SEVERITY_CRITICAL,
};

enum { SEVERITIES = SEVERITY_CRITICAL + 1 };

/* Their words, by severity. */
extern const char *const severity_words[SEVERITIES];

/* The severity of that word; SEVERITY_NONE for any other word. */
enum severity severity_find(const char *word, size_t len);

/* Its word. */
const char *severity_word(enum severity severity);

#endif
