/* SPDX-License-Identifier: ISC */
#ifndef OP_HTTP_ERROR_H
#define OP_HTTP_ERROR_H

struct fault;
struct http_answer;
struct json_read;

/*
 * Refuses everything but a whole answer with status 200 that no cache has kept for more than 330 s.
 * -1, STATUS_UNAVAILABLE and what failed below HTTP, or "HTTP 500: " and the error in the body: a
 * JSON string, the "error", "msg" or "message" of a JSON object, or the first line of plain text;
 * never a page of HTML.
 */
int http_error_check(struct json_read *json, const struct http_answer *a, struct fault *f);

#endif
