/* SPDX-License-Identifier: ISC */
#ifndef SIM_CLUSTER_H
#define SIM_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct series;

/* The simulated TiKV cluster: its processes, and what PD knows of them. Times are ms since 1970. */

enum { MEMBERS_MAX = 7, STORES_MAX = 4096 };

enum process {
	PROCESS_RUNNING,
	PROCESS_FROZEN,	  /* as by SIGSTOP: connections are accepted and never answered */
	PROCESS_DEAD,	  /* connections are refused */
	PROCESS_STARTING, /* PD members: answers 500 "server not started" */
};

enum store_meta { META_UP, META_OFFLINE, META_TOMBSTONE };

/* What a heartbeat carries. */
struct report {
	double capacity;
	double available;
	double used;
	unsigned slow_score;
};

struct store {
	uint64_t id;
	char host[24];	  /* where it listens */
	char pod[40];	  /* its name under an operator, or "" */
	char address[80]; /* its host, as PD knows it */
	bool tiflash;
	bool removed;	/* PD has forgotten it */
	bool destroyed; /* PD was told that it never comes back */
	bool cut_off;	/* it runs, but its heartbeats do not reach PD */
	enum process process;
	enum store_meta meta;
	int64_t start_ms;
	int64_t beat_ms; /* the last heartbeat PD got */
	int64_t next_beat_ms;
	int64_t persisted_ms;	     /* the last heartbeat in PD's etcd */
	unsigned beats[MEMBERS_MAX]; /* heartbeats that each PD process got */
	bool stale;		     /* the PD leader has not heard from it yet */
	struct report now;
	struct report reported;
	unsigned leaders;
	unsigned regions;
	double unreachable_s; /* how long its peers have not reached it */
	int64_t silent_ms;    /* the same, in ms; both are 0 while it runs */
	struct series *series;
};

struct member {
	char name[16];
	uint64_t id;
	int port;
	enum process process;
	bool unplugged; /* it runs, but its port refuses connections */
	bool health;	/* what /health reports while the process runs */
	int64_t start_ms;
	struct series *series;
};

enum { REPLACED_MAX = 8, REPLACED_ID = 1000 };

enum region_check {
	REGION_DOWN_PEER,
	REGION_EMPTY,
	REGION_EXTRA_PEER,
	REGION_LEARNER_PEER,
	REGION_MISS_PEER,
	REGION_OFFLINE_PEER,
	REGION_OVERSIZED,
	REGION_PENDING_PEER,
	REGION_UNDERSIZED,
	REGION_CHECKS,
};

extern const char *const region_check_names[REGION_CHECKS]; /* as in /regions/check/NAME */

struct cluster {
	const char *name;
	const char *pd_version; /* "v8.5.3" */
	uint64_t id;
	uint64_t random;
	bool operated;	 /* addresses and labels as with tidb-operator */
	int64_t now_ms;	 /* PD's clock, see cluster_advance() */
	int64_t skew_ms; /* how far PD's clock is ahead of this machine's */
	int64_t start_ms;
	int64_t heartbeat_ms;
	int64_t disconnected_ms;
	int64_t down_ms; /* max-store-down-time */
	int64_t persist_ms;
	int64_t election_ms;
	int64_t down_peer_ms; /* max-peer-down-duration: how long until PD reports a peer as
				 down */
	int status_port;
	struct store *stores;
	size_t store_count;
	unsigned replaced; /* how many stores, at the end, are those that were replaced */
	struct member members[MEMBERS_MAX];
	int member_count;
	int leader;		/* an index, or -1 */
	bool unnamed;		/* /members does not name the leader */
	int64_t election_at_ms; /* if there is no working leader: when one is elected */
	bool quorum_lost;
	bool bootstrapped;
	unsigned voters;		       /* of a region, by its placement rule */
	unsigned region_checks[REGION_CHECKS]; /* in addition to those of dead stores */
};

void cluster_init(struct cluster *c, size_t tikv, size_t tiflash, int members);
void cluster_free(struct cluster *c);

/* Carries out the heartbeats and elections up to now. Call it before reading any state. */
void cluster_advance(struct cluster *c);

/* Bring the metrics of a store or member up to now_ms. Call them before reading the metrics, and
 * before changing anything that the metrics depend on. */
void store_catch_up(const struct cluster *c, struct store *s);
void member_catch_up(const struct cluster *c, struct member *m);

/* Sets PD's clock; heartbeats keep their pace. */
void cluster_set_skew(struct cluster *c, int64_t skew_ms);

/* How many regions PD reports for the check. */
unsigned cluster_regions(const struct cluster *c, enum region_check check);

/* Every store that can reach PD sends a heartbeat now. */
void cluster_beat(struct cluster *c);

/* PD's name for the store's state, by the age of its heartbeat. */
const char *store_state(const struct cluster *c, const struct store *s);

struct store *cluster_store(struct cluster *c, uint64_t id); /* or NULL */

/*
 * Replaces the store's disk: a store with a new id (REPLACED_ID + 1, then + 2,
 * and so on) starts at its address, and PD is told that the old one never comes
 * back. Returns -1 if REPLACED_MAX stores have been replaced already.
 */
int store_replace(struct cluster *c, struct store *s);

/* Faults. A process that was dead restarts; a frozen one continues where it was. */
void store_stop(struct cluster *c, struct store *s, enum process process);
void store_start(struct cluster *c, struct store *s);
void store_set_used(struct store *s, double part);
void member_stop(struct cluster *c, int member, enum process process);
void member_start(struct cluster *c, int member);

/* Makes a member the PD leader, which shows every store as last persisted. -1: no leader. */
void cluster_set_leader(struct cluster *c, int member);

bool cluster_has_quorum(const struct cluster *c);

#endif
