/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "scrape/query_template.h"
#include "unit.h"

static const struct {
	const char *query, *match, *want;
} fills[] = {
	{"x{$match}", "", "x{}"},
	{"x{a=\"b\",$match}+y{$match}", "c=\"d\", ", "x{a=\"b\",c=\"d\"}+y{c=\"d\"}"},
	{"x{$matches}", "c=\"d\"", "x{$matches}"},
	{"x", "c=\"d\"", "x"},
	{"$", "", "$"},
	{"time() - $window_s", "", "time() - 300"},
	{"$window_sx $windo", "", "$window_sx $windo"},
	{"sum by ($instance) (rate(x{$match}[$window]))", "c=\"d\"",
		"sum by (pod) (rate(x{c=\"d\"}[5m]))"},
	{"label_replace(x[$window], \"a\", \"$1$instance\", \"b\", \"(.*)\")", "",
		"label_replace(x[5m], \"a\", \"$1pod\", \"b\", \"(.*)\")"},
	{"x{$match}", "c=\"$window\"", "x{c=\"$window\"}"},
	{"count_over_time(x[$heard]) > $heard_count", "", "count_over_time(x[30s]) > 22"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
		struct query_template t = {fills[i].match, "5m", "300", "pod", "30s", "22"};
		char *got = query_template_fill(fills[i].query, &t);

		CHECK_AS(strcmp(got, fills[i].want) == 0, fills[i].query);
		free(got);
	}
	return unit_done();
}
