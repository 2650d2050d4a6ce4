/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_STORES_H
#define OP_PD_STORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct fault;
struct lenient_json;

#define PD_UNKNOWN UINT64_MAX /* in a count or a number of bytes: not measured */

struct pd_label {
	struct span key;
	struct span value;
};

/*
 * A store as GET /pd/api/v1/stores of PD 5.4 to 8.5 shows it (server/api/store.go,
 * kvproto metapb.Store). PD leaves out what is zero. Texts are spans of the
 * answer's body, at is NULL if it gave none.
 */
struct pd_store {
	uint64_t id;
	struct span address;
	struct span status_address;
	struct span state; /* state_name: Up, Disconnected, Down, Offline, Tombstone */
	struct span version;
	size_t label_first, label_count;
	bool tiflash;
	bool engine_unknown;	 /* from history alone: neither TiFlash nor known to be none */
	bool gone;		 /* Tombstone, or destroyed: it can be no instance of Prometheus */
	bool destroyed;		 /* physically_destroyed: a person reported so */
	bool destroyed_unknown;	 /* from history alone */
	bool no_capacity;	 /* "0B": a PD leader that has not heard of it yet writes that */
	uint64_t capacity_bytes; /* the three PD_UNKNOWN if no_capacity */
	uint64_t available_bytes;
	uint64_t used_bytes;
	uint64_t leader_count;
	uint64_t region_count;
	uint64_t slow_score;
	double leader_weight, region_weight; /* these four NAN: unknown */
	double leader_score, region_score;
	int64_t node_state;	   /* 0 to 3: Preparing, Serving, Removing, Removed; else unknown */
	int64_t last_heartbeat_ns; /* since 1970; 0: unknown */
	int64_t uptime_ms;	   /* -1: unknown */
};

struct pd_stores {
	struct pd_store *list; /* in order of their ids */
	size_t count, cap;
	struct pd_label *labels;
	size_t label_count, label_cap;
	uint64_t told_count; /* how many PD counts itself, or PD_UNKNOWN */
};

/*
 * Reads the answer's body. -1 with a sentence if it is no list of stores: not
 * JSON, no "stores", a store without an id or listed twice, or with texts of
 * more than 16 KiB. A field of another type than ours is as an absent one.
 */
int pd_stores_read(struct pd_stores *s, struct lenient_json *body, struct fault *f);
void pd_stores_free(struct pd_stores *s);

/* For those who make a list: a store of which nothing is known. */
extern const struct pd_store pd_store_unknown;

/* Appends a store, or a label to the store that is being made; its labels stand together. */
void pd_stores_add(struct pd_stores *s, const struct pd_store *store);
void pd_stores_add_label(struct pd_stores *s, struct pd_store *store, struct pd_label label);

/* Sorts the list by id, once all are there. */
void pd_stores_sort(struct pd_stores *s);

/* Of a sorted list: a store that is in it twice, or NULL; the store of an id, or NULL. */
const struct pd_store *pd_stores_twice(const struct pd_stores *s);
struct pd_store *pd_stores_find(const struct pd_stores *s, uint64_t id);

/* How long ago, by PD's clock, PD heard of it: milliseconds; -1: unknown, as date_ms may be. */
int64_t pd_store_silence_ms(const struct pd_store *s, int64_t date_ms);

/* Is its state what PD knew of it under another leader? It has no capacity, and no fresh heartbeat.
 */
bool pd_store_stale(const struct pd_store *s, int64_t date_ms);

#endif
