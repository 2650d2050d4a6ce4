/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_H
#define OP_STORE_H

struct db;
struct fault;

/* The ticket store: where its file is, whose it is, and which version of the schema it has. */

enum store_mode {
	STORE_READ, /* a missing file is *db = NULL; nothing is written, not even by a migration */
	STORE_CHANGE,	/* a missing file is *db = NULL */
	STORE_CREATE,	/* a missing file is created, 0600 */
	STORE_REHEARSE, /* a private copy, empty where the file is missing */
};

/*
 * Opens the store: file, or $OP_DB where that is NULL, or else
 * ~/.operator/tickets.db, whose folder STORE_CREATE makes, 0700. An older
 * schema is migrated; a newer one is refused with STATUS_CONFIG, a database
 * that is not ours with STATUS_DATA, and neither is touched. 0 or -1.
 */
int store_open(struct db **db, const char *file, enum store_mode mode, struct fault *f);

#endif
