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
 * Ports of 0 are chosen: PD members and control anywhere, the status port
 * where it is free for all stores. PD's wanted port is the first member's,
 * the others follow in steps of 10. The chosen ones are written into the
 * cluster. NULL, errno set, where a port cannot be had.
 */
struct server *server_open(struct cluster *c, int pd_port, int control_port);
void server_close(struct server *s);

int server_control_port(const struct server *s);

/* Serves until *stop, or until fd, where it is not -1, reads as ended, or until the parent is gone.
 */
void server_run(struct server *s, const volatile int *stop, int fd, bool with_parent);

#endif
