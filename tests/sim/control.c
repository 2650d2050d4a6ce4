/* SPDX-License-Identifier: ISC */
#include "control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/number.h"
#include "cluster.h"
#include "http.h"
#include "series.h"

const char control_help[] =
	"Stores (ID: a number, or all)\n"
	"  kill ID            the process is gone: connections are refused\n"
	"  down ID            killed so long ago that PD calls it Down\n"
	"  freeze ID          as by SIGSTOP: connections hang\n"
	"  revive ID          runs again (a killed one starts anew)\n"
	"  hang ID, resume ID       its disk hangs: it runs, but completes nothing\n"
	"  destroyed ID       it is Offline, and PD was told that it never comes back\n"
	"  replace ID         a new store, 1001, 1002, ..., at its address; the old one is "
	"destroyed\n"
	"  offline ID, tombstone ID, up ID, remove ID\n"
	"  isolate ID, rejoin ID    it runs, but its heartbeats do not reach PD\n"
	"  age ID DURATION    PD got its last heartbeat that long ago\n"
	"  heartbeat all      every store sends a heartbeat now\n"
	"  latency ID MS      p99 of its gRPC requests\n"
	"  qps ID N           requests a second\n"
	"  traffic ID on|off\n"
	"  disk ID PERCENT    how full it is\n"
	"  slow ID SCORE, cpu ID CORES, memory ID BYTES, lag ID ENTRIES\n"
	"Metrics (WHO: a store's id, all, pd1, pd2, ...; SERIES: name or name{labels})\n"
	"  value WHO SERIES N   a gauge, a counter's total, a histogram's p99\n"
	"  rate WHO SERIES N    its growth per second\n"
	"  absent WHO SERIES, present WHO SERIES\n"
	"PD\n"
	"  pd N|all kill|freeze|start|starting|unhealthy|healthy\n"
	"  pd N|all unplug|plug   it runs, but connections are refused\n"
	"  leader N|none        a change of leader; no leader\n"
	"  leader unnamed|named     whether /members names it\n"
	"  quorum lost|back\n"
	"  bootstrapped yes|no\n"
	"  regions CHECK N      down-peer, miss-peer, ...\n"
	"  voters N             of a region, by its placement rule\n"
	"  skew SECONDS         PD's clock is ahead; stores are Disconnected until their next "
	"heartbeat\n"
	"Answers of all ports but this one\n"
	"  delay MS             each comes that much later\n"
	"  error PATH STATUS BODY    instead of the answer, until `error PATH off`\n"
	"  truncate PATH BYTES  the connection ends after BYTES of the body\n"
	"  limit N              more requests a second get 429; 0: no limit\n";

struct words {
	char *word[8];
	int count;
	char *rest; /* from the fourth word on */
};

/* Cuts the line at its blanks. */
static void
split(char *line, struct words *w)
{
	*w = (struct words){.rest = line + strlen(line)};
	while (w->count < 8) {
		line += strspn(line, " \t\r");
		if (!*line)
			return;
		if (w->count == 3) {
			w->rest = line;
			return;
		}
		w->word[w->count++] = line;
		line += strcspn(line, " \t\r");
		if (*line)
			*line++ = '\0';
	}
}

static bool
is(const char *text, const char *word)
{
	return strcmp(text, word) == 0;
}

static bool
number(const char *text, double *out)
{
	return number_double(text, strlen(text), out) == 0;
}

static void
set_metric(struct store *s, const char *what, double value)
{
	static const char *const types[] = {
		"coprocessor", "kv_batch_get", "kv_commit", "kv_get", "kv_prewrite", "kv_scan"};
	char name[128];

	for (int i = 0; i < 6; i++) {
		(void)snprintf(name, sizeof name,
			"tikv_grpc_msg_duration_seconds{priority=\"medium\",type=\"%s\"}",
			types[i]);
		if (is(what, "latency"))
			(void)series_value(s->series, name, value / 1000);
		else if (is(what, "qps"))
			(void)series_rate(s->series, name, value / 6);
	}
	if (is(what, "qps"))
		(void)series_rate(s->series,
			"tikv_grpc_msg_duration_seconds{priority=\"medium\",type=\"raw_put\"}", 0);
}

static int
store_number(struct store *s, const char *what, double value)
{
	if (is(what, "latency") || is(what, "qps"))
		set_metric(s, what, value);
	else if (is(what, "disk"))
		store_set_used(s, value / 100);
	else if (is(what, "slow"))
		s->now.slow_score = (unsigned)value;
	else if (is(what, "cpu"))
		(void)series_rate(s->series, "process_cpu_seconds_total", value);
	else if (is(what, "memory"))
		(void)series_value(s->series, "process_resident_memory_bytes", value);
	else if (is(what, "lag"))
		(void)series_value(s->series, "tikv_raftstore_log_lag", value);
	else
		return -1;
	return 0;
}

static void
store_age(struct cluster *c, struct store *s, int64_t age_ms)
{
	s->beat_ms = s->persisted_ms = c->now_ms - age_ms;
	if (s->start_ms > s->beat_ms)
		s->start_ms = s->beat_ms - 60000;
}

static int
store_verb(struct cluster *c, struct store *s, const char *verb)
{
	if (is(verb, "kill") || is(verb, "down"))
		store_stop(c, s, PROCESS_DEAD);
	else if (is(verb, "freeze"))
		store_stop(c, s, PROCESS_FROZEN);
	else if (is(verb, "revive"))
		store_start(c, s);
	else if (is(verb, "offline"))
		s->meta = META_OFFLINE;
	else if (is(verb, "tombstone"))
		s->meta = META_TOMBSTONE;
	else if (is(verb, "up"))
		s->meta = META_UP;
	else if (is(verb, "isolate") || is(verb, "rejoin"))
		s->cut_off = is(verb, "isolate");
	else if (is(verb, "hang") || is(verb, "resume"))
		series_hang(s->series, is(verb, "hang"));
	else if (is(verb, "destroyed"))
		s->destroyed = true;
	else if (is(verb, "replace"))
		return store_replace(c, s);
	else if (is(verb, "remove"))
		s->removed = true;
	else if (!is(verb, "heartbeat"))
		return -1;
	if (is(verb, "down"))
		store_age(c, s, c->down_ms + 60000);
	if (is(verb, "destroyed"))
		s->meta = META_OFFLINE;
	if (is(verb, "up"))
		s->destroyed = false;
	if (is(verb, "tombstone") || is(verb, "remove"))
		store_stop(c, s, PROCESS_DEAD);
	return 0;
}

/* A command about one store. */
static int
store_command(struct cluster *c, struct store *s, const struct words *w)
{
	double value;
	int64_t age_ms;

	if (w->count == 2)
		return store_verb(c, s, w->word[0]);
	if (w->count != 3)
		return -1;
	if (is(w->word[0], "traffic")) {
		series_traffic(s->series, is(w->word[2], "on"));
		return 0;
	}
	if (is(w->word[0], "age")) {
		if (duration_parse(w->word[2], strlen(w->word[2]), &age_ms) != 0)
			return -1;
		store_age(c, s, age_ms);
		return 0;
	}
	return number(w->word[2], &value) ? store_number(s, w->word[0], value) : -1;
}

static int
series_command(struct series *s, const struct words *w)
{
	double value = 0;
	int found = 0;

	if (is(w->word[0], "absent") || is(w->word[0], "present"))
		found = series_absent(s, w->word[2], is(w->word[0], "absent"));
	else if (!number(w->rest, &value))
		return -1;
	else if (is(w->word[0], "value"))
		found = series_value(s, w->word[2], value);
	else
		found = series_rate(s, w->word[2], value);
	return found ? 0 : -1;
}

/* A command about one store or all, or about the series of stores or a member. */
static int
who_command(struct cluster *c, const struct words *w)
{
	static const char *const series[] = {"value", "rate", "absent", "present"};
	bool about_series = false;
	size_t stores = c->store_count; /* without those that the command adds */
	double id;
	int done = -1;

	for (int i = 0; i < 4; i++)
		about_series = about_series || is(w->word[0], series[i]);
	if (w->count < 2 || (about_series && w->count < 3))
		return -1;
	for (int i = 0; i < c->member_count && about_series; i++) {
		if (!is(w->word[1], c->members[i].name))
			continue;
		member_catch_up(c, &c->members[i]);
		return series_command(c->members[i].series, w);
	}
	if (!is(w->word[1], "all") && !number(w->word[1], &id))
		return -1;
	for (size_t i = 0; i < stores; i++) {
		struct store *s = &c->stores[i];

		if (!is(w->word[1], "all") && s->id != (uint64_t)id)
			continue;
		store_catch_up(c, s);
		done = about_series ? series_command(s->series, w) : store_command(c, s, w);
		if (done != 0)
			return -1;
	}
	return done;
}

static int
member_verb(struct cluster *c, int member, const char *verb)
{
	struct member *m = &c->members[member];

	if (is(verb, "kill"))
		member_stop(c, member, PROCESS_DEAD);
	else if (is(verb, "freeze"))
		member_stop(c, member, PROCESS_FROZEN);
	else if (is(verb, "start"))
		member_start(c, member);
	else if (is(verb, "starting"))
		member_stop(c, member, PROCESS_STARTING);
	else if (is(verb, "unhealthy") || is(verb, "healthy"))
		m->health = is(verb, "healthy");
	else if (is(verb, "unplug") || is(verb, "plug"))
		m->unplugged = is(verb, "unplug");
	else
		return -1;
	return 0;
}

static int
member_command(struct cluster *c, const struct words *w)
{
	double n;

	if (w->count != 3)
		return -1;
	for (int i = 0; i < c->member_count && is(w->word[1], "all"); i++) {
		if (member_verb(c, i, w->word[2]) != 0)
			return -1;
	}
	if (is(w->word[1], "all"))
		return 0;
	if (!number(w->word[1], &n) || n < 1 || n > c->member_count)
		return -1;
	return member_verb(c, (int)n - 1, w->word[2]);
}

static int
regions_command(struct cluster *c, const struct words *w, double count)
{
	for (int i = 0; i < REGION_CHECKS; i++) {
		if (is(w->word[1], region_check_names[i])) {
			c->region_checks[i] = (unsigned)count;
			return 0;
		}
	}
	return -1;
}

static int
cluster_command(struct cluster *c, const struct words *w)
{
	double n = 0;

	if (w->count == 3 && is(w->word[0], "regions"))
		return number(w->word[2], &n) ? regions_command(c, w, n) : -1;
	if (w->count != 2)
		return -1;
	if (is(w->word[0], "leader") && is(w->word[1], "none")) {
		cluster_set_leader(c, -1);
	} else if (is(w->word[0], "leader") &&
		   (is(w->word[1], "unnamed") || is(w->word[1], "named"))) {
		c->unnamed = is(w->word[1], "unnamed");
	} else if (is(w->word[0], "leader")) {
		if (!number(w->word[1], &n) || n < 1 || n > c->member_count)
			return -1;
		cluster_set_leader(c, (int)n - 1);
	} else if (is(w->word[0], "quorum")) {
		c->quorum_lost = is(w->word[1], "lost");
		c->leader = c->quorum_lost ? -1 : c->leader;
		c->election_at_ms = c->now_ms + (c->quorum_lost ? 5 : 1) * c->election_ms;
	} else if (is(w->word[0], "bootstrapped")) {
		c->bootstrapped = is(w->word[1], "yes");
	} else if (is(w->word[0], "skew") && number(w->word[1], &n)) {
		cluster_set_skew(c, (int64_t)(n * 1000));
	} else if (is(w->word[0], "voters") && number(w->word[1], &n)) {
		c->voters = (unsigned)n;
	} else {
		return -1;
	}
	return 0;
}

static int
error_command(struct faults *f, const struct words *w)
{
	int free_place = -1, place = -1;
	double n = 0;

	if (w->count < 3 || (!is(w->word[2], "off") && (!number(w->word[2], &n) || n < 0)))
		return -1;
	for (int i = ERRORS_MAX - 1; i >= 0; i--) {
		if (!*f->errors[i].path)
			free_place = i;
		else if (is(f->errors[i].path, w->word[1]))
			place = i;
	}
	if (place < 0)
		place = free_place;
	if (place < 0)
		return -1;
	memset(&f->errors[place], 0, sizeof f->errors[place]);
	if (is(w->word[2], "off"))
		return 0;
	(void)snprintf(f->errors[place].path, sizeof f->errors[place].path, "%s", w->word[1]);
	if (is(w->word[0], "truncate"))
		f->errors[place].cut = (uint64_t)n;
	else
		f->errors[place].status = (int)n;
	(void)snprintf(f->errors[place].body, sizeof f->errors[place].body, "%s", w->rest);
	return 0;
}

static int
command(struct cluster *c, struct faults *f, char *line)
{
	struct words w;
	double n;

	split(line, &w);
	if (w.count == 0 || *w.word[0] == '#')
		return 0;
	if (is(w.word[0], "delay") || is(w.word[0], "limit")) {
		if (w.count != 2 || !number(w.word[1], &n) || n < 0)
			return -1;
		if (is(w.word[0], "delay"))
			f->delay_ms = (int64_t)n;
		else
			f->limit = (unsigned)n;
		return 0;
	}
	if (is(w.word[0], "error") || is(w.word[0], "truncate"))
		return error_command(f, &w);
	if (is(w.word[0], "pd"))
		return member_command(c, &w);
	if (is(w.word[0], "heartbeat")) {
		cluster_beat(c);
		return 0;
	}
	return cluster_command(c, &w) == 0 ? 0 : who_command(c, &w);
}

void
control_answer(struct cluster *c, struct faults *f, const struct request *r, struct answer *a)
{
	char *text, *next;

	a->type = "text/plain; charset=utf-8";
	if (!is(r->method, "POST")) {
		(void)buf_add_text(&a->body, control_help);
		return;
	}
	text = strndup(r->body, r->body_len);
	for (char *line = text; line && a->status == 200; line = next) {
		char shown[128];

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		(void)snprintf(shown, sizeof shown, "%s", line);
		if (command(c, f, line) == 0)
			continue;
		a->status = 400;
		(void)buf_printf(&a->body, "not understood: %s\n", shown);
	}
	if (a->status == 200)
		(void)buf_add_text(&a->body, "ok\n");
	free(text);
}
