/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "scrape/lenient_json.h"
#include "scrape/prom_vector.h"
#include "unit.h"

static struct prom_vector vector;
static struct intern *names;
static struct fault fault;
static struct buf values, warnings;
static const char *instance;

/* Reads an answer with these series as its "result". A text that has a "status" is the whole
 * answer. */
static int
reads(const char *result, enum prom_vector_labels labels)
{
	struct lenient_json body = {.json = json_read_open()};
	size_t size = strlen(result) + 100;
	int bad;

	prom_vector_free(&vector);
	intern_close(names);
	names = intern_open();
	buf_free(&warnings);
	buf_init(&warnings, 1000);
	buf_free(&values);
	prom_values_init(&values);
	body.text = mem_alloc(size);
	(void)snprintf(body.text, size,
		*result == '{' && strstr(result, "status")
			? "%s"
			: "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
			  "%s]}}",
		result);
	body.len = strlen(body.text);
	fault.text[0] = '\0';
	bad = prom_vector_read(&vector, &body, labels,
		&(struct prom_vector_context){names, &values, &warnings, instance}, &fault);
	free(body.text);
	json_read_close(body.json);
	return bad;
}

static bool
sample_is(size_t i, const char *name, bool by_id, const char *value)
{
	const struct prom_sample *s = &vector.list[i];
	bool named = name ? s->name != INTERN_NONE && span_is(intern_text(names, s->name), name)
			  : s->name == INTERN_NONE;

	if (i >= vector.count || !named || s->by_id != by_id)
		return false;
	return value ? strcmp(prom_values_text(&values, s->value), value) == 0
		     : s->value == PROM_VALUE_NONE;
}

static void
check_samples(void)
{
	CHECK(reads("", PROM_VECTOR_INSTANCE) == 0 && vector.count == 0);
	CHECK(reads("{\"metric\":{\"instance\":\"a:1\"},\"value\":[1.5,\"2.5\"]}",
		      PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, "a:1", false, "2.5"));
	CHECK(reads("{\"value\":[1,\"1e+06\"],\"metric\":{}}", PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, NULL, false, "1e+06"));
	CHECK(reads("{\"metric\":{},\"value\":[1,\"NaN\"]},{\"metric\":{},\"value\":[1,\"+Inf\"]}",
		      PROM_VECTOR_NOTHING) == 0 &&
		sample_is(0, NULL, false, NULL) && sample_is(1, NULL, false, NULL));
	CHECK(reads("{\"metric\":{\"store\":\"3\",\"instance\":\"a\",\"store_id\":\"4\"},\"value\":"
		    "[1,\"0\"]}",
		      PROM_VECTOR_STORE) == 0 &&
		sample_is(0, "4", true, "0"));
	CHECK(reads("{\"metric\":{\"store\":\"3\",\"instance\":\"a\"},\"value\":[1,\"0\"]}",
		      PROM_VECTOR_STORE) == 0 &&
		sample_is(0, "3", true, "0"));
	CHECK(reads("{\"metric\":{\"store\":\"3\",\"instance\":\"a\"},\"value\":[1,\"0\"]}",
		      PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, "a", false, "0"));
	CHECK(reads("{\"metric\":{\"id\":\"x\",\"instance\":\"a\"},\"value\":[1,\"0\"]}",
		      PROM_VECTOR_ID) == 0 &&
		sample_is(0, "x", true, "0"));
	CHECK(reads("{\"metric\":{\"id\":\"x\",\"instance\":\"a\"},\"value\":[1,\"0\"]}",
		      PROM_VECTOR_NOTHING) == 0 &&
		sample_is(0, NULL, false, "0"));
	CHECK(reads("{\"metric\":{\"instance\":\"\\u00e9\\n\"},\"value\":[1,\"0\"]}",
		      PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, "\xc3\xa9\n", false, "0"));
	CHECK(reads("{\"metric\":{},\"value\":[1,\"-0\"]}", PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, NULL, false, "0"));
	CHECK(reads("{\"metric\":{},\"value\":[1,\"1000000000000000000000000000000000000000\"]}",
		      PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, NULL, false, "1e+39"));
	instance = "pod";
	CHECK(reads("{\"metric\":{\"instance\":\"a:1\",\"pod\":\"b\"},\"value\":[1,\"0\"]}",
		      PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, "b", false, "0"));
	instance = NULL;
}

static void
check_answers(void)
{
	/* members in any order */
	CHECK(reads("{\"data\":{\"result\":[{\"metric\":{},\"value\":[1,\"5\"]}],\"x\":1,"
		    "\"resultType\":\"vector\"},"
		    "\"warnings\":[\"PromQL info: w\",1,\"PromQL warning: v\"],"
		    "\"isPartial\":false,\"status\":\"success\"}",
		      PROM_VECTOR_INSTANCE) == 0 &&
		sample_is(0, NULL, false, "5") &&
		strcmp(warnings.data, "PromQL info: w\nPromQL warning: v\n") == 0);
	/* partial answers are refused */
	CHECK(reads("{\"data\":{\"result\":[{\"metric\":{},\"value\":[1,\"5\"]}],"
		    "\"resultType\":\"vector\"},\"status\":\"success\",\"isPartial\":true}",
		      PROM_VECTOR_INSTANCE) == -1);
	CHECK(reads("{\"data\":{\"result\":[{\"metric\":{},\"value\":[1,\"5\"]}],"
		    "\"resultType\":\"vector\"},\"status\":\"success\","
		    "\"warnings\":[\"PromQL info: w\",\"a store is down\"]}",
		      PROM_VECTOR_INSTANCE) == -1);
}

/* Series in plain form. check_plain() also reads each with a member that makes it not plain. */
static const char *const plain[] = {
	"\"instance\":\"a:1\"},\"value\":[1.5,\"2.5\"]}",
	"},\"value\":[1,\"-0\"]}",
	"\"store\":\"3\",\"instance\":\"a\",\"store_id\":\"4\"},\"value\":[1,\"NaN\"]}",
	("\"instance\":\"a\",\"store\":\"\"},\"value\":[1,\"+Inf\"]},"
	 "{\"metric\":{},\"value\":[1e3,\"1e-7\"]}"),
	"\"instance\":\"a\"} , \"value\" : [ 1 , \"12345678901234567890123456789012345\" ] }",
	"\"instance\":\"a\"},\"value\":[1,\"x\"]}",
	"\"instance\":\"a\"},\"value\":[1,\"\"]}",
	"\"instance\":\"a\n\"},\"value\":[1,\"1\"]}",
	"\"instance\":\"a\x7f\"},\"value\":[1,\"1\"]}",
	"\"instance\":\"a\",\"instance\":\"b\"},\"value\":[1,\"1\"]}",
	"\"instance\":\"a\"},\"value\":[1,\"1\"]},",
	"\"instance\":\"a\"},\"value\":[01,\"1\"]}",
	"\"instance\":\"a\"},\"value\":[1,\"1\"]}]}} x",
};

static void
check_plain(const char *text)
{
	char with[300];
	struct prom_vector first;
	char name[64] = "", value[64] = "";
	int bad;
	bool same = true;

	(void)snprintf(with, sizeof with, "{\"metric\":{%s", text);
	bad = reads(with, PROM_VECTOR_STORE);
	first = vector;
	vector = (struct prom_vector){0};
	if (first.count && first.list[0].name != INTERN_NONE)
		(void)snprintf(name, sizeof name, "%.*s",
			(int)intern_text(names, first.list[0].name).len,
			intern_text(names, first.list[0].name).at);
	if (first.count)
		(void)snprintf(
			value, sizeof value, "%s", prom_values_text(&values, first.list[0].value));
	(void)snprintf(with, sizeof with, "{\"x\":1,\"metric\":{%s", text);
	same &= reads(with, PROM_VECTOR_STORE) == bad && vector.count == first.count;
	same &= !first.count ||
		sample_is(0, *name ? name : NULL, first.list[0].by_id, *value ? value : NULL);
	CHECK_AS(same, text);
	prom_vector_free(&first);
}

static const char *const bad[] = {
	"1",
	"{}",
	"{\"metric\":{}}",
	"{\"metric\":{},\"value\":1}",
	"{\"metric\":{},\"value\":[]}",
	"{\"metric\":{},\"value\":[1]}",
	"{\"metric\":{},\"value\":[1,2]}",
	"{\"metric\":{},\"value\":[1,\"2\",3]}",
	"{\"metric\":{},\"value\":[1,\"\"]}",
	"{\"metric\":{},\"value\":[1,\"inf\"]}",
	"{\"metric\":{},\"value\":[1,\"0x1p3\"]}",
	"{\"metric\":{},\"value\":[\"1\",\"2\"]}",
	"{\"metric\":{},\"value\":[1,[\"2\"]]}",
	"{\"metric\":{},\"histogram\":[1,{}]}",
	"{\"metric\":{},\"value\":[1,\"2\"]",
	"{\"status\":\"success\"}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\"}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}",
	"{\"status\":\"success\",\"data\":{\"result\":[]}}",
	"{\"status\":\"error\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
	"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}} x",
};

int
main(void)
{
	check_samples();
	check_answers();
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		check_plain(plain[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_AS(
			reads(bad[i], PROM_VECTOR_INSTANCE) == -1 && fault.text[0] && !vector.count,
			bad[i]);
	prom_vector_free(&vector);
	intern_close(names);
	buf_free(&warnings);
	buf_free(&values);
	return unit_done();
}
