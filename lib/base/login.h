/* SPDX-License-Identifier: ISC */
#ifndef OP_LOGIN_H
#define OP_LOGIN_H

struct fault;

/* The entry in the user database of the user that the process runs as. */
struct login {
	char name[256];
	char home[1024];
};

/*
 * Looks it up in a process of its own, because the C library's lookup and the
 * modules that it loads crash if memory runs out. A member is empty if it is not
 * known or does not fit. -1 with STATUS_TRY_AGAIN, and all empty, if it failed.
 */
int login_read(struct login *l, struct fault *f);

#endif
