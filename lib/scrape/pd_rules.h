/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_RULES_H
#define OP_PD_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct fault;
struct lenient_json;

/*
 * Placement rules, GET /pd/api/v1/config/rules (pkg/schedule/placement/rule.go
 * of PD): how many voters a region has, and where they are to be kept apart.
 */
struct pd_rules {
	uint64_t voters; /* in the key range that has the fewest; PD_UNKNOWN: not known */
	struct span *labels;
	size_t label_first, label_count; /* location_labels of the first rule of that range */
};

/*
 * Reads the answer's body: rules of the role learner aside, the counts of all
 * rules of a key range are added up; a rule that overrides takes the place of
 * those of its group and range that come before it. The texts are spans of the
 * body. An empty list leaves voters unknown. -1 with a sentence if it is no list
 * of rules, or too long a one.
 */
int pd_rules_read(struct pd_rules *r, struct lenient_json *body, struct fault *f);
void pd_rules_free(struct pd_rules *r);

#endif
