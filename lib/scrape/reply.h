/* SPDX-License-Identifier: ISC */
#ifndef OP_REPLY_H
#define OP_REPLY_H

struct fault;
struct http_answer;
struct json_read;

/*
 * Is it a whole answer with status 200? Else -1, STATUS_UNAVAILABLE and a
 * sentence: what failed below HTTP, or "HTTP 500: " and what the body says:
 * a JSON string, the "error", "msg" or "message" of a JSON object, or the
 * first line of plain text; never a page of HTML.
 */
int reply_check(struct json_read *json, const struct http_answer *a, struct fault *f);

#endif
