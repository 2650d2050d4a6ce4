/* SPDX-License-Identifier: ISC */
#include "ticket/postgres_fault.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { STATE_LEN = 5 };

enum status
postgres_status(const char *state)
{
	static const struct {
		const char *prefix;
		enum status status;
	} rows[] = {
		{"", STATUS_IO},
		{"08", STATUS_TRY_AGAIN},
		{"22", STATUS_DATA},
		{"23", STATUS_DATA},
		{"25006", STATUS_PERMISSION}, /* a standby */
		{"28", STATUS_PERMISSION},
		{"3D000", STATUS_CONFIG}, /* no such database */
		{"3F000", STATUS_CONFIG}, /* no such schema */
		{"40", STATUS_TRY_AGAIN},
		{"42501", STATUS_PERMISSION},
		{"42P01", STATUS_CONFIG}, /* no such table */
		{"53", STATUS_TRY_AGAIN},
		{"55P03", STATUS_TRY_AGAIN}, /* lock timeout */
		{"57", STATUS_TRY_AGAIN},
		{"XX001", STATUS_DATA}, /* corrupt */
		{"XX002", STATUS_DATA},
	};
	enum status status = STATUS_TRY_AGAIN;

	for (size_t i = 0; *state && i < sizeof rows / sizeof rows[0]; i++)
		if (strncmp(state, rows[i].prefix, strlen(rows[i].prefix)) == 0)
			status = rows[i].status;
	return status;
}

int
postgres_fault(struct fault *f, const char *name, const char *state, const char *words)
{
	size_t len = strcspn(words, "\n");

	if (strcmp(state, "3F000") == 0)
		return fault_set(f, STATUS_CONFIG,
			"%s: its search path names no existing schema; run CREATE SCHEMA, then "
			"op-ticket --db URI create",
			name);
	if (strcmp(state, "42P01") == 0)
		return fault_set(f, STATUS_CONFIG,
			"%s: it has no ticket tables; to create them: op-ticket --db URI create",
			name);
	if (strcmp(state, "25006") == 0)
		return fault_set(f, STATUS_PERMISSION,
			"%s: takes no changes: a standby, or read-only", name);
	if (strcmp(state, "55P03") == 0)
		return fault_set(f, STATUS_TRY_AGAIN,
			"%s: it has been locked by another process for half of --db-timeout", name);
	return fault_set(f, postgres_status(state), "%s: %.*s", name,
		len ? (int)len : (int)strlen("the connection was lost"),
		len ? words : "the connection was lost");
}

static bool
is_code(const char *text)
{
	for (size_t i = 0; i < STATE_LEN; i++)
		if (!isdigit((unsigned char)text[i]) && !isupper((unsigned char)text[i]))
			return false;
	return text[STATE_LEN] == ':';
}

void
postgres_fault_code(const char *message, char state[6])
{
	/* "FATAL:  28000: ...", with the first word in the server's language */
	const char *at = strstr(message, ":  ");

	state[0] = '\0';
	for (; at; at = strstr(at + 1, ":  "))
		if (is_code(at + 3)) {
			text_format(state, STATE_LEN + 1, "%s", at + 3);
			return;
		}
}
