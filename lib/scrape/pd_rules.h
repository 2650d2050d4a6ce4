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
 * of PD): how many voters a region has, and the labels that separate them.
 */
struct pd_rules {
	uint64_t voters; /* in the key range with the fewest, or PD_UNKNOWN */
	struct span *labels;
	size_t label_first, label_count; /* location_labels of the first rule of that range */
};

/*
 * Reads the answer's body. The counts of all rules of a key range are added up,
 * except for the role learner; a rule that overrides replaces earlier ones of its
 * group and range. The texts are spans of the body. An empty list leaves voters
 * unknown. -1 with a sentence if it is not a list of rules, or too long.
 */
int pd_rules_read(struct pd_rules *r, struct lenient_json *body, struct fault *f);
void pd_rules_free(struct pd_rules *r);

#endif
