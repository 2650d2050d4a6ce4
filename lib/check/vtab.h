/* SPDX-License-Identifier: ISC */
#ifndef OP_VTAB_H
#define OP_VTAB_H

/* The one header of the room that includes SQLite. */

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

struct fault;
struct observations;
struct schema;

/* What the virtual tables show: a table for each kind, with the observations of the cycle. */
struct vtab {
	const struct schema *schema;
	struct observations *observations;
	bool joins; /* the statement being prepared may have an outer join: filter nothing for it */
	int64_t skipped; /* rows that the tables did not show since the sandbox last counted steps
			  */
	bool declaring;	 /* SQLite is given a table's columns: no statement of a file */
};

/* Makes every kind of the schema a table of db. -1 with a fault. */
int vtab_register(sqlite3 *db, struct vtab *v, struct fault *f);

#endif
