/* SPDX-License-Identifier: ISC */
#include "scrape/label_matchers.h"

#include "unit.h"

static const char *const good[] = {"", " ", "a=\"b\"", "a=\"b\",", "a = \"b\" , c!='d'",
	"a=~\"x|y\",b!~`\\d`", "_a1=\"}\\\"{\"", "a=\"\""};
static const char *const bad[] = {"a", "a=b", "a=\"b", "a=\"b\"} or vector(1)", "{a=\"b\"}",
	"a==\"b\"", "1a=\"b\"", "a=\"b\" c=\"d\"", ",", "a=\"b\",,", "a=\"\\\"", "a=\"b\"#",
	"a=\"b\nc\"", "=\"b\""};
static const char *const good_names[] = {"pod", "_", "A1_b"};
static const char *const bad_names[] = {"", "1a", "a-b", "a b", "a\"", "a)", "\xc3\xa9"};

int
main(void)
{
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK_AS(label_matchers_ok(good[i]), good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_AS(!label_matchers_ok(bad[i]), bad[i]);
	for (size_t i = 0; i < sizeof good_names / sizeof *good_names; i++)
		CHECK_AS(label_matchers_name_ok(good_names[i]), good_names[i]);
	for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++)
		CHECK_AS(!label_matchers_name_ok(bad_names[i]), bad_names[i]);
	return unit_done();
}
