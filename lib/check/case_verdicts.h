/* SPDX-License-Identifier: ISC */
#ifndef OP_CASE_VERDICTS_H
#define OP_CASE_VERDICTS_H

struct case_lines;
struct json_read;

/* Reads the records of a cycle of verdicts, one invariant's, into lines as a case file has them. */
void case_verdicts_read(struct json_read *j, const char *text, struct case_lines *lines);

#endif
