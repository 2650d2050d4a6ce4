/* SPDX-License-Identifier: ISC */
#ifndef OP_ACTOR_H
#define OP_ACTOR_H

enum { ACTOR_SIZE = 256 };

/*
 * Who runs a command: name (--as) unless it is NULL, else $OP_ACTOR, else the
 * caller of sudo or doas, else the login name: $USER, or that in the user
 * database. Made safe for a terminal. Returns out.
 */
const char *actor_name(char out[ACTOR_SIZE], const char *name);

#endif
