/* SPDX-License-Identifier: ISC */
#ifndef OP_ACTOR_H
#define OP_ACTOR_H

enum { ACTOR_SIZE = 256 };

/* Who gives a command: $USER, else $LOGNAME, else the name or number of the user, fit for a
 * terminal. Returns out. */
const char *actor_name(char out[ACTOR_SIZE]);

#endif
