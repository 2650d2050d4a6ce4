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
	PROCESS_FROZEN,	  /* as by SIGSTOP: connections are taken and never answered */
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
	char address[80]; /* the host that PD has of it */
	bool tiflash;
	bool removed;	/* PD has forgotten it */
	bool destroyed; /* somebody has told PD that it never comes back */
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
	double unreachable_s; /* how long its peers have missed it, in all */
	int64_t silent_ms;    /* how long now; 0 where it runs */
	struct series *series;
};

struct member {
	char name[16];
	uint64_t id;
	int port;
	enum process process;
	bool unplugged; /* it runs, but nobody reaches its port */
	bool health;	/* as /health says it, where the process runs */
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
	int64_t skew_ms; /* what PD's clock is ahead of this machine's */
	int64_t start_ms;
	int64_t heartbeat_ms;
	int64_t disconnected_ms;
	int64_t down_ms; /* max-store-down-time */
	int64_t persist_ms;
	int64_t election_ms;
	int64_t down_peer_ms; /* max-peer-down-duration: how long a peer is missed before it is
				 reported */
	int status_port;
	struct store *stores;
	size_t store_count;
	unsigned replaced; /* how many of them are those that were replaced, at the end */
	struct member members[MEMBERS_MAX];
	int member_count;
	int leader;		/* an index, or -1 */
	bool unnamed;		/* /members does not name it */
	int64_t election_at_ms; /* without a working leader: when there will be one */
	bool quorum_lost;
	bool bootstrapped;
	unsigned voters;		       /* of a region, by its placement rule */
	unsigned region_checks[REGION_CHECKS]; /* besides those that follow from dead stores */
};

void cluster_init(struct cluster *c, size_t tikv, size_t tiflash, int members);
void cluster_free(struct cluster *c);

/* Heartbeats and elections up to now. Call it before looking at anything. */
void cluster_advance(struct cluster *c);

/* The metrics of one up to then. Call it before looking at them, and before changing what drives
 * them. */
void store_catch_up(const struct cluster *c, struct store *s);
void member_catch_up(const struct cluster *c, struct member *m);

/* PD's clock is set; heartbeats go on as before. */
void cluster_set_skew(struct cluster *c, int64_t skew_ms);

/* The regions that PD counts by that check. */
unsigned cluster_regions(const struct cluster *c, enum region_check check);

/* Every store that can reach PD sends a heartbeat now. */
void cluster_beat(struct cluster *c);

/* PD's name for the store's state, by the age of its heartbeat. */
const char *store_state(const struct cluster *c, const struct store *s);

struct store *cluster_store(struct cluster *c, uint64_t id); /* or NULL */

/*
 * Its disk is replaced: a store with a new id, REPLACED_ID + 1 first, starts at
 * its address, and PD has been told that the old one never comes back. -1 after
 * REPLACED_MAX of them.
 */
int store_replace(struct cluster *c, struct store *s);

/* Faults. A revived store starts anew; a thawed one goes on where it was. */
void store_stop(struct cluster *c, struct store *s, enum process process);
void store_start(struct cluster *c, struct store *s);
void store_set_used(struct store *s, double part);
void member_stop(struct cluster *c, int member, enum process process);
void member_start(struct cluster *c, int member);

/* A new PD leader, which shows every store as it was last persisted. -1: none. */
void cluster_set_leader(struct cluster *c, int member);

bool cluster_has_quorum(const struct cluster *c);

#endif
