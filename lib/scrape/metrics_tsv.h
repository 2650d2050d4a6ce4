/* SPDX-License-Identifier: ISC */
#ifndef OP_METRICS_TSV_H
#define OP_METRICS_TSV_H

#include <stdbool.h>
#include <stddef.h>

struct fault;
struct query_template;
struct subject;

/*
 * metrics.tsv: the columns that Prometheus fills, a line each of kind,
 * column and PromQL with tabs between them. Blank lines and lines that begin
 * with # are skipped.
 */
struct metric {
	char *kind;    /* [a-z][a-z0-9_]* */
	char *column;  /* the same */
	char *query;   /* its placeholders filled */
	char *file;    /* FILE:LINE of its definition */
	size_t folder; /* the subject's folder that it came from */
};

struct metrics_tsv {
	struct metric *list;
	size_t count;
	size_t cap;
	char *freshness;      /* FRESHNESS_QUERY, its placeholders filled */
	const char *instance; /* the label that names instances, from the terms */
};

enum metrics_tsv_file {
	METRICS_TSV_COLUMNS, /* metrics.tsv */
	METRICS_TSV_HISTORY, /* history.tsv: the kind of all lines is "history" (history_query.h) */
};

/*
 * Loads a subject's lines, if it has such a file: those of its last folder first, in the order of
 * the file. A line of an earlier folder replaces one of the same kind and column, or is added at
 * the end. terms fill the placeholders. -1 with STATUS_CONFIG and file:line for an invalid line, or
 * one that is repeated in a file.
 */
int metrics_tsv_load(struct metrics_tsv *m, enum metrics_tsv_file file, const struct subject *s,
	const struct query_template *terms, struct fault *f);
/* Whether list[i] is the first line of its kind, whose query lists the kind's records. */
bool metrics_tsv_is_first(const struct metrics_tsv *m, size_t i);

void metrics_tsv_free(struct metrics_tsv *m);

#endif
