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
	bool engine_unknown; /* only from history: it is not known whether this is TiFlash */
	bool gone;	     /* Tombstone, or destroyed: it cannot be an instance of Prometheus */
	bool destroyed;	     /* physically_destroyed, as declared by a person */
	bool destroyed_unknown;	 /* only from history */
	bool no_capacity;	 /* "0B", from a PD leader that has not heard of it yet */
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
	struct pd_store *list; /* sorted by id */
	size_t count, cap;
	struct pd_label *labels;
	size_t label_count, label_cap;
	uint64_t told_count; /* PD's own count, or PD_UNKNOWN */
};

/*
 * Reads the answer's body. -1 with a sentence if it is not a list of stores: not
 * JSON, no "stores", a store without an id or listed twice, or with texts of more
 * than 16 KiB. A field of an unexpected type counts as absent.
 */
int pd_stores_read(struct pd_stores *s, struct lenient_json *body, struct fault *f);
void pd_stores_free(struct pd_stores *s);

/* A store of which nothing is known, to begin with when making a list. */
extern const struct pd_store pd_store_unknown;

/* Append a store, or a label to the store being made; its labels are adjacent. */
void pd_stores_add(struct pd_stores *s, const struct pd_store *store);
void pd_stores_add_label(struct pd_stores *s, struct pd_store *store, struct pd_label label);

/* Sorts the complete list by id. */
void pd_stores_sort(struct pd_stores *s);

/* In a sorted list: a store that is listed twice, or NULL; the store with an id, or NULL. */
const struct pd_store *pd_stores_twice(const struct pd_stores *s);
struct pd_store *pd_stores_find(const struct pd_stores *s, uint64_t id);

/* Milliseconds since PD heard of it, by PD's clock; -1: unknown. date_ms may be -1, too. */
int64_t pd_store_silence_ms(const struct pd_store *s, int64_t date_ms);

/* Whether its state dates from an earlier PD leader: no capacity and no recent heartbeat. */
bool pd_store_stale(const struct pd_store *s, int64_t date_ms);

#endif
