/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_STATE_H
#define OP_STORE_STATE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The states of stores from PD's metrics. Before 8.5.5 PD exports only how
 * many stores are in each state (pd_cluster_status), which stores it removes
 * (pd_cluster_progress) and how often it heard from each
 * (pd_scheduler_handle_store_heartbeat_duration_seconds_count). A store gets a
 * state only if every assignment that fits these facts gives it that one.
 */
enum store_state { STORE_UP, STORE_DISCONNECTED, STORE_DOWN, STORE_OFFLINE, STORE_STATES };

enum { STORE_STATE_UNKNOWN = -1 };

enum store_heard {
	HEARD_NOT_KNOWN, /* the leader has not led for long enough, or exports no such series */
	HEARD_LATELY,	 /* within the window */
	HEARD_BEFORE,	 /* not within the window, but within half an hour */
	HEARD_NEVER,	 /* not within half an hour, as far as this leader knows */
};

struct store_evidence {
	bool removing;
	enum store_heard heard;
};

/*
 * counts[] is how many of the n stores are in each state. Sets states[i] to an
 * enum store_state, or to STORE_STATE_UNKNOWN.
 */
void store_state_assign(const size_t counts[STORE_STATES], const struct store_evidence *evidence,
	size_t n, int *states);

/* "Up", "Disconnected", ...; NULL for STORE_STATE_UNKNOWN. */
const char *store_state_name(int state);

#endif
