/* SPDX-License-Identifier: ISC */
#ifndef SIM_SERIES_H
#define SIM_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * The metrics of one simulated process: a table says which families there
 * are, a `struct series` holds their state. Counters and histograms grow at
 * a rate. Nothing runs in between: series_advance() brings them up to date.
 */

enum family_type { FAMILY_GAUGE, FAMILY_COUNTER, FAMILY_HISTOGRAM };

enum bounds { BOUNDS_NONE, BOUNDS_GRPC, BOUNDS_RAFT, BOUNDS_LAG, BOUNDS_SIZE, BOUNDS_ETCD };

/*
 * A row is one set of labels of a family. The rows of a family are adjacent,
 * and families are sorted by name. value is the value of a gauge, or the 99th
 * percentile of a histogram. rate is the growth of a counter, or the number of
 * observations of a histogram, per second.
 */
struct family {
	const char *name;
	const char *labels; /* sorted, without braces, or "" */
	const char *help;
	enum family_type type;
	enum bounds bounds;
	double value;
	double rate;
	bool traffic;	 /* its rate stops when the clients stop */
	bool first_used; /* absent until it has counted once, as labelled counters are */
};

struct series;

struct series *series_new(const struct family *table, int64_t now_ms);
void series_free(struct series *s);

/* The process restarts: all totals are 0. */
void series_restart(struct series *s, int64_t now_ms);

/* Brings the totals up to now_ms. If the process does not run, they stay as they are. */
void series_advance(struct series *s, int64_t now_ms, bool running);

/* The clock that now_ms comes from was set forward by step_ms. */
void series_shift(struct series *s, int64_t step_ms);

/* The disk hangs, or works again. While it hangs, nothing that needs it completes. */
void series_hang(struct series *s, bool hangs);

/* Sets the part of the clients' traffic that arrives: 1 is all. */
void series_traffic(struct series *s, double share);

/*
 * Sets the value or the rate of the rows named, `name` for all of a family or
 * `name{labels}` for one row, and makes them present. Returns how many rows
 * there were.
 */
int series_value(struct series *s, const char *what, double value);
int series_rate(struct series *s, const char *what, double rate);

/* As series_value(), but what is absent stays so. */
void series_refresh(struct series *s, const char *what, double value);

/* Leaves the rows out of the exposition, or puts them back. */
int series_absent(struct series *s, const char *what, bool absent);

/* Appends the exposition: as rust-prometheus prints it, or as Go does. */
void series_print(struct series *s, struct buf *out, bool go);

/* The number as either of the two prints it. */
void series_number(struct buf *out, double value, bool go);

extern const struct family tikv_families[];
extern const struct family pd_families[];

#endif
