/* SPDX-License-Identifier: ISC */
#include "scrape/http_date.h"

#include "unit.h"

int
main(void)
{
	CHECK(http_date_ms("Sun, 06 Nov 1994 08:49:37 GMT") == INT64_C(784111777000));
	CHECK(http_date_ms("Thu, 26 Nov 2026 14:00:00 GMT") == INT64_C(1795701600000));
	CHECK(http_date_ms("") == -1);
	CHECK(http_date_ms("soon") == -1);
	CHECK(http_date_ms("Sun, 06 Nov 1994 08:49:37 GMT x") == -1);
	CHECK(http_date_ms("Sun, 06 Nov 1894 08:49:37 GMT") == -1);
	CHECK(http_date_seconds_ms("331", 0) == 331000);
	CHECK(http_date_seconds_ms("", 7) == 7);
	CHECK(http_date_seconds_ms("-1", 7) == 7);
	CHECK(http_date_seconds_ms("1.5", 7) == 7);
	CHECK(http_date_seconds_ms("99999999999", 7) == 7);
	CHECK(http_date_retry_ms("", 0) == -1);
	CHECK(http_date_retry_ms("0", 0) == 0);
	CHECK(http_date_retry_ms("2", 0) == 2000);
	CHECK(http_date_retry_ms("Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111770000)) == 7000);
	CHECK(http_date_retry_ms("Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111790000)) == 0);
	CHECK(http_date_retry_ms("Sun, 06 Nov 1994 08:49:37 GMT", -1) == 0);
	CHECK(http_date_retry_ms("later", 0) == -1);
	return unit_done();
}
