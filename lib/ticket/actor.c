/* SPDX-License-Identifier: ISC */
#include "ticket/actor.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/vis.h"

const char *
actor_name(char out[ACTOR_SIZE])
{
	const char *name = getenv("USER");
	struct passwd *user = NULL;
	struct buf safe;

	if (!name || !*name)
		name = getenv("LOGNAME");
	if (!name || !*name) {
		user = getpwuid(getuid());
		name = user ? user->pw_name : "";
	}
	buf_init(&safe, ACTOR_SIZE - 1);
	vis_add(&safe, name, strlen(name)); /* a name that long is cut */
	if (safe.len)
		text_format(out, ACTOR_SIZE, "%s", safe.data);
	else
		text_format(out, ACTOR_SIZE, "uid %ld", (long)getuid());
	buf_free(&safe);
	return out;
}
