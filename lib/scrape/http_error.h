/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_ERROR_H
#define OP_HTTP_ERROR_H

struct fault;
struct http_answer;
struct json_read;

/*
 * Is it a whole answer with status 200, and no cache's from more than 330 s ago? Else -1,
 * STATUS_UNAVAILABLE and a sentence: what failed below HTTP, or "HTTP 500: " and what the body
 * says: a JSON string, the "error", "msg" or "message" of a JSON object, or the first line of plain
 * text; never a page of HTML.
 */
int http_error_check(struct json_read *json, const struct http_answer *a, struct fault *f);

#endif
