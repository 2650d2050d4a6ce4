/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/program.h"
#include "base/text.h"
#include "ticket/database.h"
#include "ticket/database_uri.h"

enum { PATH_BYTES = PATH_MAX };

/* Does not return if it exists and can be run. */
static int
try(const char *folder, const char *below, char **argv, struct fault *f)
{
	char path[PATH_BYTES + 64];

	text_format(path, sizeof path, "%s%s/op-ticket-pg", folder, below);
	if (execv(path, argv) && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	return fault_errno(f, STATUS_CONFIG, errno, "%s", path);
}

int
database_hand_over(const struct database_target *t, char **argv, struct fault *f)
{
	static const char *const below[] = {"/../libexec/op", ""};
	const char *uri = database_uri(t);
	char own[PATH_BYTES];
	bool known;

	if (!uri)
		return 0;
	if (database_uri_check(uri, f))
		return -1;
	known = program_folder(own, sizeof own) == 0;
	for (size_t i = 0; known && i < sizeof below / sizeof below[0]; i++)
		if (try(own, below[i], argv, f))
			return -1;
	if (try(OP_LIBEXECDIR "/op", "", argv, f))
		return -1;
	return fault_set(f, STATUS_CONFIG,
		"op-ticket-pg is not installed: tickets in PostgreSQL need the package "
		"op-postgresql");
}
