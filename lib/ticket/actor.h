/* SPDX-License-Identifier: ISC */
#ifndef OP_ACTOR_H
#define OP_ACTOR_H

enum { ACTOR_SIZE = 256 };

/*
 * Who gives a command: name if it is not NULL (--as), else $OP_ACTOR, else
 * who called sudo or doas, else the login name: $USER, or that of
 * the user database. Made fit for a terminal. Returns out.
 */
const char *actor_name(char out[ACTOR_SIZE], const char *name);

#endif
