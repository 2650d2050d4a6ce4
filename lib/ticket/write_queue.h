/* SPDX-License-Identifier: ISC */
#ifndef OP_WRITE_QUEUE_H
#define OP_WRITE_QUEUE_H

struct fault;

/*
 * Writers of a database wait for each other in a queue of the kernel, at a lock on
 * the file DATABASE-queue beside it. SQLite's own lock has no queue: processes
 * that find it taken sleep and try again, and with many of them some wait until
 * they give up.
 *
 * The queue only provides order. SQLite's lock protects the data, so a writer that
 * cannot open the file, or does not know it, does no harm.
 */

enum { WRITE_QUEUE_WAIT_S = 60 };

/*
 * Waits for our turn. Returns a descriptor for write_queue_leave(), or -1 if such a
 * file cannot exist. -2 with STATUS_TRY_AGAIN after WRITE_QUEUE_WAIT_S.
 */
int write_queue_enter(const char *database, struct fault *f);

void write_queue_leave(int fd); /* -1 too */

#endif
