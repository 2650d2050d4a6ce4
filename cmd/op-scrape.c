/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "cli.h"
#include "cycle.h"
#include "duration.h"
#include "fault.h"
#include "matchers.h"
#include "mem.h"
#include "metrics.h"
#include "number.h"
#include "observe.h"
#include "pd_record.h"
#include "records.h"
#include "secret.h"
#include "subject.h"
#include "utf8.h"

static const char help[] =
	"usage: op-scrape [-s SUBJECT] [--pd URL[,URL...]] [--prometheus URL] [--cluster NAME]\n"
	"                 [--timeout 10s] [--match MATCHERS] [--instance STORE=INSTANCE]...\n"
	"                 [--cacert F] [--cert F] [--key F] [--token-file F | --basic-file F]\n"
	"       op-scrape --list | -h | -V\n"
	"\n"
	"Looks once at a cluster through PD and Prometheus and writes one cycle of\n"
	"observations to stdout, for op-check.\n"
	"\n"
	"  -s, --subject NAME    what to look at (OP_SUBJECT; tikv)\n"
	"      --pd URL,...      PD's members, tried in order; none: not asked\n"
	"                        (PD_ENDPOINT; http://localhost:2379). Subjects other\n"
	"                        than tikv ask PD only where this flag is given\n"
	"      --prometheus URL  none: not asked (PROMETHEUS_URL; http://localhost:9090)\n"
	"      --cluster NAME    the cluster's name in the cycle (OP_CLUSTER; default)\n"
	"      --timeout TIME    for everything together (10s)\n"
	"      --match MATCHERS  label matchers for every query: tidb_cluster=\"x\" (OP_MATCH)\n"
	"      --instance S=I    store S is instance I in Prometheus, whatever its address\n"
	"      --cacert FILE     trust these CAs, and no others, of PD and Prometheus\n"
	"      --cert FILE       client certificate, for PD alone\n"
	"      --key FILE        its key (in FILE of --cert)\n"
	"      --token-file FILE bearer token, for Prometheus alone\n"
	"      --basic-file FILE USER:PASSWORD, for Prometheus alone\n"
	"      --list            the columns that Prometheus fills, with their PromQL\n"
	"  -h, --help            this text\n"
	"  -V, --version         version\n"
	"\n"
	"Files of secrets must not be readable by others. Where the flag is not given,\n"
	"cacert, cert, key, token and basic are looked for in $CREDENTIALS_DIRECTORY.\n"
	"\n"
	"Exit status: 0 done; 69 a source failed or gave an incomplete list, and the\n"
	"cycle says so; 64 usage; 74 write failed; 77 a secret that others can read;\n"
	"78 a bad subject.\n";

enum {
	FLAG_PD = 256,
	FLAG_PROMETHEUS,
	FLAG_CLUSTER,
	FLAG_TIMEOUT,
	FLAG_MATCH,
	FLAG_INSTANCE,
	FLAG_CACERT,
	FLAG_CERT,
	FLAG_KEY,
	FLAG_TOKEN,
	FLAG_BASIC,
	FLAG_LIST,
};

static const struct option flags[] = {
	{"subject", required_argument, NULL, 's'},
	{"pd", required_argument, NULL, FLAG_PD},
	{"prometheus", required_argument, NULL, FLAG_PROMETHEUS},
	{"cluster", required_argument, NULL, FLAG_CLUSTER},
	{"timeout", required_argument, NULL, FLAG_TIMEOUT},
	{"match", required_argument, NULL, FLAG_MATCH},
	{"instance", required_argument, NULL, FLAG_INSTANCE},
	{"cacert", required_argument, NULL, FLAG_CACERT},
	{"cert", required_argument, NULL, FLAG_CERT},
	{"key", required_argument, NULL, FLAG_KEY},
	{"token-file", required_argument, NULL, FLAG_TOKEN},
	{"basic-file", required_argument, NULL, FLAG_BASIC},
	{"list", no_argument, NULL, FLAG_LIST},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* What the flags and the environment say, before it is looked at. */
struct settings {
	const char *subject, *pd, *prometheus, *cluster, *timeout, *match;
	const char *cacert, *cert, *key, *token, *basic;
	struct observe_override *overrides;
	size_t override_count;
	bool list, help, version;
};

/* What it comes to. */
struct run {
	struct subject subject;
	struct metrics metrics;
	struct observe_options options;
	char *prometheus;
	char *cacert, *cert, *key, *bearer, *basic;
};

static int
add_override(struct settings *s, const char *text)
{
	const char *equals = strchr(text, '=');
	struct observe_override o;

	if (!equals || !equals[1] ||
		number_u64(text, (size_t)(equals - text), UINT64_MAX, &o.store))
		return cli_usage(
			"--instance %s: STORE=INSTANCE is expected, STORE a store's id", text);
	o.instance = equals + 1;
	for (size_t i = 0; i < s->override_count; i++)
		if (s->overrides[i].store == o.store)
			return cli_usage("--instance %s: given twice for that store", text);
	s->overrides = mem_resize(s->overrides, s->override_count + 1, sizeof o);
	s->overrides[s->override_count++] = o;
	return 0;
}

static int
take_flag(struct settings *s, int flag, const char *value)
{
	const char **texts[] = {
		[FLAG_PD - FLAG_PD] = &s->pd,
		[FLAG_PROMETHEUS - FLAG_PD] = &s->prometheus,
		[FLAG_CLUSTER - FLAG_PD] = &s->cluster,
		[FLAG_TIMEOUT - FLAG_PD] = &s->timeout,
		[FLAG_MATCH - FLAG_PD] = &s->match,
		[FLAG_CACERT - FLAG_PD] = &s->cacert,
		[FLAG_CERT - FLAG_PD] = &s->cert,
		[FLAG_KEY - FLAG_PD] = &s->key,
		[FLAG_TOKEN - FLAG_PD] = &s->token,
		[FLAG_BASIC - FLAG_PD] = &s->basic,
	};

	switch (flag) {
	case '?':
		return STATUS_USAGE;
	case 's':
		s->subject = value;
		return 0;
	case FLAG_INSTANCE:
		return add_override(s, value);
	case FLAG_LIST:
		s->list = true;
		return 0;
	case 'h':
		s->help = true;
		return 0;
	case 'V':
		s->version = true;
		return 0;
	default:
		*texts[flag - FLAG_PD] = value;
		return 0;
	}
}

static int
take_flags(struct settings *s, int argc, char **argv)
{
	int flag;

	while ((flag = cli_option(argc, argv, "+:s:hV", flags)) != -1) {
		int status = take_flag(s, flag, optarg);

		if (status)
			return status;
		if (s->help || s->version)
			return 0;
	}
	if (optind < argc)
		return cli_usage("%s: no operand is expected", argv[optind]);
	return 0;
}

/* The flag's value, else the variable's, else the default; *name says which for messages. */
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
set_pd(struct run *r, const struct settings *s, bool is_tikv, struct fault *f)
{
	const char *name;
	const char *list = choose(s->pd, "--pd", "PD_ENDPOINT", "http://localhost:2379", &name);

	r->options.pd_kinds = is_tikv || (s->pd && strcmp(s->pd, "none") != 0);
	if (strcmp(list, "none") == 0 || !r->options.pd_kinds)
		return 0;
	while (*list) {
		size_t len = strcspn(list, ",");
		char *text = mem_copy_n(list, len);
		char *url = address_base_url(text, f);

		free(text);
		list += len + (list[len] == ',');
		if (!url)
			return fault_within(f, "%s", name);
		if (r->options.pd_count == 64) {
			free(url);
			return fault_set(f, STATUS_USAGE, "%s: more than 64 URLs", name);
		}
		r->options.pd = mem_resize(r->options.pd, r->options.pd_count + 1, sizeof url);
		r->options.pd[r->options.pd_count++] = url;
	}
	if (!r->options.pd_count)
		return fault_set(f, STATUS_USAGE, "%s: a URL is expected", name);
	return 0;
}

static int
set_prometheus(struct run *r, const struct settings *s, struct fault *f)
{
	const char *name;
	const char *text = choose(
		s->prometheus, "--prometheus", "PROMETHEUS_URL", "http://localhost:9090", &name);

	if (strcmp(text, "none") == 0)
		return 0;
	r->prometheus = address_base_url(text, f);
	if (!r->prometheus)
		return fault_within(f, "%s", name);
	r->options.prometheus = r->prometheus;
	return 0;
}

static bool
cluster_ok(const char *name)
{
	size_t len = strlen(name);
	uint32_t code;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_decode(name + i, len - i, &code);
		if (!n || utf8_is_unsafe(code))
			return false;
	}
	return len > 0 && len <= 256;
}

static int
set_rest(struct run *r, const struct settings *s, struct fault *f)
{
	const char *name,
		*cluster = choose(s->cluster, "--cluster", "OP_CLUSTER", "default", &name);
	const char *timeout = s->timeout ? s->timeout : "10s";

	if (!cluster_ok(cluster))
		return fault_set(f, STATUS_USAGE, "%s: 1 to 256 bytes of text are expected", name);
	r->options.cluster = cluster;
	if (duration_parse(timeout, strlen(timeout), &r->options.timeout_ms) ||
		r->options.timeout_ms < 1 || r->options.timeout_ms > 3600000)
		return fault_set(f, STATUS_USAGE,
			"--timeout %s: a duration is expected, such as 500ms or 10s, at most 1h",
			timeout);
	r->options.overrides = s->overrides;
	r->options.override_count = s->override_count;
	return 0;
}

static int
load_metrics(struct run *r, const struct settings *s, const char *subject, struct fault *f)
{
	const char *name, *match = choose(s->match, "--match", "OP_MATCH", "", &name);

	if (!matchers_ok(match))
		return fault_set(f, STATUS_USAGE,
			"%s %s: label matchers are expected, such as tidb_cluster=\"x\"", name,
			match);
	if (subject_find(&r->subject, subject, f) ||
		metrics_load(&r->metrics, &r->subject, match, f))
		return -1;
	for (size_t i = 0; r->options.pd_kinds && i < r->metrics.count; i++) {
		const struct metric *m = &r->metrics.list[i];

		if (pd_record_has(m->kind, m->column) && strcmp(m->column, PD_RECORD_COMPARED) != 0)
			return fault_set(f, STATUS_CONFIG, "%s: %s.%s is what PD fills", m->file,
				m->kind, m->column);
	}
	if (!r->metrics.count)
		r->options.prometheus = NULL; /* there is nothing to ask it */
	r->options.metrics = &r->metrics;
	r->options.subject = r->subject.name;
	return 0;
}

/* The path of a file that a flag names, or that stands in the credentials' folder. */
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

static int
set_identities(struct run *r, const struct settings *s, struct fault *f)
{
	struct http_identity *pd = &r->options.pd_identity;
	struct http_identity *prometheus = &r->options.prometheus_identity;

	if (s->token && s->basic)
		return fault_set(
			f, STATUS_USAGE, "--token-file and --basic-file: one of them is enough");
	r->cacert = file_of(s->cacert, "cacert");
	r->cert = file_of(s->cert, "cert");
	r->key = file_of(s->key, "key");
	if (r->key && !r->cert)
		return fault_set(f, STATUS_USAGE, "--key: of no use without --cert");
	if ((r->cacert && secret_readable(r->cacert, f)) ||
		(r->cert && secret_readable(r->cert, f)))
		return -1;
	if (r->cert && secret_check(r->key ? r->key : r->cert, f))
		return -1;
	if (load_secret(&r->bearer, s->token, "token", f) ||
		load_secret(&r->basic, s->basic, "basic", f))
		return -1;
	if (r->basic && !strchr(r->basic, ':'))
		return fault_set(f, STATUS_CONFIG, "--basic-file: USER:PASSWORD is expected in it");
	if (r->cert || r->bearer || r->basic)
		secret_no_core();
	*pd = (struct http_identity){.cacert = r->cacert, .cert = r->cert, .key = r->key};
	*prometheus = (struct http_identity){
		.cacert = r->cacert, .bearer = r->bearer, .basic = r->basic};
	return 0;
}

static int
prepare(struct run *r, const struct settings *s, struct fault *f)
{
	const char *name, *subject = choose(s->subject, "--subject", "OP_SUBJECT", "tikv", &name);

	if (set_pd(r, s, strcmp(subject, "tikv") == 0, f) || set_prometheus(r, s, f) ||
		set_rest(r, s, f) || load_metrics(r, s, subject, f))
		return -1;
	return s->list ? 0 : set_identities(r, s, f);
}

static void
run_free(struct run *r)
{
	for (size_t i = 0; i < r->options.pd_count; i++)
		free(r->options.pd[i]);
	free(r->options.pd);
	free(r->prometheus);
	free(r->cacert);
	free(r->cert);
	free(r->key);
	secret_free(r->bearer);
	secret_free(r->basic);
	metrics_free(&r->metrics);
	subject_free(&r->subject);
}

static void
list_columns(const struct metrics *m)
{
	bool people = isatty(STDOUT_FILENO);
	struct buf line;
	struct jsonw w;
	size_t width = 0;

	for (size_t i = 0; i < m->count; i++)
		if (strlen(m->list[i].column) > width)
			width = strlen(m->list[i].column);
	buf_init(&line, 2 << 20);
	for (size_t i = 0; i < m->count; i++) {
		const struct metric *c = &m->list[i];

		buf_clear(&line);
		jsonw_init(&w, &line);
		if (people) {
			(void)buf_printf(
				&line, "%-8s %-*s %s", c->kind, (int)width, c->column, c->query);
		} else {
			jsonw_object(&w);
			jsonw_key(&w, "kind"), jsonw_string(&w, c->kind);
			jsonw_key(&w, "column"), jsonw_string(&w, c->column);
			jsonw_key(&w, "promql"), jsonw_string(&w, c->query);
			jsonw_key(&w, "file"), jsonw_string(&w, c->file);
			jsonw_object_end(&w);
		}
		(void)puts(line.data); /* cli_finish() asks */
	}
	buf_free(&line);
}

static int
scrape(struct run *r)
{
	struct observation o;
	struct cycle_writer c;
	struct fault f;
	int status;

	if (observe(&o, &r->options, &f)) {
		status = cli_report(&f);
	} else {
		cycle_writer_init(&c, stdout);
		status = records_write(&o, &c);
		cycle_writer_free(&c);
	}
	observation_free(&o);
	return status;
}

int
main(int argc, char **argv)
{
	struct settings s = {0};
	struct run r = {0};
	struct fault f;
	int status;

	cli_start();
	status = take_flags(&s, argc, argv);
	if (!status && s.help)
		(void)fputs(help, stdout); /* cli_finish() asks */
	else if (!status && s.version)
		(void)printf("op-scrape %s\n%s\n", OP_VERSION, http_version()); /* as above */
	else if (!status && prepare(&r, &s, &f))
		status = f.status == STATUS_USAGE ? cli_usage("%s", f.text) : cli_report(&f);
	else if (!status && s.list)
		list_columns(&r.metrics);
	else if (!status)
		status = scrape(&r);
	run_free(&r);
	free(s.overrides);
	return cli_finish(status);
}
