/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_MEMBERS_H
#define OP_PD_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "scrape/lenient_json.h"

struct fault;

/* A PD member as GET /pd/api/v1/members and /pd/api/v1/health show it. */
struct pd_member {
	uint64_t id;	     /* all 64 bits are used */
	struct span name;    /* at is NULL if it has none yet */
	struct span version; /* "v8.5.3" */
	size_t url_first, url_count;
	enum lenient_bool leader; /* unknown only if it is rebuilt */
	bool etcd_leader;
	bool rebuilt; /* from metrics: no etcd_leader; without a name the URLs are our own */
	enum lenient_bool health;
};

struct pd_members {
	uint64_t cluster_id;	/* 0: not in the answer */
	struct pd_member *list; /* sorted by id */
	size_t count, cap;
	struct span *urls; /* their client_urls */
	size_t url_count, url_cap;
};

/* Reads the body of /members, all but `health`. -1 with a sentence if it is not such a list. */
int pd_members_read(struct pd_members *m, struct lenient_json *body, struct fault *f);
void pd_members_free(struct pd_members *m);

struct pd_verdict {
	uint64_t id; /* of a member */
	enum lenient_bool health;
};

struct pd_health {
	struct pd_verdict *list;
	size_t count, cap;
};

/* Reads the body of /health. */
int pd_health_read(struct pd_health *h, struct lenient_json *body, struct fault *f);
void pd_health_free(struct pd_health *h);

/* Fills in `health` of the members that /health lists. */
void pd_members_judge(struct pd_members *m, const struct pd_health *h);

#endif
