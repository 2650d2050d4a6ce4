/* SPDX-License-Identifier: ISC */
#include "ticket/mute_warning.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/glob.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/suggest.h"
#include "ticket/checks.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/mutes.h"
#include "ticket/outbox.h"

enum { NAMES_MAX = 256 }; /* from which one is suggested */

/* Warns if there are names in that column and the pattern matches none. */
static int
check(struct stmt *row, int column, const char *kind, const char *pattern, struct outbox *out,
	struct fault *f)
{
	char *names[NAMES_MAX];
	size_t count = 0;
	bool found = false;
	int got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		const char *name = stmt_text(row, column, NULL);

		found |= glob_match(span_of(pattern), span_of(name));
		if (count < NAMES_MAX)
			names[count++] = mem_copy(name);
	}
	if (got == 0 && count && !found) {
		const char *like = suggest(pattern, (const char *const *)names, count);

		outbox_complain(out, "no %s matches \"%s\" so far%s%s%s", kind, pattern,
			like ? "; did you mean " : "", like ? like : "", like ? "?" : "");
	}
	while (count)
		free(names[--count]);
	return got;
}

int
mute_warning(struct database *db, const struct mute_new *m, struct outbox *out, struct fault *f)
{
	if (m->cluster && check(cycles_list(db, f), CYCLES_CLUSTER, "cluster", m->cluster, out, f))
		return -1;
	return m->invariant ? check(checks_names(db, f), 0, "invariant", m->invariant, out, f) : 0;
}
