/* SPDX-License-Identifier: ISC */
#include "pd.h"

#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"
#include "cluster.h"
#include "http.h"

#define API "/pd/api/v1"
#define NOT_BOOTSTRAPPED                                                                     \
	"\"[PD:cluster:ErrNotBootstrapped]TiKV cluster not bootstrapped, please start TiKV " \
	"first\"\n"

static void
fail(struct answer *a, int status, const char *type, const char *text)
{
	a->status = status;
	a->type = type;
	buf_clear(&a->body);
	(void)buf_add_text(&a->body, text);
}

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Does a follower answer this path itself? Before v8.5.5 it forwards every path. */
static bool
is_local(const struct cluster *c, const char *path)
{
	static const char *const paths[] = {
		"/status", "/health", "/ping", "/version", "/config", NULL};

	if (strverscmp(c->pd_version, "v8.5.5") < 0)
		return false;
	for (int i = 0; paths[i]; i++) {
		if (strcmp(path, paths[i]) == 0)
			return true;
	}
	return false;
}

/* Returns 0 if this member answers, or the leader that it forwards to; -1 if *a is the answer. */
static int
forward(struct cluster *c, int member, const char *path, const struct request *r, struct answer *a)
{
	static const char plain[] = "text/plain; charset=utf-8";

	if (member == c->leader || is_local(c, path))
		return 0;
	if (r->follower_handle) {
		if (starts_with(path, "/stores") || starts_with(path, "/stats/region"))
			fail(a, 500, a->type, NOT_BOOTSTRAPPED);
		return a->status == 200 ? 0 : -1;
	}
	if (r->redirected) {
		fail(a, 500, plain, "[PD:apiutil:ErrRedirectToNotLeader]redirect to not leader\n");
		return -1;
	}
	if (c->leader < 0 && c->now_ms < c->election_at_ms) {
		fail(a, 500, plain, "[PD:apiutil:ErrRedirect]redirect failed\n");
		return -1;
	}
	if (c->leader < 0) {
		fail(a, 503, plain, "[PD:apiutil:ErrRedirectNoLeader]redirect finds no leader\n");
		a->wait_ms += c->election_ms * 3 / 10;
		return -1;
	}
	a->hang = c->members[c->leader].process == PROCESS_FROZEN;
	a->chunked = true;
	return a->hang ? -1 : 0;
}

static void
print_status(struct cluster *c, struct buf *out)
{
	int64_t start_ms = c->members[c->leader < 0 ? 0 : c->leader].start_ms;

	(void)buf_printf(out,
		"{\n  \"build_ts\": \"2025-07-16 14:44:21\",\n  \"version\": \"%s\",\n"
		"  \"git_hash\": \"65e429d26e81db93c590890ddacf18c4b970f299\",\n"
		"  \"start_timestamp\": %lld\n}\n",
		c->pd_version, (long long)(start_ms / 1000));
}

static void
print_cluster_status(struct cluster *c, struct buf *out)
{
	char since[TIMESTAMP_SIZE] = "0001-01-01T00:00:00Z";

	if (c->bootstrapped)
		timestamp_format(since, c->start_ms);
	(void)buf_printf(out,
		"{\n  \"raft_bootstrap_time\": \"%s\",\n  \"is_initialized\": %s,\n"
		"  \"replication_status\": \"\"\n}\n",
		since, c->bootstrapped ? "true" : "false");
}

static unsigned
region_count(const struct cluster *c)
{
	unsigned count = 0;

	for (size_t i = 0; i < c->store_count; i++)
		count += c->stores[i].leaders;
	return count;
}

/* Answers the paths that need no bootstrapped cluster. Returns false for all others. */
static bool
answer_always(struct cluster *c, const char *path, struct answer *a)
{
	struct buf *out = &a->body;

	if (strcmp(path, "/health") == 0)
		pd_print_health(c, out, a);
	else if (strcmp(path, "/members") == 0)
		pd_print_members(c, out);
	else if (strcmp(path, "/leader") == 0)
		pd_print_leader(c, out);
	else if (strcmp(path, "/cluster") == 0)
		(void)buf_printf(out, "{\n  \"id\": %llu,\n  \"max_peer_count\": 3\n}\n",
			(unsigned long long)c->id);
	else if (strcmp(path, "/cluster/status") == 0)
		print_cluster_status(c, out);
	else if (strcmp(path, "/status") == 0)
		print_status(c, out);
	else if (strcmp(path, "/version") == 0)
		(void)buf_printf(out,
			"{\n  \"version\": \"%s\",\n  \"build_time\": \"\",\n  \"hash\": \"\",\n"
			"  \"branch\": \"\"\n}\n",
			c->pd_version);
	else if (starts_with(path, "/config") && (path[7] == '\0' || path[7] == '/'))
		pd_print_config(c, out, path + 7);
	else
		return strcmp(path, "/ping") == 0;
	return true;
}

static void
answer_bootstrapped(struct cluster *c, const char *path, const struct request *r, struct answer *a)
{
	struct buf *out = &a->body;

	if (!starts_with(path, "/store") && !starts_with(path, "/stats/region") &&
		!starts_with(path, "/regions/c") && strcmp(path, "/min-resolved-ts") != 0)
		fail(a, 404, "text/plain; charset=utf-8", "404 page not found\n");
	else if (!c->bootstrapped)
		fail(a, 500, a->type, NOT_BOOTSTRAPPED);
	else if (strcmp(path, "/min-resolved-ts") == 0)
		(void)buf_add_text(out,
			"{\n  \"is_real_time\": true,\n  \"min_resolved_ts\": 0,\n"
			"  \"persist_interval\": \"1s\",\n  \"stores_min_resolved_ts\": null\n}\n");
	else if (strcmp(path, "/stores") == 0)
		pd_print_stores(c, out, r, a);
	else if (strcmp(path, "/stores/check") == 0)
		pd_print_stores_check(c, out, r, a);
	else if (starts_with(path, "/store/"))
		pd_print_store(c, out, path + 7, a);
	else if (strcmp(path, "/stats/region") == 0)
		pd_print_region_stats(c, out, r);
	else if (strcmp(path, "/regions/count") == 0)
		(void)buf_printf(
			out, "{\n  \"count\": %u,\n  \"regions\": null\n}\n", region_count(c));
	else if (starts_with(path, "/regions/check/"))
		pd_print_region_check(c, out, path + 15, a);
	else
		fail(a, 404, "text/plain; charset=utf-8", "404 page not found\n");
}

void
pd_answer(struct cluster *c, int member, const struct request *r, struct answer *a)
{
	const char *path = r->path;

	a->type = "application/json; charset=UTF-8";
	if (c->members[member].process == PROCESS_STARTING) {
		fail(a, 500, "text/plain; charset=utf-8",
			"[PD:server:ErrServerNotStarted]server not started\n");
		return;
	}
	if (strcmp(path, "/metrics") == 0) {
		a->type = "text/plain; version=0.0.4; charset=utf-8";
		pd_print_metrics(c, member, &a->body);
		return;
	}
	if (strcmp(path, "/pd/api/v2/ready") == 0)
		return;
	if (strcmp(path, "/pd/health") == 0)
		path = API "/health";
	if (!starts_with(path, API "/")) {
		fail(a, 404, "text/plain; charset=utf-8", "404 page not found\n");
		return;
	}
	path += strlen(API);
	if (forward(c, member, path, r, a) != 0)
		return;
	if (!answer_always(c, path, a))
		answer_bootstrapped(c, path, r, a);
	if (a->body.len > 2048)
		a->chunked = true;
}
