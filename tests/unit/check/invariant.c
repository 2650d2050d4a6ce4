/* SPDX-License-Identifier: ISC */
#include "check/invariant.h"

#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "check/invariant_read.h"
#include "check/lint.h"
#include "unit.h"

static int
parse(struct invariant *v, const char *text, struct fault *f)
{
	struct lint lint = {.strict = true};
	int result = invariant_read(v, "dir/x.sql", "x", mem_copy(text), strlen(text), &lint);

	*f = lint.first;
	return result;
}

static void
test_header(void)
{
	struct invariant v;
	struct fault f;

	CHECK(!parse(&v,
		"-- SPDX-License-Identifier: ISC\n\n-- invariant: x\n--severity:critical\r\n"
		"-- grace: 1.5s\n-- flap: 2 in 1h\n-- param: a = -0.5\n-- param: b='x y'\n"
		"-- about: one\n--  two\n-- doc: http://a\n--   https://b\n-- "
		"link: https://h/?s=$store_id\n\nSELECT 1 -- about: not this\n",
		&f));
	CHECK(v.severity == SEVERITY_CRITICAL && v.grace_ms == 1500);
	CHECK(v.flap_count == 2 && v.flap_window_ms == 3600000);
	CHECK(!strcmp(v.about, "one two") && !strcmp(v.doc, "http://a https://b"));
	CHECK(v.param_count == 2 && v.params[0].type == PARAM_REAL &&
		v.params[1].type == PARAM_TEXT);
	CHECK(!strcmp(v.params[1].text, "x y"));
	CHECK(!strcmp(v.link, "https://h/?s=$store_id"));
	invariant_free(&v);
	CHECK(!parse(&v, "-- invariant: x\nSELECT 1", &f));
	CHECK(v.severity == SEVERITY_WARNING && !v.grace_ms && v.flap_count == 3);
	CHECK(v.flap_window_ms == 300000 && !*v.about && !*v.doc);
	invariant_free(&v);
}

static void
test_faults(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {{"", "dir/x.sql:1:1: the header has no"},
		{"-- invariant: y\n", "dir/x.sql:1:15: invariant \"y\""},
		{"-- invariant: x\n\n-- Grace: 1s\n",
			"dir/x.sql:3:4: unknown header key \"Grace\" (did you mean grace?)"},
		{"-- invariant: x\n-- invariant: x\n", "dir/x.sql:2:15: invariant is given twice"},
		{"-- invariant: x\n-- flap: in 5m\n", "dir/x.sql:2:10: flap"},
		{"-- invariant: x\n-- flap: 1.5 in 5m\n", "dir/x.sql:2:10: flap"},
		{"-- invariant: x\n-- severity:\n", "dir/x.sql:2:4: severity"},
		{"-- invariant: x\n-- severity = info\n",
			"dir/x.sql:2:4: severity is followed by ="},
		{"-- invariant: x\nSELECT 1\n-- grace: 1m\n", "dir/x.sql:3:4: grace"},
		{"-- invariant: x\n-- link: ftp://h\n", "dir/x.sql:2:10: a link must begin with"},
		{"-- invariant: x\n-- link: http://h/$id\n", "dir/x.sql:2:10: $id: a link can use"},
		{"-- invariant: x\n-- param: severity = 1\n", "dir/x.sql:2:11: param"}};
	struct invariant v;
	struct fault f;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_AS(parse(&v, cases[i].text, &f) && f.status == STATUS_CONFIG &&
				 !strncmp(f.text, cases[i].want, strlen(cases[i].want)),
			cases[i].want);
		invariant_free(&v);
	}
}

static int
set(struct invariant *v, const char *key, const char *value, struct fault *f)
{
	return invariant_set(v, span_of(key), span_of(value), f);
}

static void
test_set(void)
{
	struct invariant v;
	struct fault f;

	CHECK(!parse(&v, "-- invariant: x\n-- param: n = 100\n-- param: t = Up\n", &f));
	CHECK(!set(&v, "n", "99.5", &f) && v.params[0].type == PARAM_REAL);
	CHECK(!set(&v, "n", " 7 ", &f) && v.params[0].type == PARAM_INTEGER);
	CHECK(v.params[0].integer == 7);
	CHECK(set(&v, "n", "much", &f) && set(&v, "n", "", &f));
	CHECK(v.params[0].integer == 7);
	CHECK(!set(&v, "t", "7", &f) && v.params[1].type == PARAM_TEXT);
	CHECK(!strcmp(v.params[1].text, "7"));
	CHECK(!set(&v, "flap", "0 in 1s", &f) && v.flap_count == 0);
	CHECK(set(&v, "nope", "1", &f) && set(&v, "severity", "bad", &f));
	invariant_free(&v);
}

int
main(void)
{
	test_header();
	test_faults();
	test_set();
	return unit_done();
}
