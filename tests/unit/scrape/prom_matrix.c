/* SPDX-License-Identifier: ISC */
#include "scrape/prom_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "scrape/lenient_json.h"
#include "unit.h"

static const struct prom_grid grid = {.first_ms = 100000, .step_ms = 30000, .count = 4};
static const char *const two[] = {"store", "address", NULL};

static struct intern *names;
static struct buf values, warnings;
static struct prom_matrix matrix;

static int
reads(const char *result, const char *const *labels)
{
	struct prom_matrix_form form = {labels, PROM_VECTOR_STORE};
	struct prom_vector_context context = {names, &values, &warnings, NULL};
	struct lenient_json body = {.json = json_read_open()};
	struct fault f = {0};
	struct buf text;
	int got;

	buf_init(&text, 1 << 20);
	buf_printf(&text,
		"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[%s]}}",
		result);
	body.text = text.data;
	body.len = text.len;
	prom_matrix_free(&matrix);
	got = prom_matrix_read(&matrix, &body, &grid, &form, &context, &f);
	if (got)
		CHECK(f.status == STATUS_UNAVAILABLE && f.text[0]);
	json_read_close(body.json);
	buf_free(&text);
	return got;
}

static bool
value_is(size_t series, size_t point, const char *text)
{
	uint32_t value = matrix.list[series].values[point];

	return text ? strcmp(prom_values_text(&values, value), text) == 0
		    : value == PROM_VALUE_NONE;
}

static bool
label_is(size_t series, size_t label, const char *text)
{
	uint32_t name = matrix.list[series].labels[label];

	return text ? name != INTERN_NONE && span_is(intern_text(names, name), text)
		    : name == INTERN_NONE;
}

static const char *const refused[] = {
	"{\"metric\":{},\"values\":[[115,\"1\"]]}",		/* not on the grid */
	"{\"metric\":{},\"values\":[[70,\"1\"]]}",		/* before it */
	"{\"metric\":{},\"values\":[[220,\"1\"]]}",		/* past it */
	"{\"metric\":{},\"values\":[[130,\"1\"],[100,\"1\"]]}", /* out of order */
	"{\"metric\":{},\"values\":[[100,\"1\"],[100,\"1\"]]}", /* twice */
	"{\"metric\":{},\"values\":[[100,1]]}",
	"{\"metric\":{},\"values\":[[\"100\",\"1\"]]}",
	"{\"metric\":{},\"values\":[[100,\"1\",2]]}",
	"{\"metric\":{},\"values\":[[100]]}",
	"{\"metric\":{},\"values\":[100]}",
	"{\"metric\":{},\"values\":[[100,\"one\"]]}",
	"{\"metric\":{},\"value\":[100,\"1\"]}",
	"{\"metric\":{},\"histograms\":[[100,{}]]}",
	"5",
};

int
main(void)
{
	struct prom_vector v;

	names = intern_open();
	prom_values_init(&values);
	buf_init(&warnings, 4096);
	CHECK(reads("", two) == 0 && matrix.count == 0);
	CHECK(reads("{\"metric\":{\"store\":\"4\",\"address\":\"a:1\",\"x\":\"y\"},"
		    "\"values\":[[100,\"1\"],[160,\"2.5\"],[190.000,\"NaN\"]]},"
		    "{\"values\":[[130,\"-0\"]],\"metric\":{\"address\":\"b\"}}",
		      two) == 0);
	CHECK(matrix.count == 2);
	CHECK(label_is(0, 0, "4") && label_is(0, 1, "a:1") && label_is(0, 2, NULL));
	CHECK(label_is(1, 0, NULL) && label_is(1, 1, "b"));
	CHECK(value_is(0, 0, "1") && value_is(0, 1, NULL) && value_is(0, 2, "2.5") &&
		value_is(0, 3, NULL));
	CHECK(value_is(1, 0, NULL) && value_is(1, 1, "0"));
	CHECK(!matrix.list[0].by_id);
	/* without label names: named as in instant vectors */
	CHECK(reads("{\"metric\":{\"instance\":\"a:1\",\"store_id\":\"7\"},\"values\":[[130,\"5\"]]"
		    "},"
		    "{\"metric\":{\"instance\":\"a:1\"},\"values\":[[100,\"6\"]]}",
		      NULL) == 0);
	CHECK(label_is(0, 0, "7") && matrix.list[0].by_id);
	CHECK(label_is(1, 0, "a:1") && !matrix.list[1].by_id);
	prom_matrix_at(&matrix, 1, &v);
	CHECK(v.count == 1 && v.list[0].by_id &&
		strcmp(prom_values_text(&values, v.list[0].value), "5") == 0);
	prom_vector_free(&v);
	prom_matrix_at(&matrix, 3, &v);
	CHECK(v.count == 0);
	prom_vector_free(&v);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		CHECK_AS(reads(refused[i], two) == -1, refused[i]);
	prom_matrix_free(&matrix);
	intern_close(names);
	buf_free(&values);
	buf_free(&warnings);
	return unit_done();
}
