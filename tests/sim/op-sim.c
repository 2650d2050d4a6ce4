/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/fault.h"
#include "base/number.h"
#include "cluster.h"
#include "control.h"
#include "server.h"

struct options {
	int64_t stores, tiflash, members, seed, pd_port, status_port, control_port;
	int64_t heartbeat_ms, disconnected_ms, down_ms, persist_ms, election_ms, scrape_ms,
		down_peer_ms, replicas;
	uint64_t cluster_id;
	const char *name, *version, *ready, *prometheus;
	bool until_eof, with_parent, operated;
};

enum option_kind { OPTION_COUNT, OPTION_PORT, OPTION_TIME, OPTION_TEXT, OPTION_ID, OPTION_FLAG };

/* An option; its value goes to `to`, which holds the default until then. */
struct option_row {
	const char *name;
	enum option_kind kind;
	void *to;
	const char *help;
};

enum { OPTION_ROWS = 23 };

static volatile int stop;

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void
rows_of(struct options *o, struct option_row rows[OPTION_ROWS])
{
	const struct option_row all[] = {
		{"stores", OPTION_COUNT, &o->stores, "N        TiKV stores, ids from 1 (3)"},
		{"tiflash", OPTION_COUNT, &o->tiflash,
			"N       TiFlash stores, with the ids after those (0)"},
		{"members", OPTION_COUNT, &o->members, "N       PD members (3)"},
		{"name", OPTION_TEXT, &o->name,
			"NAME       label tidb_cluster in Prometheus (sim)"},
		{"cluster-id", OPTION_ID, &o->cluster_id, "N    PD's id of the cluster"},
		{"pd-version", OPTION_TEXT, &o->version, "V    (v8.5.3)"},
		{"seed", OPTION_COUNT, &o->seed, "N          of the random order of /stores (1)"},
		{"heartbeat", OPTION_TIME, &o->heartbeat_ms,
			"TIME  between a store's heartbeats (10s)"},
		{"disconnected-after", OPTION_TIME, &o->disconnected_ms,
			"TIME without a heartbeat (20s)"},
		{"down-after", OPTION_TIME, &o->down_ms, "TIME without a heartbeat (30m)"},
		{"persist", OPTION_TIME, &o->persist_ms,
			"TIME    how often PD saves heartbeats (5m)"},
		{"election", OPTION_TIME, &o->election_ms,
			"TIME   how long PD has no leader (10s)"},
		{"down-peers-after", OPTION_TIME, &o->down_peer_ms,
			"TIME until PD counts the peers of a dead store as down (10m)"},
		{"pd-port", OPTION_PORT, &o->pd_port, "PORT    of the first member (any)"},
		{"status-port", OPTION_PORT, &o->status_port, "PORT of all stores (any)"},
		{"control-port", OPTION_PORT, &o->control_port, "PORT (any)"},
		{"ready", OPTION_TEXT, &o->ready,
			"FILE      gets its pid, URLs and ports as JSON (stdout)"},
		{"prometheus-config", OPTION_TEXT, &o->prometheus,
			"FILE  gets a configuration that scrapes it"},
		{"scrape-interval", OPTION_TIME, &o->scrape_ms, "TIME of that configuration (1s)"},
		{"replicas", OPTION_COUNT, &o->replicas,
			"N      copies of each series, with a label replica (1)"},
		{"operator", OPTION_FLAG, &o->operated,
			"          addresses and labels as with tidb-operator"},
		{"until-eof", OPTION_FLAG, &o->until_eof, "         exits when its stdin ends"},
		{"with-parent", OPTION_FLAG, &o->with_parent, "       exits when its parent does"},
	};

	_Static_assert(sizeof all / sizeof *all == OPTION_ROWS, "count the rows");
	memcpy(rows, all, sizeof all);
}

static void
print_help(const struct option_row *rows)
{
	(void)printf("usage: op-sim [OPTION]...\nSimulates a TiKV cluster: PD's HTTP API and the "
		     "stores' /metrics, on loopback.\n\n");
	for (int i = 0; i < OPTION_ROWS; i++)
		(void)printf("  --%s %s\n", rows[i].name, rows[i].help);
	(void)printf("\nThe control port takes commands by POST: curl -d 'kill 2' URL\n\n%s",
		control_help);
}

static int
set_option(const struct option_row *row, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	switch (row->kind) {
	case OPTION_COUNT:
		return number_i64(text, len, 0, STORES_MAX, row->to);
	case OPTION_PORT:
		return number_i64(text, len, 0, 65535, row->to);
	case OPTION_TIME:
		return duration_parse(text, len, row->to);
	case OPTION_ID:
		return number_u64(text, len, UINT64_MAX, row->to);
	case OPTION_TEXT:
		*(const char **)row->to = text;
		return 0;
	case OPTION_FLAG:
		*(bool *)row->to = true;
		return 0;
	}
	return -1;
}

/* Returns -1 to go on, otherwise the exit status. */
static int
parse_options(int argc, char **argv, struct options *o)
{
	struct option_row rows[OPTION_ROWS];
	struct option longs[OPTION_ROWS + 2] = {{"help", no_argument, NULL, 'h'}};
	int key;

	rows_of(o, rows);
	for (int i = 0; i < OPTION_ROWS; i++)
		longs[i + 1] = (struct option){rows[i].name,
			rows[i].kind == OPTION_FLAG ? no_argument : required_argument, NULL,
			256 + i};
	while ((key = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (key == 'h') {
			print_help(rows);
			return STATUS_OK;
		}
		if (key == '?')
			return STATUS_USAGE;
		if (set_option(&rows[key - 256], optarg) != 0) {
			(void)fprintf(stderr, "op-sim: --%s: bad value '%s'\n",
				rows[key - 256].name, optarg);
			return STATUS_USAGE;
		}
	}
	if (optind < argc || o->members < 1 || o->members > MEMBERS_MAX || o->heartbeat_ms < 1) {
		(void)fprintf(stderr, "op-sim: bad arguments, see --help\n");
		return STATUS_USAGE;
	}
	return -1;
}

/* Opens path.new; close_beside() renames it, so that path is always complete. */
static FILE *
open_beside(const char *path, char beside[4096])
{
	(void)snprintf(beside, 4096, "%s.new", path);
	return fopen(beside, "we");
}

static int
close_beside(FILE *file, const char *beside, const char *path)
{
	if (fclose(file) == 0 && rename(beside, path) == 0)
		return 0;
	(void)fprintf(stderr, "op-sim: %s: %s\n", path, strerror(errno));
	return -1;
}

static void
print_ready(FILE *out, const struct cluster *c, int control_port)
{
	(void)fprintf(out, "{\"pid\":%ld,\"control\":\"http://127.0.0.1:%d\",\"pd\":[",
		(long)getpid(), control_port);
	for (int i = 0; i < c->member_count; i++)
		(void)fprintf(out, "%s\"http://127.0.0.1:%d\"", i ? "," : "", c->members[i].port);
	(void)fprintf(
		out, "],\"status_port\":%d,\"stores\":%zu}\n", c->status_port, c->store_count);
}

static void
print_job(FILE *out, const struct cluster *c, const char *what)
{
	(void)fprintf(out, "  - job_name: %s%s%s%s\n    honor_labels: true\n    static_configs:\n",
		c->operated ? "ns-" : "", c->operated ? c->name : "", c->operated ? "-" : "", what);
}

/* Under an operator the label instance is the pod's name. */
static void
print_target(FILE *out, const struct cluster *c, const struct options *o, const char *host,
	int port, const char *pod)
{
	for (int64_t i = 0; i < o->replicas; i++) {
		(void)fprintf(out,
			"      - targets: ['%s:%d']\n        labels: {tidb_cluster: %s%s", host,
			port, c->operated ? "ns-" : "", c->name);
		if (*pod)
			(void)fprintf(out, ", instance: %s", pod);
		if (o->replicas > 1)
			(void)fprintf(out, ", replica: r%d", (int)i);
		(void)fputs("}\n", out);
	}
}

static void
print_prometheus(FILE *out, const struct cluster *c, const struct options *o)
{
	(void)fprintf(out,
		"global:\n  scrape_interval: %lldms\n  scrape_timeout: %lldms\nscrape_configs:\n",
		(long long)o->scrape_ms, (long long)o->scrape_ms);
	print_job(out, c, "tikv");
	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		if (!s->tiflash)
			print_target(out, c, o, s->host, c->status_port, s->pod);
	}
	print_job(out, c, "pd");
	for (int i = 0; i < c->member_count; i++)
		print_target(out, c, o, "127.0.0.1", c->members[i].port, "");
}

static int
write_files(const struct options *o, const struct cluster *c, int control_port)
{
	char beside[4096];
	FILE *file;

	if (o->prometheus) {
		file = open_beside(o->prometheus, beside);
		if (file)
			print_prometheus(file, c, o);
		if (!file || close_beside(file, beside, o->prometheus) != 0)
			return -1;
	}
	if (o->ready) {
		file = open_beside(o->ready, beside);
		if (file)
			print_ready(file, c, control_port);
		return file ? close_beside(file, beside, o->ready) : -1;
	}
	print_ready(stdout, c, control_port);
	return fflush(stdout);
}

/* INT, TERM and HUP end the loop; PIPE is ignored, because a client may close its end. */
static void
set_up_process(void)
{
	struct sigaction end = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
	struct rlimit files;

	(void)sigaction(SIGINT, &end, NULL);
	(void)sigaction(SIGTERM, &end, NULL);
	(void)sigaction(SIGHUP, &end, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

static struct cluster
cluster_of(const struct options *o)
{
	return (struct cluster){.name = o->name,
		.operated = o->operated,
		.pd_version = o->version,
		.id = o->cluster_id,
		.random = (uint64_t)o->seed,
		.heartbeat_ms = o->heartbeat_ms,
		.disconnected_ms = o->disconnected_ms,
		.down_ms = o->down_ms,
		.persist_ms = o->persist_ms,
		.election_ms = o->election_ms,
		.down_peer_ms = o->down_peer_ms,
		.status_port = (int)o->status_port};
}

int
main(int argc, char **argv)
{
	struct options o = {.stores = 3,
		.members = 3,
		.seed = 1,
		.heartbeat_ms = 10000,
		.disconnected_ms = 20000,
		.down_ms = 1800000,
		.persist_ms = 300000,
		.election_ms = 10000,
		.scrape_ms = 1000,
		.down_peer_ms = 600000,
		.replicas = 1,
		.cluster_id = 7710777022083568585U,
		.name = "sim",
		.version = "v8.5.3"};
	struct cluster c = {0};
	struct server *server;
	int status = parse_options(argc, argv, &o);

	if (status >= 0)
		return status;
	set_up_process();
	c = cluster_of(&o);
	cluster_init(&c, (size_t)o.stores, (size_t)o.tiflash, (int)o.members);
	server = server_open(&c, (int)o.pd_port, (int)o.control_port);
	if (!server)
		(void)fprintf(stderr, "op-sim: cannot bind its ports: %s\n", strerror(errno));
	else if (write_files(&o, &c, server_control_port(server)) == 0)
		server_run(server, &stop, o.until_eof ? STDIN_FILENO : -1, o.with_parent);
	else
		(void)fprintf(stderr, "op-sim: cannot write its files: %s\n", strerror(errno));
	status = stop || o.until_eof || o.with_parent ? STATUS_OK : STATUS_UNAVAILABLE;
	server_close(server);
	cluster_free(&c);
	return status;
}
