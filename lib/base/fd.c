/* SPDX-License-Identifier: ISC */
#include "base/fd.h"

#include <unistd.h>

void
fd_close(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
