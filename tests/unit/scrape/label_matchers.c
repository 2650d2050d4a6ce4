/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "scrape/label_matchers.h"
#include "unit.h"

static const char *const good[] = {"", " ", "a=\"b\"", "a=\"b\",", "a = \"b\" , c!='d'",
	"a=~\"x|y\",b!~`\\d`", "_a1=\"}\\\"{\"", "a=\"\""};
static const char *const bad[] = {"a", "a=b", "a=\"b", "a=\"b\"} or vector(1)", "{a=\"b\"}",
	"a==\"b\"", "1a=\"b\"", "a=\"b\" c=\"d\"", ",", "a=\"b\",,", "a=\"\\\"", "a=\"b\"#",
	"a=\"b\nc\"", "=\"b\""};

static bool
puts_into(const char *query, const char *matchers, const char *want)
{
	char *got = label_matchers_put(query, matchers);
	bool same = strcmp(got, want) == 0;

	free(got);
	return same;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK_AS(label_matchers_ok(good[i]), good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_AS(!label_matchers_ok(bad[i]), bad[i]);
	CHECK(puts_into("x{$match}", "", "x{}"));
	CHECK(puts_into(
		"x{a=\"b\",$match}+y{$match}", "c=\"d\", ", "x{a=\"b\",c=\"d\"}+y{c=\"d\"}"));
	CHECK(puts_into("x{$matches}", "c=\"d\"", "x{$matches}"));
	CHECK(puts_into("x", "c=\"d\"", "x"));
	return unit_done();
}
