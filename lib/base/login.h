/* SPDX-License-Identifier: ISC */
#ifndef OP_LOGIN_H
#define OP_LOGIN_H

struct fault;

/* What the user database has of the user that the process runs as. */
struct login {
	char name[256];
	char home[1024];
};

/*
 * Looks it up in a process of its own: the C library's lookup, and the modules
 * that it loads, do not survive that memory runs out. What it does not have, or
 * does not fit, is empty. -1 with STATUS_TRY_AGAIN and all empty if that failed.
 */
int login_read(struct login *l, struct fault *f);

#endif
