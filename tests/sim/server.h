/* SPDX-License-Identifier: ISC */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdbool.h>

struct cluster;

/*
 * All sockets of the simulator, served by one poll loop: a port for each PD
 * member on 127.0.0.1, one status port on each store's own loopback address,
 * and the control port.
 */
struct server;

/*
 * Opens the sockets. A port of 0 stands for any free one; the status port is
 * free on the addresses of all stores. pd_port is the first member's, the others
 * follow in steps of 10. The ports are written into the cluster. Returns NULL
 * with errno set if a port cannot be bound.
 */
struct server *server_open(struct cluster *c, int pd_port, int control_port);
void server_close(struct server *s);

int server_control_port(const struct server *s);

/* Serves until *stop is set, until fd, unless it is -1, is at its end, or, with_parent, until the
 * parent has ended. */
void server_run(struct server *s, const volatile int *stop, int fd, bool with_parent);

#endif
