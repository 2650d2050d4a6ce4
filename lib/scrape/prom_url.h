/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_URL_H
#define OP_PROM_URL_H

struct buf;

/*
 * What is added to every query: kin of Prometheus that ask several stores
 * answer with what they could get. VictoriaMetrics and Thanos are asked to fail
 * instead, each by its own parameter.
 */
#define PROM_URL_WHOLE "deny_partial_response=1&partial_response=false"

/* Adds text to a URL, with what is not unreserved (RFC 3986, section 2.3) escaped. */
void prom_url_escape(struct buf *url, const char *text);

#endif
