/* SPDX-License-Identifier: ISC */
#include "base/login.h"

#include <pwd.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fault.h"
#include "unit.h"

int
main(void)
{
	struct passwd *user = getpwuid(getuid());
	struct rlimit before, none;
	struct login l;
	struct fault f;

	CHECK(login_read(&l, &f) == 0);
	CHECK(strcmp(l.name, user ? user->pw_name : "") == 0);
	CHECK(strcmp(l.home, user ? user->pw_dir : "") == 0);

	/* without a descriptor for the pipe */
	CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
	none = (struct rlimit){.rlim_max = before.rlim_max};
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	CHECK(login_read(&l, &f) == -1 && f.status == STATUS_TRY_AGAIN);
	CHECK(!*l.name && !*l.home);
	CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
	return unit_done();
}
