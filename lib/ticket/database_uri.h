/* SPDX-License-Identifier: ISC */
#ifndef OP_DATABASE_URI_H
#define OP_DATABASE_URI_H

#include <stdbool.h>

struct database_target;
struct fault;

/*
 * A PostgreSQL is named by a postgres:// or postgresql:// URI, as libpq reads it.
 * Any other name is an SQLite file.
 */

/* The target's URI, else that in $OP_DB; NULL if there is no name or it is not a URI. */
const char *database_uri(const struct database_target *t);

/*
 * Refuses, with STATUS_USAGE, a URI with a password, even an empty one, because ps
 * would show it. The fault does not contain it.
 */
int database_uri_check(const char *uri, struct fault *f);

/*
 * Whether all hosts or addresses of a comma list are this machine: a socket or
 * loopback. NULL and "" mean the socket.
 */
bool database_uri_is_local(const char *hosts);

/* The URI without user, parameters and secrets, for messages. The caller's to free(). */
char *database_uri_name(const char *uri);

#endif
