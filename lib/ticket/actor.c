/* SPDX-License-Identifier: ISC */
#include "ticket/actor.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/login.h"
#include "base/text.h"
#include "base/vis.h"

/* The first that is set and not empty, or NULL. */
static const char *
from_environment(void)
{
	static const char *const names[] = {"OP_ACTOR", "SUDO_USER", "DOAS_USER", "USER"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

const char *
actor_name(char out[ACTOR_SIZE], const char *name)
{
	struct fault ignored;
	struct login login;
	struct buf safe;

	if (!name)
		name = from_environment();
	if (!name) {
		(void)login_read(&login, &ignored); /* the uid is used instead */
		name = login.name;
	}
	buf_init(&safe, ACTOR_SIZE - 1);
	vis_add(&safe, name, strlen(name)); /* a long name is cut */
	if (safe.len)
		text_format(out, ACTOR_SIZE, "%s", safe.data);
	else
		text_format(out, ACTOR_SIZE, "uid %ld", (long)getuid());
	buf_free(&safe);
	return out;
}
