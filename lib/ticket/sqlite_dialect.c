/* SPDX-License-Identifier: ISC */
#include "ticket/dialect.h"

const char dialect_mutes_add[] =
	"INSERT INTO mutes (cluster, invariant, store, from_at, until_at, reason, actor,"
	" created_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" RETURNING id";

const char dialect_ledger_add[] =
	"INSERT INTO ticket_events (ticket_id, at, event, actor, note, muted)"
	" SELECT id, $2, $3, $4, $5, muted FROM tickets WHERE id = $1";

const char dialect_ledger_last_id[] = "SELECT coalesce(max(seq), 0)"
				      " FROM sqlite_sequence"
				      " WHERE name = 'ticket_events'";
