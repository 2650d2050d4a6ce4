/* SPDX-License-Identifier: ISC */
#include "ticket/transfer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct transfer_column tickets[] = {
	{"id", TRANSFER_INTEGER},
	{"subject", TRANSFER_TEXT},
	{"cluster", TRANSFER_TEXT},
	{"violation_key", TRANSFER_TEXT},
	{"invariant_name", TRANSFER_TEXT},
	{"store_id", TRANSFER_TEXT},
	{"status", TRANSFER_TEXT},
	{"held", TRANSFER_BOOLEAN},
	{"held_until", TRANSFER_TIME},
	{"flapping", TRANSFER_BOOLEAN},
	{"flap_window_s", TRANSFER_NUMBER},
	{"batch_key", TRANSFER_TEXT},
	{"occurrence_count", TRANSFER_INTEGER},
	{"first_seen_at", TRANSFER_TIME},
	{"last_seen_at", TRANSFER_TIME},
	{"ok_since", TRANSFER_TIME},
	{"absent_since", TRANSFER_TIME},
	{"resolved_at", TRANSFER_TIME},
	{"resolution", TRANSFER_TEXT},
	{"message", TRANSFER_TEXT},
	{"severity", TRANSFER_TEXT},
	{"diagnosis", TRANSFER_TEXT},
	{"metric_snapshot", TRANSFER_JSON},
	{"created_at", TRANSFER_TIME},
	{"updated_at", TRANSFER_TIME},
	{"doc", TRANSFER_TEXT},
	{"link", TRANSFER_TEXT},
	{"muted", TRANSFER_BOOLEAN},
	{"verdict", TRANSFER_TEXT},
	{"verdict_since", TRANSFER_TIME},
	{"lost_since", TRANSFER_TIME},
	{"lost", TRANSFER_BOOLEAN},
};

static const struct transfer_column events[] = {
	{"id", TRANSFER_INTEGER},
	{"ticket_id", TRANSFER_INTEGER},
	{"at", TRANSFER_TIME},
	{"event", TRANSFER_TEXT},
	{"actor", TRANSFER_TEXT},
	{"note", TRANSFER_TEXT},
	{"muted", TRANSFER_BOOLEAN},
};

static const struct transfer_column pending[] = {
	{"subject", TRANSFER_TEXT},
	{"cluster", TRANSFER_TEXT},
	{"violation_key", TRANSFER_TEXT},
	{"invariant_name", TRANSFER_TEXT},
	{"store_id", TRANSFER_TEXT},
	{"first_seen_at", TRANSFER_TIME},
	{"last_seen_at", TRANSFER_TIME},
	{"opens_at", TRANSFER_TIME},
	{"severity", TRANSFER_TEXT},
	{"message", TRANSFER_TEXT},
};

static const struct transfer_column cycles[] = {
	{"subject", TRANSFER_TEXT},
	{"cluster", TRANSFER_TEXT},
	{"cluster_id", TRANSFER_TEXT},
	{"last_at", TRANSFER_TIME},
	{"digest", TRANSFER_TEXT},
	{"last_opened_at", TRANSFER_TIME},
	{"step_ms", TRANSFER_INTEGER},
	{"identified_at", TRANSFER_TIME},
	{"holder", TRANSFER_TEXT},
	{"holder_until", TRANSFER_TIME},
};

static const struct transfer_column checks[] = {
	{"subject", TRANSFER_TEXT},
	{"cluster", TRANSFER_TEXT},
	{"invariant_name", TRANSFER_TEXT},
	{"last_complete_at", TRANSFER_TIME},
	{"last_listed_at", TRANSFER_TIME},
	{"last_known_at", TRANSFER_TIME},
	{"error", TRANSFER_TEXT},
	{"unknown_digest", TRANSFER_TEXT},
};

static const struct transfer_column unknown[] = {
	{"subject", TRANSFER_TEXT},
	{"cluster", TRANSFER_TEXT},
	{"invariant_name", TRANSFER_TEXT},
	{"violation_key", TRANSFER_TEXT},
	{"store_id", TRANSFER_TEXT},
	{"since", TRANSFER_TIME},
	{"reason", TRANSFER_TEXT},
	{"missing", TRANSFER_JSON},
};

static const struct transfer_column gaps[] = {
	{"subject", TRANSFER_TEXT},
	{"cluster", TRANSFER_TEXT},
	{"began_at", TRANSFER_TIME},
	{"ended_at", TRANSFER_TIME},
};

static const struct transfer_column mutes[] = {
	{"id", TRANSFER_INTEGER},
	{"cluster", TRANSFER_TEXT},
	{"invariant", TRANSFER_TEXT},
	{"store", TRANSFER_TEXT},
	{"from_at", TRANSFER_TIME},
	{"until_at", TRANSFER_TIME},
	{"reason", TRANSFER_TEXT},
	{"actor", TRANSFER_TEXT},
	{"created_at", TRANSFER_TIME},
	{"lifted_at", TRANSFER_TIME},
};

#define PAGE " WHERE id > $1 ORDER BY id LIMIT $2"

const struct transfer_table transfer_tables[TRANSFER_KINDS] = {
	[TRANSFER_TICKET] = {"ticket",
		"SELECT id, subject, cluster, violation_key, invariant_name, store_id, status,"
		" held, held_until, flapping, flap_window_s, batch_key, occurrence_count,"
		" first_seen_at, last_seen_at, ok_since, absent_since, resolved_at, resolution,"
		" message, severity, diagnosis, metric_snapshot, created_at, updated_at, doc,"
		" link, muted, verdict, verdict_since, lost_since, lost"
		" FROM tickets" PAGE,
		tickets, COUNT(tickets), 1},
	[TRANSFER_EVENT] = {"event",
		"SELECT id, ticket_id, at, event, actor, note, muted"
		" FROM ticket_events" PAGE,
		events, COUNT(events), 1},
	[TRANSFER_PENDING] = {"pending",
		"SELECT subject, cluster, violation_key, invariant_name, store_id,"
		" first_seen_at, last_seen_at, opens_at, severity, message"
		" FROM pending"
		" ORDER BY subject, cluster, violation_key",
		pending, COUNT(pending), 0},
	[TRANSFER_CYCLE] = {"cycle",
		"SELECT subject, cluster, cluster_id, last_at, digest, last_opened_at, step_ms,"
		" identified_at, holder, holder_until"
		" FROM cycles"
		" WHERE last_at IS NOT NULL"
		" ORDER BY subject, cluster",
		cycles, COUNT(cycles), 0},
	[TRANSFER_CHECK] = {"check",
		"SELECT subject, cluster, invariant_name, last_complete_at, last_listed_at,"
		" last_known_at, error, unknown_digest"
		" FROM checks"
		" ORDER BY subject, cluster, invariant_name",
		checks, COUNT(checks), 0},
	[TRANSFER_UNKNOWN] = {"unknown",
		"SELECT subject, cluster, invariant_name, violation_key, store_id, since,"
		" reason, missing"
		" FROM unknown"
		" ORDER BY subject, cluster, invariant_name, violation_key",
		unknown, COUNT(unknown), 0},
	[TRANSFER_GAP] = {"gap",
		"SELECT subject, cluster, began_at, ended_at"
		" FROM gaps"
		" ORDER BY subject, cluster, began_at",
		gaps, COUNT(gaps), 0},
	[TRANSFER_MUTE] = {"mute",
		"SELECT id, cluster, invariant, store, from_at, until_at, reason, actor,"
		" created_at, lifted_at"
		" FROM mutes" PAGE,
		mutes, COUNT(mutes), 1},
};
