/* SPDX-License-Identifier: ISC */
#include "stream/severity.h"

#include <string.h>

static const char *const words[] = {"info", "warning", "critical"};

enum severity
severity_find(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == len && !memcmp(words[i], word, len))
			return (enum severity)i;
	return SEVERITY_NONE;
}

const char *
severity_word(enum severity severity)
{
	return words[severity];
}
