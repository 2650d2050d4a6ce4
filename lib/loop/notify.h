/* SPDX-License-Identifier: ISC */
#ifndef OP_NOTIFY_H
#define OP_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * Telling the supervisor how we are: datagrams to NOTIFY_SOCKET, as
 * sd_notify(3) describes them, and the newline that s6 waits for on a
 * descriptor of its choice. Without a supervisor all of it does nothing. A
 * message that cannot be delivered is lost: no supervision is worth hanging.
 */
struct notify {
	int socket; /* -1: none */
	struct sockaddr_un to;
	socklen_t to_len;
	int ready_fd;	     /* -1: none */
	bool ready;	     /* was said */
	int64_t watchdog_ms; /* how often WATCHDOG=1 is expected, or 0 */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. ready_fd is s6's notification fd, or -1. */
void notify_open(struct notify *n, int ready_fd);
void notify_close(struct notify *n);

/* READY=1, once: on the socket, and a newline on the descriptor, which is closed. */
void notify_ready(struct notify *n);

/* Sends assignments, newlines between them: "STATUS=idle\nWATCHDOG=1". */
void notify_send(const struct notify *n, const char *text);

#endif
