/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_TEMPLATE_H
#define OP_QUERY_TEMPLATE_H

/* The texts that replace the placeholders of a query in metrics.tsv and history.tsv. */
struct query_template {
	const char *match;	 /* $match: label matchers, see label_matchers.h; may be empty */
	const char *window;	 /* $window: a duration of PromQL, "1m" */
	const char *window_s;	 /* $window_s: the same in seconds, "60" */
	const char *instance;	 /* $instance: the label that names an instance */
	const char *heard;	 /* $heard: a duration of PromQL, in history.tsv; NULL: none */
	const char *heard_count; /* $heard_count: how many samples of a series it holds at least */
};

/*
 * The query with its placeholders replaced. $ before any other word is kept, because
 * label_replace() has its own. The caller's to free().
 */
char *query_template_fill(const char *query, const struct query_template *t);

#endif
