/* SPDX-License-Identifier: ISC */
#include "ticket/dialect.h"

const char dialect_mutes_add[] =
	"WITH next AS"
	" (UPDATE op_ids SET last_mute_id = last_mute_id + 1 RETURNING last_mute_id)"
	" INSERT INTO mutes (id, cluster, invariant, store, from_at, until_at, reason, actor,"
	" created_at)"
	" SELECT last_mute_id, $1, $2, $3, $4, $5, $6, $7, $8 FROM next"
	" RETURNING id";

const char dialect_ledger_add[] =
	"WITH next AS"
	" (UPDATE op_ids SET last_event_id = last_event_id + 1 RETURNING last_event_id)"
	" INSERT INTO ticket_events (id, ticket_id, at, event, actor, note, muted)"
	" SELECT last_event_id, id, $2, $3, $4, $5, muted FROM tickets, next WHERE id = $1";

const char dialect_ledger_last_id[] = "SELECT last_event_id FROM op_ids";
