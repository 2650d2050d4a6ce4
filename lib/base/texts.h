/* SPDX-License-Identifier: ISC */
#ifndef OP_TEXTS_H
#define OP_TEXTS_H

#include <stddef.h>

/* Memory for texts of any length, given out piece by piece and freed as a whole. A zeroed struct is
 * empty. */
struct texts {
	struct texts_block *blocks;
	size_t used; /* of the newest block */
	size_t total;
};

/* len bytes, aligned for chars alone. */
char *texts_take(struct texts *t, size_t len);
void texts_free(struct texts *t);

#endif
