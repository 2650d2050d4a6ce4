/* SPDX-License-Identifier: ISC */
#include "ticket/lease.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/duration.h"
#include "base/span.h"
#include "base/timestamp.h"
#include "ticket/cycles.h"

static bool
is_name(struct span name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._@-";

	if (!name.len || name.len >= LEASE_NAME_SIZE)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!memchr(letters, name.at[i], sizeof letters - 1))
			return false;
	return true;
}

int
lease_parse(struct lease *l, const char *text)
{
	struct span rest = span_of(text);
	struct span name = span_cut(&rest, ':');
	int64_t ms = LEASE_DEFAULT_MS;

	if (!is_name(name) || (rest.at && duration_parse(rest.at, rest.len, &ms)))
		return -1;
	if (ms < 1 || ms > LEASE_MAX_MS)
		return -1;
	memcpy(l->name, name.at, name.len);
	l->name[name.len] = '\0';
	l->ms = ms;
	return 0;
}

const char *
lease_holder(const char *holder, int64_t until_ms, int64_t now_ms)
{
	if (!holder || until_ms == TIMESTAMP_NEVER || until_ms <= now_ms)
		return NULL;
	return until_ms - now_ms > LEASE_MAX_MS ? NULL : holder;
}

const char *
lease_other(const struct cycle_row *r, const struct lease *wanted)
{
	const char *holder = lease_holder(r->holder, r->holder_until_ms, r->now_ms);

	if (!holder || (wanted && strcmp(holder, wanted->name) == 0))
		return NULL;
	return holder;
}
