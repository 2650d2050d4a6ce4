/* SPDX-License-Identifier: ISC */
#include "scrape/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "scrape/address.h"
#include "scrape/label_matchers.h"
#include "scrape/pd_record.h"
#include "scrape/period.h"
#include "scrape/query_template.h"
#include "scrape/secret.h"

enum { PD_MAX = 64 };

/* The flag's value, else the variable's, else the default; *name is the one used, for messages. */
static const char *
choose(const char *value, const char *flag, const char *variable, const char *otherwise,
	const char **name)
{
	const char *env = getenv(variable);

	*name = flag;
	if (value)
		return value;
	if (!env || !*env)
		return otherwise;
	*name = variable;
	return env;
}

static int
set_pd(struct config *s, const struct config_flags *flags, bool is_tikv, struct fault *f)
{
	const char *name;
	const char *list = choose(flags->pd, "--pd", "PD_ENDPOINT", "http://localhost:2379", &name);

	s->options.pd_kinds = is_tikv || (flags->pd && strcmp(flags->pd, "none") != 0);
	s->pd_metrics = s->options.pd_kinds && strcmp(list, "metrics") == 0;
	if (strcmp(list, "none") == 0 || s->pd_metrics || !s->options.pd_kinds)
		return 0;
	s->options.pd = mem_array(PD_MAX, sizeof *s->options.pd);
	for (struct span rest = span_of(list); rest.at;) {
		struct span item = span_trim(span_cut(&rest, ','));
		char *text, *url;

		if (!item.len)
			continue;
		text = mem_copy_n(item.at, item.len);
		url = address_base_url(text, f);
		free(text);
		if (!url)
			return fault_within(f, "%s", name);
		if (s->options.pd_count == PD_MAX) {
			free(url);
			return fault_set(f, STATUS_USAGE, "%s: more than %d URLs", name, PD_MAX);
		}
		s->options.pd[s->options.pd_count++] = url;
	}
	if (!s->options.pd_count)
		return fault_set(f, STATUS_USAGE, "%s: a URL is expected", name);
	return 0;
}

static int
set_prometheus(struct config *s, const struct config_flags *flags, struct fault *f)
{
	const char *name;
	const char *text = choose(flags->prometheus, "--prometheus", "PROMETHEUS_URL",
		"http://localhost:9090", &name);

	if (strcmp(text, "none") == 0)
		return 0;
	s->prometheus = address_base_url(text, f);
	if (!s->prometheus)
		return fault_within(f, "%s", name);
	s->options.prometheus = s->prometheus;
	return 0;
}

static bool
cluster_ok(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= 256 && utf8_check(name, len, utf8_is_unsafe) == len;
}

static int
set_rest(struct config *s, const struct config_flags *flags, struct fault *f)
{
	const char *name,
		*cluster = choose(flags->cluster, "--cluster", "OP_CLUSTER", "default", &name);
	const char *timeout = flags->timeout ? flags->timeout : flags->from ? "120s" : "10s";

	if (!cluster_ok(cluster))
		return fault_set(f, STATUS_USAGE, "%s: 1 to 256 bytes of text are expected", name);
	s->options.cluster = cluster;
	if (duration_parse(timeout, strlen(timeout), &s->options.timeout_ms) ||
		s->options.timeout_ms < 1 || s->options.timeout_ms > 3600000)
		return fault_set(f, STATUS_USAGE,
			"--timeout %s: a duration is expected, such as 500ms or 10s, at most 1h",
			timeout);
	s->options.overrides = flags->overrides;
	s->options.override_count = flags->override_count;
	return 0;
}

static int
set_window(struct config *s, const struct config_flags *flags, struct fault *f)
{
	const char *name, *text = choose(flags->window, "--window", "OP_WINDOW", "1m", &name);
	int64_t ms, s_count;

	if (duration_parse(text, strlen(text), &ms) || ms < 1000 || ms > 3600000 || ms % 1000)
		return fault_set(f, STATUS_USAGE,
			"%s %s: whole seconds from 1s to 1h are expected, such as 5m", name, text);
	s_count = ms / 1000;
	/* both fit; PromQL has no fractions */
	text_format(s->window_s, sizeof s->window_s, "%" PRId64, s_count);
	text_format(s->window, sizeof s->window, "%" PRId64 "%s",
		s_count % 60 ? s_count : s_count / 60, s_count % 60 ? "s" : "m");
	return 0;
}

static int
set_scrape_interval(struct config *s, const char *text, struct fault *f)
{
	int64_t ms;

	if (!text)
		return 0;
	if (duration_parse(text, strlen(text), &ms) || ms < 1000 || ms > 3600000 || ms % 1000)
		return fault_set(f, STATUS_USAGE,
			"--scrape-interval %s: whole seconds from 1s to 1h are expected, such as "
			"15s",
			text);
	if (!s->history && !s->pd_metrics)
		return fault_set(
			f, STATUS_USAGE, "--scrape-interval: needs --from or --pd metrics");
	s->past.interval_s = ms / 1000;
	return 0;
}

/* Sets up cycles of the past, or a cycle without PD's API. */
static int
set_past(struct config *s, const struct config_flags *flags, struct fault *f)
{
	struct period_flags times = {flags->from, flags->to, flags->step};
	struct period period = {0};
	int64_t now_ms = 0;

	s->history = flags->from != NULL;
	if (!s->history && (flags->to || flags->step))
		return fault_set(
			f, STATUS_USAGE, "%s: needs --from", flags->to ? "--to" : "--step");
	if (s->history && s->pd_metrics)
		return fault_set(f, STATUS_USAGE,
			"--pd metrics: not with --from, which takes PD's facts from its metrics "
			"anyway");
	if ((s->history || s->pd_metrics) && !s->prometheus)
		return fault_set(f, STATUS_USAGE, "--prometheus none: not with %s",
			s->history ? "--from" : "--pd metrics");
	if (s->history && (clock_stamp_ms(&now_ms, f) || period_read(&period, &times, now_ms, f)))
		return -1;
	s->past.from_ms = period.from_ms;
	s->past.to_ms = period.to_ms;
	s->past.step_ms = period.step_ms;
	s->past.timeout_ms = s->options.timeout_ms;
	s->past.collect = &s->options;
	s->past.subject = &s->subject;
	return set_scrape_interval(s, flags->scrape_interval, f);
}

/* Sets what fills the placeholders of metrics.tsv. */
static int
set_terms(struct config *s, const struct config_flags *flags, struct query_template *t,
	struct fault *f)
{
	const char *name;

	t->match = choose(flags->match, "--match", "OP_MATCH", "", &name);
	if (!label_matchers_ok(t->match))
		return fault_set(f, STATUS_USAGE,
			"%s %s: label matchers are expected, such as tidb_cluster=\"x\"", name,
			t->match);
	if (set_window(s, flags, f))
		return -1;
	t->window = s->window;
	t->window_s = s->window_s;
	t->instance = flags->instance_label ? flags->instance_label : "instance";
	if (!label_matchers_name_ok(t->instance))
		return fault_set(f, STATUS_USAGE,
			"--instance-label %s: the name of a label is expected, such as pod",
			t->instance);
	return 0;
}

static int
load_metrics(
	struct config *s, const struct config_flags *flags, const char *subject, struct fault *f)
{
	struct query_template terms = {0};

	if (set_terms(s, flags, &terms, f) || subject_find(&s->subject, subject, f) ||
		metrics_tsv_load(&s->metrics, METRICS_TSV_COLUMNS, &s->subject, &terms, f))
		return -1;
	for (size_t i = 0; s->options.pd_kinds && i < s->metrics.count; i++) {
		const struct metric *m = &s->metrics.list[i];

		if (pd_record_has(m->kind, m->column) && strcmp(m->column, PD_RECORD_COMPARED) != 0)
			return fault_set(f, STATUS_CONFIG,
				"%s: %s.%s is filled by PD, not by a query", m->file, m->kind,
				m->column);
	}
	if (!s->metrics.count)
		s->options.prometheus = NULL; /* it has nothing to fetch */
	if (!s->options.prometheus && (s->history || s->pd_metrics))
		return fault_set(f, STATUS_CONFIG, "%s: it has no column that Prometheus fills",
			s->subject.name);
	s->options.metrics = &s->metrics;
	s->past.terms = terms;
	s->options.subject = s->subject.name;
	return 0;
}

/* The path of a file that a flag names, or that is in the credentials' folder. */
static char *
file_of(const char *value, const char *name)
{
	return value ? secret_path(value) : secret_default(name);
}

static int
load_secret(char **secret, const char *value, const char *name, struct fault *f)
{
	char *path = file_of(value, name);

	if (path)
		*secret = secret_read(path, f);
	if (path && !*secret) {
		free(path);
		return -1;
	}
	free(path);
	return 0;
}

/* The certificate, key and authorities for one server. */
struct tls_files {
	char **cacert, **cert, **key; /* where the paths go */
	const char *names[3];	      /* in the credentials' folder, and as flags */
	const char *given[3];
	const char *flags;
};

static int
load_tls(const struct tls_files *t, struct http_identity *id, struct fault *f)
{
	char **paths[] = {t->cacert, t->cert, t->key};

	for (size_t i = 0; i < 3; i++)
		*paths[i] = file_of(t->given[i], t->names[i]);
	if (*t->key && !*t->cert)
		return fault_set(f, STATUS_USAGE, "--%s: needs --%s", t->names[2], t->names[1]);
	if ((*t->cacert && secret_readable(*t->cacert, f)) ||
		(*t->cert && secret_readable(*t->cert, f)))
		return -1;
	if (*t->cert && secret_check_key(*t->key ? *t->key : *t->cert, f))
		return -1;
	id->cacert = *t->cacert;
	id->cert = *t->cert;
	id->key = *t->key;
	id->cert_flags = t->flags;
	return 0;
}

static int
load_certificates(struct config *s, const struct config_flags *flags, struct fault *f)
{
	struct http_identity *pd = &s->options.pd_identity;
	struct http_identity *prometheus = &s->options.prometheus_identity;
	const struct tls_files of_pd = {&s->cacert, &s->cert, &s->key, {"cacert", "cert", "key"},
		{flags->cacert, flags->cert, flags->key}, "--cert, --key"};
	const struct tls_files of_prometheus = {&s->prometheus_cacert, &s->prometheus_cert,
		&s->prometheus_key, {"prometheus-cacert", "prometheus-cert", "prometheus-key"},
		{flags->prometheus_cacert, flags->prometheus_cert, flags->prometheus_key},
		"--prometheus-cert, --prometheus-key"};

	if (load_tls(&of_pd, pd, f) || load_tls(&of_prometheus, prometheus, f))
		return -1;
	if (!prometheus->cacert)
		prometheus->cacert = s->cacert;
	return 0;
}

static int
load_headers(struct header_file *h, const char *value, const char *name, struct http_identity *id,
	struct fault *f)
{
	char *path = file_of(value, name);
	int bad = path ? header_file_read(h, path, f) : 0;

	free(path);
	id->headers = h->list;
	id->header_count = h->count;
	return bad;
}

/* A name must not change the meaning of the URL that it is put into. */
static int
set_server_name(const char **out, const char *name, const char *flag, struct fault *f)
{
	struct address a = address_read(span_of(name));

	if (name && (!*name || a.port.at || a.family != ADDRESS_NAME ||
			    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789.-_") != strlen(name)))
		return fault_set(
			f, STATUS_USAGE, "%s %s: the name of a host is expected", flag, name);
	*out = name;
	return 0;
}

static int
set_proxy(const char **out, const char *url, const char *flag, struct fault *f)
{
	static const char *const schemes[] = {"http://", "https://", "socks5://", "socks5h://"};
	bool known = false;

	for (size_t i = 0; url && i < sizeof schemes / sizeof *schemes; i++)
		known |= strncmp(url, schemes[i], strlen(schemes[i])) == 0 &&
			 url[strlen(schemes[i])];
	if (url && strchr(url, '@'))
		return fault_set(
			f, STATUS_USAGE, "%s: a URL must not carry a user or password", flag);
	if (url && !known)
		return fault_set(f, STATUS_USAGE,
			"%s %.200s: a URL of http, https, socks5 or socks5h is expected", flag,
			url);
	*out = url;
	return 0;
}

int
config_identities(struct config *s, const struct config_flags *flags, struct fault *f)
{
	struct http_identity *pd = &s->options.pd_identity;
	struct http_identity *prometheus = &s->options.prometheus_identity;

	if (load_certificates(s, flags, f) ||
		load_headers(&s->headers, flags->header_file, "header", prometheus, f) ||
		load_headers(&s->pd_headers, flags->pd_header_file, "pd-header", pd, f) ||
		load_secret(&s->token, flags->token, "token", f) ||
		load_secret(&s->basic, flags->basic, "basic", f))
		return -1;
	if (s->basic && !strchr(s->basic, ':'))
		return fault_set(f, STATUS_CONFIG, "--basic-file: USER:PASSWORD is expected in it");
	if (header_file_count(&s->headers, "Authorization") + (s->token || s->basic) > 1 ||
		header_file_count(&s->pd_headers, "Authorization") > 1)
		return fault_set(f, STATUS_CONFIG,
			"more than one Authorization: of --header-file, --token-file and "
			"--basic-file, one may give it");
	if (s->cert || s->prometheus_cert || s->token || s->basic || s->headers.count ||
		s->pd_headers.count)
		secret_no_core();
	if (s->token)
		s->authorization = secret_bearer(s->token);
	else if (s->basic)
		s->authorization = secret_basic(s->basic);
	prometheus->authorization = s->authorization;
	prometheus->secret = s->token ? s->token : s->basic ? strchr(s->basic, ':') + 1 : NULL;
	return 0;
}

/* Sets what needs no file. */
static int
set_ways(struct config *s, const struct config_flags *flags, struct fault *f)
{
	struct http_identity *pd = &s->options.pd_identity;
	struct http_identity *prometheus = &s->options.prometheus_identity;
	const char *parallel = flags->parallel ? flags->parallel : "16";
	uint64_t width = 0;

	if (flags->token && flags->basic)
		return fault_set(
			f, STATUS_USAGE, "--token-file and --basic-file exclude each other");
	if (number_u64(parallel, strlen(parallel), 128, &width) || !width)
		return fault_set(f, STATUS_USAGE,
			"--parallel %s: a number from 1 to 128 is expected", parallel);
	s->options.parallel = (unsigned)width;
	if (set_server_name(
		    &prometheus->server_name, flags->tls_server_name, "--tls-server-name", f) ||
		set_server_name(
			&pd->server_name, flags->pd_tls_server_name, "--pd-tls-server-name", f) ||
		set_proxy(&prometheus->proxy, flags->proxy, "--proxy", f))
		return -1;
	return set_proxy(&pd->proxy, flags->pd_proxy, "--pd-proxy", f);
}

int
config_subject(struct config *s, const struct config_flags *flags, struct fault *f)
{
	const char *name,
		*subject = choose(flags->subject, "--subject", "OP_SUBJECT", "tikv", &name);

	*s = (struct config){0};
	if (set_pd(s, flags, strcmp(subject, "tikv") == 0, f) || set_prometheus(s, flags, f) ||
		set_rest(s, flags, f) || set_ways(s, flags, f) || set_past(s, flags, f))
		return -1;
	return load_metrics(s, flags, subject, f);
}

void
config_free(struct config *s)
{
	for (size_t i = 0; i < s->options.pd_count; i++)
		free(s->options.pd[i]);
	free(s->options.pd);
	free(s->prometheus);
	free(s->cacert);
	free(s->prometheus_cacert);
	free(s->prometheus_cert);
	free(s->prometheus_key);
	header_file_free(&s->headers);
	header_file_free(&s->pd_headers);
	free(s->cert);
	free(s->key);
	secret_free(s->token);
	secret_free(s->authorization);
	secret_free(s->basic);
	metrics_tsv_free(&s->metrics);
	subject_free(&s->subject);
}
