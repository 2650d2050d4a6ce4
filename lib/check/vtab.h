/* SPDX-License-Identifier: ISC */
#ifndef OP_VTAB_H
#define OP_VTAB_H

/* The only header of lib/check that includes SQLite. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

struct fault;
struct observations;
struct schema;
struct vtab_cursor;

/* Virtual tables: one for each kind, with the observations of the cycle. */
struct vtab {
	const struct schema *schema;
	struct observations *observations;
	bool joins;	 /* the statement being prepared may have an outer join: do not filter */
	int64_t skipped; /* rows that the tables did not show since the sandbox last counted steps
			  */
	bool declaring;	 /* a table is being declared to SQLite: not a statement of a file */
	const struct vtab_cursor *moved; /* the cursor that moved last; NULL: no cursor is open */
};

/* Makes every kind of the schema a table of db. -1 with a fault. */
int vtab_register(sqlite3 *db, struct vtab *v, struct fault *f);

/* The last row of any table; of a statement that reads only one table, its own row. */
uint32_t vtab_row(const struct vtab *v);

/* Which columns are NULL in that row: bit i is set for columns[i]. */
int64_t vtab_nulls(const struct vtab *v, const int *columns, size_t count);

#endif
