/* SPDX-License-Identifier: ISC */
#include "ticket/postgres.h"

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "ticket/database_uri.h"
#include "ticket/postgres_fault.h"

enum {
	QUEUE_MAX = 64, /* more than the statements of any script */
	SERVER_VERSION = 150000,
	/* types other than text, from pg_type.dat */
	TYPE_BOOL = 16,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_FLOAT8 = 701,
};

struct postgres {
	PGconn *conn;
	char *uri;
	char *name;
	int64_t timeout_ms;
	bool change;
	int64_t deadline_ns;
	bool fresh;		     /* connected, but not used yet */
	PGresult **queue[QUEUE_MAX]; /* where the answers go */
	size_t queued;
	PGresult *commit; /* the answer to a COMMIT, the last one queued */
	char state[6];
};

struct postgres *
postgres_new(const char *uri, const char *name, int64_t timeout_ms, bool change)
{
	struct postgres *p = mem_zero(1, sizeof *p);

	p->uri = mem_copy(uri);
	p->name = mem_copy(name);
	p->timeout_ms = timeout_ms;
	p->change = change;
	return p;
}

bool
postgres_connected(const struct postgres *p)
{
	return p->conn && PQstatus(p->conn) == CONNECTION_OK;
}

void
postgres_disconnect(struct postgres *p)
{
	PQfinish(p->conn);
	p->conn = NULL;
	p->queued = 0;
}

void
postgres_free(struct postgres *p)
{
	if (!p)
		return;
	postgres_disconnect(p);
	PQclear(p->commit);
	free(p->uri);
	free(p->name);
	free(p);
}

const char *
postgres_name(const struct postgres *p)
{
	return p->name;
}

const char *
postgres_state(const struct postgres *p)
{
	return p->state;
}

int64_t
postgres_left_ms(const struct postgres *p)
{
	int64_t left = (p->deadline_ns - clock_monotonic_ns()) / 1000000;

	return left > 0 ? left : 1;
}

/* Reports the failure of a result, or of the connection if result is NULL. */
static int
fail(struct postgres *p, const PGresult *result, struct fault *f)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	text_format(p->state, sizeof p->state, "%s", state ? state : "");
	return postgres_fault(f, p->name, p->state, words ? words : PQerrorMessage(p->conn));
}

static int
late(struct postgres *p, struct fault *f)
{
	char timeout[32];

	p->state[0] = '\0';
	return fault_set(f, STATUS_TRY_AGAIN, "%s: no answer within %s (--db-timeout)", p->name,
		duration_format(timeout, p->timeout_ms));
}

/* Waits until the socket can be read or, with write, written. -1 past the deadline. */
static int
wait_for(struct postgres *p, bool write, struct fault *f)
{
	struct pollfd fd = {.fd = PQsocket(p->conn), .events = POLLIN};
	int got;

	if (write)
		fd.events |= POLLOUT;
	do {
		int64_t left = (p->deadline_ns - clock_monotonic_ns() + 999999) / 1000000;

		if (left <= 0)
			return late(p, f);
		got = poll(&fd, 1, left < 60000 ? (int)left : 60000);
	} while (got == 0 || (got < 0 && errno == EINTR));
	return got < 0 ? fault_errno(f, STATUS_IO, errno, "%s: poll", p->name) : 0;
}

static int
wait_until_connected(struct postgres *p, struct fault *f)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	while (status != PGRES_POLLING_OK) {
		if (wait_for(p, status == PGRES_POLLING_WRITING, f))
			return -1;
		status = PQconnectPoll(p->conn);
		if (status != PGRES_POLLING_FAILED)
			continue;
		postgres_fault_code(PQerrorMessage(p->conn), p->state);
		return postgres_fault(f, p->name, p->state, PQerrorMessage(p->conn));
	}
	return 0;
}

static int
set_up(struct postgres *p, struct fault *f)
{
	if (PQserverVersion(p->conn) < SERVER_VERSION)
		return fault_set(f, STATUS_CONFIG,
			"%s: PostgreSQL %d is too old; 15 or newer is needed", p->name,
			PQserverVersion(p->conn) / 10000);
	PQsetErrorVerbosity(p->conn, PQERRORS_DEFAULT);
	if (PQsetnonblocking(p->conn, 1) || !PQenterPipelineMode(p->conn))
		return fail(p, NULL, f);
	p->fresh = true;
	return 0;
}

/* libpq's default prints the server's warnings on stderr. */
static void
ignore_notice(void *nothing, const char *text)
{
	(void)nothing;
	(void)text;
}

/* A keyword's value in the URI, else in the service that it names or the environment; or NULL. */
static const char *
setting(const PQconninfoOption *given, const PQconninfoOption *others, const char *keyword)
{
	for (; given && given->keyword; given++)
		if (strcmp(given->keyword, keyword) == 0 && given->val)
			return given->val;
	return others ? setting(others, NULL, keyword) : NULL;
}

/* A remote host must prove its identity, unless sslmode is set anywhere. */
static int
look_at_hosts(struct postgres *p, bool *several, struct fault *f)
{
	PQconninfoOption *given = PQconninfoParse(p->uri, NULL), *others;
	const char *service = setting(given, NULL, "service");
	const char *host, *address;

	if (!given) /* libpq's message would repeat the URI */
		return fault_set(f, STATUS_USAGE, "--db: not a valid PostgreSQL URI");
	if (service && setenv("PGSERVICE", service, 1))
		mem_exhausted();
	others = PQconndefaults();
	host = setting(given, others, "host");
	address = setting(given, others, "hostaddr");
	*several = (host && strchr(host, ',')) || (address && strchr(address, ','));
	/* the URI and the service override the environment */
	if ((!database_uri_is_local(host) || !database_uri_is_local(address)) &&
		setenv("PGSSLMODE", "verify-full", 0))
		mem_exhausted();
	PQconninfoFree(given);
	PQconninfoFree(others);
	return 0;
}

int
postgres_connect(struct postgres *p, struct fault *f)
{
	/* the URI (dbname) overrides the keys before it, but not those after it */
	static const char *const keys[] = {"fallback_application_name", "connect_timeout",
		"tcp_user_timeout", "gssencmode", "target_session_attrs", "dbname",
		"client_encoding", NULL};
	const char *values[] = {"op-ticket", "5", "10000", "disable", "any", p->uri, "UTF8", NULL};
	bool several = false;

	if (postgres_connected(p))
		return 0;
	postgres_disconnect(p);
	if (look_at_hosts(p, &several, f))
		return -1;
	if (several && p->change)
		values[4] = "read-write";
	p->deadline_ns = clock_monotonic_ns() + p->timeout_ms * 1000000;
	p->conn = PQconnectStartParams(keys, values, 1);
	if (!p->conn)
		mem_exhausted();
	(void)PQsetNoticeProcessor(p->conn, ignore_notice, NULL); /* returns the old one */
	PQsetErrorVerbosity(p->conn, PQERRORS_VERBOSE);		  /* for the SQLSTATE */
	if (PQstatus(p->conn) == CONNECTION_BAD)
		return postgres_fault(f, p->name, "", PQerrorMessage(p->conn));
	return wait_until_connected(p, f) || set_up(p, f) ? -1 : 0;
}

void
postgres_restart(struct postgres *p)
{
	if (!p->fresh)
		p->deadline_ns = clock_monotonic_ns() + p->timeout_ms * 1000000;
	p->fresh = false;
}

int
postgres_send(struct postgres *p, const char *sql, int count, const char *const *values,
	PGresult **answer, struct fault *f)
{
	if (postgres_connect(p, f))
		return -1;
	assert(p->queued < QUEUE_MAX);
	if (!PQsendQueryParams(p->conn, sql, count, NULL, values, NULL, NULL, 0))
		return fail(p, NULL, f);
	p->queue[p->queued++] = answer;
	return 0;
}

int
postgres_send_commit(struct postgres *p, struct fault *f)
{
	PQclear(p->commit);
	p->commit = NULL;
	return postgres_send(p, "COMMIT", 0, NULL, &p->commit, f);
}

static int
send_all(struct postgres *p, struct fault *f)
{
	int more = PQflush(p->conn);

	while (more > 0) {
		if (wait_for(p, true, f))
			return -1;
		if (!PQconsumeInput(p->conn))
			return 0; /* take_all() reports the reason */
		more = PQflush(p->conn);
	}
	return 0; /* likewise */
}

/* Sets *result, NULL after the last one of a statement. -1 past the deadline. */
static int
next_result(struct postgres *p, PGresult **result, struct fault *f)
{
	while (PQisBusy(p->conn)) {
		if (wait_for(p, false, f))
			return -1;
		if (!PQconsumeInput(p->conn))
			break; /* earlier results can still be read */
	}
	*result = PQgetResult(p->conn);
	return 0;
}

/* Takes the answer to a statement. 1 if it was not run because an earlier one failed. */
static int
take(struct postgres *p, PGresult **answer, struct fault *f)
{
	PGresult *end = NULL;
	ExecStatusType status;
	int result = 0;

	if (next_result(p, answer, f))
		return -1;
	status = *answer ? PQresultStatus(*answer) : PGRES_FATAL_ERROR;
	if (status == PGRES_PIPELINE_ABORTED)
		result = 1;
	else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		result = fail(p, *answer, f);
	if (*answer && PQstatus(p->conn) == CONNECTION_OK && next_result(p, &end, f))
		result = -1; /* a statement has one result */
	PQclear(end);
	return result;
}

/* Takes all answers. Sets *reached to how many were taken, the first failure included. */
static int
take_all(struct postgres *p, size_t *reached, struct fault *f)
{
	struct fault ignored;
	char state[sizeof p->state];
	int result = 0;

	*reached = 0;
	for (size_t i = 0; i < p->queued && p->conn; i++) {
		int got = take(p, p->queue[i], result ? &ignored : f);

		if (result == 0 && got < 0)
			memcpy(state, p->state, sizeof state);
		*reached += result == 0;
		result |= got < 0 ? -1 : 0;
		if (got < 0 && (!p->state[0] || PQstatus(p->conn) != CONNECTION_OK))
			break;
	}
	if (result)
		memcpy(p->state, state, sizeof state);
	return result;
}

/* The outcome of COMMIT: a fault if it failed, or if nobody knows. */
static int
judge_commit(struct postgres *p, bool answered, int result, struct fault *f)
{
	bool undone = strncmp(p->state, "40", 2) == 0 || strncmp(p->state, "23", 2) == 0;

	if (result == 0 && strcmp(PQcmdStatus(p->commit), "COMMIT") == 0)
		return 0;
	if (result == 0)
		return fault_set(
			f, STATUS_TRY_AGAIN, "%s: the transaction was rolled back", p->name);
	if (p->state[0] && (!answered || undone))
		return -1; /* nothing was committed */
	fault_prefix(f, "outcome unknown");
	f->status = STATUS_TRY_AGAIN;
	f->unknown = true;
	return -1;
}

int
postgres_flush(struct postgres *p, struct fault *f)
{
	size_t count = p->queued, reached = 0;
	bool commits = count && p->queue[count - 1] == &p->commit;
	PGresult *sync = NULL;
	int result;

	if (!count)
		return 0;
	p->fresh = false;
	p->state[0] = '\0';
	result = PQpipelineSync(p->conn) ? send_all(p, f) : fail(p, NULL, f);
	if (result == 0)
		result = take_all(p, &reached, f);
	p->queued = 0;
	/* takes the result of the sync, which came with the answers */
	if ((result == 0 || p->state[0]) && PQstatus(p->conn) == CONNECTION_OK &&
		next_result(p, &sync, f))
		result = -1;
	PQclear(sync);
	if (result && (!p->state[0] || PQstatus(p->conn) != CONNECTION_OK))
		postgres_disconnect(p);
	if (commits)
		result = judge_commit(p, reached == count, result, f);
	return result;
}

void
postgres_result_free(PGresult *r)
{
	PQclear(r);
}

int
postgres_row_count(const PGresult *r)
{
	return PQntuples(r);
}

int
postgres_column_count(const PGresult *r)
{
	return PQnfields(r);
}

int64_t
postgres_changed(PGresult *r)
{
	return strtoll(PQcmdTuples(r), NULL, 10); /* "" is 0 */
}

const char *
postgres_column_name(const PGresult *r, int column)
{
	return PQfname(r, column);
}

enum postgres_type
postgres_column_type(const PGresult *r, int column)
{
	switch (PQftype(r, column)) {
	case TYPE_BOOL:
		return POSTGRES_BOOL;
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
		return POSTGRES_INTEGER;
	case TYPE_FLOAT8:
		return POSTGRES_DOUBLE;
	default:
		return POSTGRES_TEXT;
	}
}

const char *
postgres_value(const PGresult *r, int row, int column, size_t *len)
{
	if (PQgetisnull(r, row, column))
		return NULL;
	if (len)
		*len = (size_t)PQgetlength(r, row, column);
	return PQgetvalue(r, row, column);
}
