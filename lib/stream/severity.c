/* SPDX-License-Identifier: ISC */
#include "stream/severity.h"

#include <string.h>

const char *const severity_words[SEVERITIES] = {"info", "warning", "critical"};

enum severity
severity_find(const char *word, size_t len)
{
	for (size_t i = 0; i < SEVERITIES; i++)
		if (strlen(severity_words[i]) == len && !memcmp(severity_words[i], word, len))
			return (enum severity)i;
	return SEVERITY_NONE;
}

const char *
severity_word(enum severity severity)
{
	return severity_words[severity];
}
