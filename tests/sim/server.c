/* SPDX-License-Identifier: ISC */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cluster.h"
#include "control.h"
#include "http.h"
#include "pd.h"

enum owner { OWNER_PD, OWNER_STORE, OWNER_CONTROL };

/* The port of a dead process does not listen, but stays bound so that no other program takes it. */
struct listener {
	int fd;
	enum owner owner;
	size_t index;
	bool listening;
	const char *host;
	int port;
};

struct conn {
	int fd;
	enum owner owner;
	size_t index;
	struct buf in, out;
	size_t sent;
	int64_t due_ms; /* when to send what is in out */
	bool closing;
};

struct server {
	struct cluster *cluster;
	struct faults faults;
	struct listener *listeners;
	size_t listener_count;
	struct conn **conns;
	size_t conn_count;
	struct pollfd *polls;
};

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Binds l->fd to its host and port, and writes the port it got into l. */
static int
listener_bind(struct listener *l)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
	socklen_t len = sizeof address;
	int one = 1;

	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return -1;
	l->listening = false;
	(void)setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (inet_pton(AF_INET, l->host, &address.sin_addr) == 1 &&
		bind(l->fd, (struct sockaddr *)&address, sizeof address) == 0 &&
		getsockname(l->fd, (struct sockaddr *)&address, &len) == 0) {
		l->port = ntohs(address.sin_port);
		return 0;
	}
	(void)close(l->fd);
	l->fd = -1;
	return -1;
}

static enum process
owner_process(const struct cluster *c, enum owner owner, size_t index)
{
	if (owner == OWNER_CONTROL)
		return PROCESS_RUNNING;
	return owner == OWNER_PD ? c->members[index].process : c->stores[index].process;
}

/* Does a process accept connections at the port? */
static bool
owner_reachable(const struct cluster *c, enum owner owner, size_t index)
{
	if (owner == OWNER_PD && c->members[index].unplugged)
		return false;
	return owner_process(c, owner, index) != PROCESS_DEAD;
}

/* Starts or stops listening, if the process behind the port has started or died. */
static void
listener_follow(const struct cluster *c, struct listener *l)
{
	bool alive = owner_reachable(c, l->owner, l->index);

	if (alive == l->listening)
		return;
	if (!alive) {
		(void)close(l->fd);
		(void)listener_bind(l);
	} else if (l->fd >= 0 || listener_bind(l) == 0) {
		l->listening = listen(l->fd, 256) == 0;
	}
}

static struct listener *
listener_add(struct server *s, enum owner owner, size_t index, const char *host, int port)
{
	struct listener *l = &s->listeners[s->listener_count];

	*l = (struct listener){.owner = owner, .index = index, .host = host, .port = port};
	if (listener_bind(l) != 0)
		return NULL;
	s->listener_count++;
	return l;
}

/* Binds the same port on the addresses of all stores. If it is free on the first store's address
 * only, tries another. */
static int
bind_stores(struct server *s)
{
	struct cluster *c = s->cluster;
	size_t before = s->listener_count;
	int wanted = c->status_port;

	for (int attempt = 0; attempt < 100; attempt++) {
		size_t i = 0;

		c->status_port = wanted;
		for (; i < c->store_count; i++) {
			struct listener *l = listener_add(
				s, OWNER_STORE, i, c->stores[i].host, c->status_port);

			if (!l)
				break;
			c->status_port = l->port;
		}
		if (i == c->store_count)
			return 0;
		while (s->listener_count > before)
			(void)close(s->listeners[--s->listener_count].fd);
		if (wanted)
			break;
	}
	return -1;
}

struct server *
server_open(struct cluster *c, int pd_port, int control_port)
{
	struct server *s = mem_zero(1, sizeof *s);
	struct listener *l = NULL;
	int i;

	s->cluster = c;
	s->listeners = mem_zero((size_t)c->member_count + c->store_count + 1, sizeof *s->listeners);
	for (i = 0; i < c->member_count; i++) {
		l = listener_add(
			s, OWNER_PD, (size_t)i, "127.0.0.1", pd_port ? pd_port + 10 * i : 0);
		if (!l)
			break;
		c->members[i].port = l->port;
	}
	if (i == c->member_count && bind_stores(s) == 0 &&
		listener_add(s, OWNER_CONTROL, 0, "127.0.0.1", control_port)) {
		for (size_t k = 0; k < s->listener_count; k++)
			listener_follow(c, &s->listeners[k]);
		return s;
	}
	i = errno;
	server_close(s);
	errno = i;
	return NULL;
}

static void
conn_close(struct server *s, size_t i)
{
	struct conn *k = s->conns[i];

	(void)close(k->fd);
	buf_free(&k->in);
	buf_free(&k->out);
	free(k);
	s->conns[i] = s->conns[--s->conn_count];
}

void
server_close(struct server *s)
{
	if (!s)
		return;
	while (s->conn_count)
		conn_close(s, 0);
	for (size_t i = 0; i < s->listener_count; i++)
		(void)close(s->listeners[i].fd);
	free(s->listeners);
	free(s->conns);
	free(s->polls);
	free(s);
}

int
server_control_port(const struct server *s)
{
	return s->listeners[s->listener_count - 1].port;
}

static void
accept_all(struct server *s, const struct listener *l)
{
	int fd, one = 1;

	while ((fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		struct conn *k = mem_zero(1, sizeof *k);

		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		k->fd = fd;
		k->owner = l->owner;
		k->index = l->index;
		buf_init(&k->in, 2 * REQUEST_MAX);
		buf_init(&k->out, ANSWER_MAX);
		s->conns = mem_resize(s->conns, s->conn_count + 1, sizeof(struct conn *));
		s->conns[s->conn_count++] = k;
	}
}

/* Too many requests in this second? */
static bool
over_limit(struct server *s)
{
	int64_t second = monotonic_ms() / 1000;

	if (second != s->faults.second)
		s->faults.in_second = 0;
	s->faults.second = second;
	return s->faults.limit && ++s->faults.in_second > s->faults.limit;
}

/* Applies the faults of this path. Returns whether they make up the whole answer. */
static bool
answer_fault(struct server *s, const struct request *r, struct answer *a)
{
	a->type = "text/plain; charset=utf-8";
	if (over_limit(s)) {
		a->status = 429;
		(void)buf_add_text(&a->body, "Too Many Requests\n");
		return true;
	}
	for (int i = 0; i < ERRORS_MAX; i++) {
		if (strcmp(s->faults.errors[i].path, r->path) != 0)
			continue;
		a->cut = (size_t)s->faults.errors[i].cut;
		a->status = s->faults.errors[i].status ? s->faults.errors[i].status : 200;
		if (s->faults.errors[i].status)
			(void)buf_add_text(&a->body, s->faults.errors[i].body);
		return s->faults.errors[i].status != 0;
	}
	return false;
}

static void
answer_store(struct server *s, size_t store, const struct request *r, struct answer *a)
{
	if (strcmp(r->path, "/metrics") == 0) {
		a->type = "text/plain; version=0.0.4";
		store_print_metrics(s->cluster, store, &a->body);
	} else if (strcmp(r->path, "/status") != 0) {
		a->status = 404;
		(void)buf_add_text(&a->body, "path not found\n");
	}
}

static void
conn_answer(struct server *s, struct conn *k, const struct request *r)
{
	struct answer a = {.status = 200};
	int64_t now_ms = monotonic_ms();

	buf_init(&a.body, ANSWER_MAX);
	cluster_advance(s->cluster);
	if (k->owner == OWNER_CONTROL) {
		control_answer(s->cluster, &s->faults, r, &a);
	} else if (!answer_fault(s, r, &a)) {
		if (k->owner == OWNER_PD)
			pd_answer(s->cluster, (int)k->index, r, &a);
		else
			answer_store(s, k->index, r, &a);
	}
	k->closing = !r->keep_alive || a.cut;
	k->due_ms = a.hang ? INT64_MAX : now_ms + a.wait_ms;
	if (k->owner != OWNER_CONTROL && !a.hang)
		k->due_ms += s->faults.delay_ms;
	if (!a.hang)
		http_print(&k->out, r, &a, s->cluster->now_ms);
	buf_free(&a.body);
}

/* Answers one complete request, if there is one. Returns false to close the connection. */
static bool
conn_next(struct server *s, struct conn *k)
{
	struct request r;
	int len;

	if (k->out.len || k->due_ms == INT64_MAX)
		return true;
	len = http_parse(k->in.data, k->in.len, &r);
	if (len <= 0)
		return len == 0;
	conn_answer(s, k, &r);
	memmove(k->in.data, k->in.data + len, k->in.len - (size_t)len);
	k->in.len -= (size_t)len;
	return true;
}

static bool
conn_read(struct server *s, struct conn *k)
{
	char bytes[16384];
	ssize_t n = read(k->fd, bytes, sizeof bytes);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	buf_add(&k->in, bytes, (size_t)n);
	return n > 0 && !k->in.full && conn_next(s, k);
}

static bool
conn_write(struct server *s, struct conn *k)
{
	ssize_t n = send(k->fd, k->out.data + k->sent, k->out.len - k->sent, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	k->sent += (size_t)n;
	if (k->sent < k->out.len)
		return true;
	buf_clear(&k->out);
	k->sent = 0;
	k->due_ms = 0;
	return !k->closing && conn_next(s, k);
}

/* Fills the poll array: a place for fd, then the listeners, then the connections. Returns the
 * timeout. */
static int
prepare(struct server *s, int fd, bool with_parent)
{
	int64_t now_ms = monotonic_ms(), wait_ms = with_parent ? 200 : 60000;
	struct pollfd *p;

	s->polls = mem_resize(s->polls, 1 + s->listener_count + s->conn_count, sizeof *s->polls);
	s->polls[0] = (struct pollfd){.fd = fd, .events = POLLIN};
	p = s->polls + 1;
	for (size_t i = 0; i < s->listener_count; i++, p++) {
		struct listener *l = &s->listeners[i];
		enum process process = owner_process(s->cluster, l->owner, l->index);

		listener_follow(s->cluster, l);
		*p = (struct pollfd){.fd = l->listening && process != PROCESS_FROZEN ? l->fd : -1,
			.events = POLLIN};
	}
	for (size_t i = 0; i < s->conn_count; i++, p++) {
		struct conn *k = s->conns[i];
		bool frozen = owner_process(s->cluster, k->owner, k->index) == PROCESS_FROZEN;

		*p = (struct pollfd){.fd = frozen ? -1 : k->fd, .events = POLLIN};
		if (k->out.len && k->due_ms <= now_ms)
			p->events |= POLLOUT;
		else if (k->out.len && k->due_ms - now_ms < wait_ms)
			wait_ms = k->due_ms - now_ms;
	}
	return (int)wait_ms;
}

static void
serve(struct server *s)
{
	size_t listeners = s->listener_count, conns = s->conn_count;

	/* backwards: conn_close() moves the last connection to the place of the closed one */
	for (size_t i = conns; i-- > 0;) {
		struct conn *k = s->conns[i];
		short events = s->polls[1 + listeners + i].revents;
		bool keep = true;

		if (!owner_reachable(s->cluster, k->owner, k->index))
			keep = false;
		if (keep && (events & (POLLIN | POLLHUP | POLLERR)))
			keep = conn_read(s, k);
		if (keep && (events & POLLOUT))
			keep = conn_write(s, k);
		if (!keep)
			conn_close(s, i);
	}
	for (size_t i = 0; i < listeners; i++) {
		if (s->polls[1 + i].revents & POLLIN)
			accept_all(s, &s->listeners[i]);
	}
}

void
server_run(struct server *s, const volatile int *stop, int fd, bool with_parent)
{
	pid_t parent = getppid();
	sigset_t blocked, before;
	char ignored[256];

	(void)sigfillset(&blocked);
	(void)sigprocmask(SIG_BLOCK, &blocked, &before);
	while (!*stop) {
		int wait_ms = prepare(s, fd, with_parent);
		struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000};
		nfds_t count = (nfds_t)(1 + s->listener_count + s->conn_count);

		if (with_parent && getppid() != parent)
			return;
		if (ppoll(s->polls, count, &wait, &before) < 0)
			continue;
		if (s->polls[0].revents && read(fd, ignored, sizeof ignored) <= 0)
			return;
		serve(s);
	}
}
