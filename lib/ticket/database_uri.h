/* SPDX-License-Identifier: ISC */
#ifndef OP_DATABASE_URI_H
#define OP_DATABASE_URI_H

#include <stdbool.h>

struct database_target;
struct fault;

/*
 * What names a PostgreSQL: a URI of postgres:// or postgresql://, as libpq
 * reads it. Everything else is a file of SQLite.
 */

/* The target's, or $OP_DB where it has none; NULL if that is no URI, or nothing was named. */
const char *database_uri(const struct database_target *t);

/*
 * Refuses, with STATUS_USAGE, a URI with a password in it, be it empty: every
 * ps would show it. The fault does not have it either.
 */
int database_uri_check(const char *uri, struct fault *f);

/*
 * Is each of the hosts of a comma list, or addresses, this one? A socket or
 * loopback; NULL and "" stand for the socket.
 */
bool database_uri_is_local(const char *hosts);

/* For messages: without user, parameters and what else might be secret. The caller's to free(). */
char *database_uri_name(const char *uri);

#endif
