/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_CYCLE_H
#define OP_VERDICT_CYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash_table.h"
#include "base/span.h"
#include "stream/severity.h"

struct json_read;
struct json_text;

/*
 * One cycle of verdicts in memory, read strictly. It is not changed after it has
 * been read, and owns its texts.
 */

enum { VERDICT_CYCLE_BYTES_MAX = 1 << 28 }; /* bytes of texts in a cycle */

/* The invariant that op-ticket checks itself; no record may be about it. */
#define VERDICT_OWN_INVARIANT "cluster_id_changed"

enum verdict_state {
	VERDICT_NONE, /* a complete check that does not list it */
	VERDICT_OK,
	VERDICT_UNKNOWN,
	VERDICT_VIOLATED,
	VERDICT_NOT_EVALUATED, /* no complete check; never that of a record */
};

const char *verdict_state_name(enum verdict_state state);

/* 0, or -1 if the text is not the name of a state. */
int verdict_state_parse(struct span text, enum verdict_state *state);

/* What a violation record has besides its key. */
struct violation {
	struct span message;
	struct span snapshot; /* JSON, an object */
	struct span doc;
	struct span link;
	enum severity severity;
	int64_t grace_ms;
	int64_t flap_count;   /* 0: never flapping */
	double flap_window_s; /* -1: not given */
};

/* What an unknown record has besides its keys. */
struct unknown_reason {
	struct span reason;
	struct span missing; /* JSON, an array of strings, not an empty one */
	struct span text;    /* the reason or missing, for people; at is NULL if there is neither */
};

struct verdict {
	struct span key;	    /* invariant_name, or invariant_name:store_id */
	uint32_t invariant;	    /* index into invariants */
	union {			    /* if state says so: */
		uint32_t violation; /* index into violations */
		uint32_t reason;    /* index into reasons */
	};
	enum verdict_state state;
	bool whole_cluster; /* there is no store_id */
};

struct invariant {
	struct span name;
	struct span error; /* why it is not complete, if the check record has it */
	bool checked;	   /* it has a check record */
	bool complete;	   /* its check record is complete */
	bool known;	   /* a verdict is ok or violated */
	size_t unknown_count;
	uint64_t unknown_digest[2]; /* of its unknown records, in their order */
};

struct verdict_cycle {
	char *subject;
	char *cluster;
	char *cluster_id; /* or NULL */
	int64_t at_ms;
	uint64_t digest[2]; /* of the lines between begin and end, in their order */
	struct verdict *items;
	size_t count, cap;
	struct violation *violations;
	size_t violation_count, violation_cap;
	struct unknown_reason *reasons; /* one for each unknown record */
	size_t reason_count, reason_cap;
	struct invariant *invariants;
	size_t invariant_count, invariant_cap;
	struct hash_table by_key;
	struct hash_table by_name;
	struct arena texts;
};

struct cycle_head;
struct fault;

/* A cycle without a record yet. */
struct verdict_cycle *verdict_cycle_open(const struct cycle_head *head);
void verdict_cycle_close(struct verdict_cycle *v);

/*
 * Takes one record: its line, and its kind as cycle_read_kind() gives it. 0, or
 * -1 with STATUS_DATA: the cycle must then be discarded.
 */
int verdict_cycle_add(struct verdict_cycle *v, struct json_read *j,
	const struct json_text *kind_name, const char *line, size_t len, struct fault *f);

/* The verdict of a key, or NULL. */
const struct verdict *verdict_cycle_find(const struct verdict_cycle *v, struct span key);

/* The invariant of that name, or NULL. */
const struct invariant *verdict_cycle_invariant(const struct verdict_cycle *v, struct span name);

/* Does the invariant have a complete check in this cycle? */
bool verdict_cycle_complete(const struct verdict_cycle *v, struct span name);

struct span verdict_invariant(const struct verdict_cycle *v, const struct verdict *of);

/* The id that it is about; at is NULL for the whole cluster. */
struct span verdict_store(const struct verdict_cycle *v, const struct verdict *of);

#endif
