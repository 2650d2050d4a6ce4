/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_URL_H
#define OP_PROM_URL_H

struct buf;

/*
 * Added to every query: VictoriaMetrics and Thanos would answer with the data of
 * those of their stores that they reach. These parameters make them fail.
 */
#define PROM_URL_WHOLE "deny_partial_response=1&partial_response=false"

/* Adds text to a URL; all but unreserved characters (RFC 3986, section 2.3) are escaped. */
void prom_url_escape(struct buf *url, const char *text);

#endif
