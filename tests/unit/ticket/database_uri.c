/* SPDX-License-Identifier: ISC */
#include "ticket/database_uri.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "ticket/database.h"
#include "unit.h"

static const char *
uri_of(const char *name)
{
	return database_uri(&(struct database_target){.name = name, .timeout_ms = -1});
}

static void
test_uri(void)
{
	(void)unsetenv("OP_DB");
	CHECK(uri_of("postgres://") && uri_of("postgresql://h/db?x=y"));
	CHECK(!uri_of("tickets.db") && !uri_of("./postgresql://h") && !uri_of("postgresql:x"));
	CHECK(!uri_of("host=h dbname=db") && !uri_of("POSTGRES://h") && !uri_of(NULL));
	(void)setenv("OP_DB", "postgres://h", 1);
	CHECK(uri_of(NULL) && !uri_of("tickets.db"));
	(void)unsetenv("OP_DB");
}

static void
test_secrets(void)
{
	static const char *const bad[] = {
		"postgres://u:p@h/db",
		"postgres://u:@h/db",
		"postgresql://:p@/db",
		"postgresql://u:p%40q@h",
		"postgresql://h/db?password=p",
		"postgresql://h/db?password=",
		"postgresql://h/db?user=u&password=p&x=y",
		"postgresql://h/db?pass%77ord=p",
		"postgresql://h/db?%70%61%73%73%77%6F%72%64=p",
		"postgresql://h/db?sslpassword=p",
		"postgresql://?password=p",
		"postgres://u:p@h1,h2/db",
		"postgres://u:p/q@h/db",
		"postgres://u:5/q/r@h/db?sslmode=require",
	};
	static const char *const good[] = {
		"postgres://",
		"postgres://u@h:5432/db",
		"postgresql://h:1,i:2/db",
		"postgresql://[::1]:5432/db",
		"postgresql://u%3Av@h/db",
		"postgresql:///db?host=/run/postgresql&passfile=/x&service=op",
		"postgresql://h/password=p",
		"postgresql://h:1/db?host=/a@b",
		"postgresql://u@h:1/a@b",
		"postgresql://h/a@b",
	};
	struct fault f, first;

	/* one message for all of them: nothing of a URI is in it */
	CHECK(database_uri_check(bad[0], &first) == -1);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK(database_uri_check(bad[i], &f) && f.status == STATUS_USAGE &&
			strcmp(f.text, first.text) == 0);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CHECK(database_uri_check(good[i], &f) == 0);
}

static void
check_name(const char *uri, const char *name)
{
	char *got = database_uri_name(uri);

	CHECK(strcmp(got, name) == 0);
	free(got);
}

static void
test_name(void)
{
	check_name("postgres://u@h:1/db?sslkey=x", "postgresql://h:1/db");
	check_name("postgresql://", "postgresql://");
	check_name("postgresql:///db?host=/a@b", "postgresql:///db");
}

static void
test_local(void)
{
	CHECK(database_uri_is_local(NULL) && database_uri_is_local("") &&
		database_uri_is_local("/run/postgresql") && database_uri_is_local("@op"));
	CHECK(database_uri_is_local("localhost,127.0.0.1,::1,/tmp,"));
	CHECK(!database_uri_is_local("db") && !database_uri_is_local("localhost,db") &&
		!database_uri_is_local("10.0.0.1") && !database_uri_is_local("localhost.example"));
	CHECK(!database_uri_is_local("127.example") && !database_uri_is_local("127.0.0.1.example"));
}

int
main(void)
{
	test_uri();
	test_secrets();
	test_name();
	test_local();
	return unit_done();
}
