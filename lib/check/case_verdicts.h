/* SPDX-License-Identifier: ISC */
#ifndef OP_CASE_VERDICTS_H
#define OP_CASE_VERDICTS_H

struct case_lines;
struct json_read;

/* Reads a cycle's verdicts on one invariant into lines like those of a case file. */
void case_verdicts_read(struct json_read *j, const char *text, struct case_lines *lines);

#endif
