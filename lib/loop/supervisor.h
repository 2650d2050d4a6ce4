/* SPDX-License-Identifier: ISC */
#ifndef OP_SUPERVISOR_H
#define OP_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * Notifies the supervisor: with datagrams to NOTIFY_SOCKET, as sd_notify(3)
 * describes them, and with the newline that s6 waits for on a descriptor of
 * its choice. Without a supervisor nothing is sent. A message that cannot be
 * delivered is lost, so that a hung supervisor does not hang the loop.
 */
struct supervisor {
	int socket; /* -1: none */
	struct sockaddr_un to;
	socklen_t to_len;
	int ready_fd;	     /* -1: none */
	bool ready;	     /* READY=1 was sent */
	int64_t watchdog_ms; /* how often WATCHDOG=1 is expected, or 0 */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. ready_fd is s6's notification fd, or -1. */
void supervisor_open(struct supervisor *n, int ready_fd);
void supervisor_close(struct supervisor *n);

/* READY=1, once: on the socket, and a newline on the descriptor, which is closed. */
void supervisor_ready(struct supervisor *n);

/* Sends assignments, newlines between them: "STATUS=idle\nWATCHDOG=1". */
void supervisor_send(const struct supervisor *n, const char *text);

#endif
