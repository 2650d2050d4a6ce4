/* SPDX-License-Identifier: ISC */
#ifndef OP_WRITE_QUEUE_H
#define OP_WRITE_QUEUE_H

struct fault;

/*
 * Writers of a database wait for each other in a queue of the kernel's, at a
 * lock on the file DATABASE-queue beside it. SQLite's own lock has no queue:
 * those who find it taken sleep and try again, and of many that come at once
 * the unlucky ones wait until they give up.
 *
 * The queue is for order alone. What keeps the data whole is SQLite's lock, so
 * that a writer who cannot open the file, or knows nothing of it, does no harm.
 */

enum { WRITE_QUEUE_WAIT_S = 60 };

/*
 * Waits for our turn. Returns a descriptor to be handed to write_queue_leave(),
 * or -1 where there can be no such file. -2 with STATUS_TRY_AGAIN after
 * WRITE_QUEUE_WAIT_S.
 */
int write_queue_enter(const char *database, struct fault *f);

void write_queue_leave(int fd); /* -1 too */

#endif
