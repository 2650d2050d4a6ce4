/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/out.h"
#include "base/timestamp.h"
#include "scrape/config.h"
#include "scrape/history.h"
#include "scrape/progress.h"
#include "scrape/records.h"
#include "stream/cycle_write.h"
#include "stream/subject.h"

static const char help[] =
	"usage: op-scrape [-s SUBJECT] [--pd URL[,URL...]] [--prometheus URL] [--cluster NAME]\n"
	"                 [--timeout 10s] [--match MATCHERS] [--window 1m]\n"
	"                 [--instance STORE=INSTANCE]... [--instance-label LABEL]\n"
	"                 [--cacert F] [--cert F] [--key F] [--token-file F | --basic-file F]\n"
	"                 [FLAG VALUE]...\n"
	"       op-scrape --from TIME [--to TIME] [--step 30s] [--scrape-interval TIME] [...]\n"
	"       op-scrape --list | -h | -V\n"
	"\n"
	"Observes a cluster once through PD and Prometheus and writes one cycle of\n"
	"observations to stdout, for op-check. With --from it writes cycles of the past\n"
	"instead: all measurements come from Prometheus, and PD is asked once, for names.\n"
	"\n"
	"  -s, --subject NAME    what to observe (OP_SUBJECT; tikv)\n"
	"      --pd URL,...      PD's members, tried in order; none: do not ask PD; metrics:\n"
	"                        take its facts from its metrics instead\n"
	"                        (PD_ENDPOINT; http://localhost:2379). Subjects other\n"
	"                        than tikv ask PD only if this flag is given\n"
	"      --prometheus URL  Prometheus; none: do not ask it (PROMETHEUS_URL;\n"
	"                        http://localhost:9090)\n"
	"      --cluster NAME    the cluster's name in the cycle (OP_CLUSTER; default)\n"
	"      --timeout TIME    limit for the whole run (10s); with --from, for each\n"
	"                        request (120s)\n"
	"      --match MATCHERS  label matchers for every query: tidb_cluster=\"x\" (OP_MATCH)\n"
	"      --window TIME     the window of rates: at least four times the scrape\n"
	"                        interval of Prometheus (OP_WINDOW; 1m)\n"
	"      --from TIME       where the past begins: 7d, 2026-01-24, 2026-01-24T10:00:00Z\n"
	"      --to TIME         where it ends; a minute ago at the latest (1m)\n"
	"      --step TIME       time from one cycle to the next, 1s to 1h (30s)\n"
	"      --scrape-interval TIME  how often Prometheus scraped (measured)\n"
	"      --instance S=I    store S is instance I in Prometheus, whatever its address\n"
	"      --instance-label L  the label that names instances, such as pod (instance)\n"
	"      --parallel N      at most N queries of Prometheus at once (16)\n"
	"      --cacert FILE     trust only these CAs, for PD and Prometheus\n"
	"      --cert FILE       client certificate, for PD alone\n"
	"      --key FILE        its key (in FILE of --cert)\n"
	"      --prometheus-cacert FILE, --prometheus-cert FILE, --prometheus-key FILE\n"
	"                        the same for Prometheus alone\n"
	"      --token-file FILE bearer token, for Prometheus alone\n"
	"      --basic-file FILE USER:PASSWORD, for Prometheus alone\n"
	"      --header-file FILE, --pd-header-file FILE\n"
	"                        \"Name: value\" lines to send to Prometheus, or to PD\n"
	"      --tls-server-name NAME, --pd-tls-server-name NAME\n"
	"                        the name that the server's certificate is for\n"
	"      --proxy URL, --pd-proxy URL\n"
	"                        proxy for Prometheus, or for PD; proxies in the\n"
	"                        environment are ignored\n"
	"      --list            list the columns that Prometheus fills, with their PromQL\n"
	"  -h, --help            print this text\n"
	"  -V, --version         print the version\n"
	"\n"
	"Secret files must not be readable by others. If a flag that names a file is not\n"
	"given, the file of that name in $CREDENTIALS_DIRECTORY is used: cacert, cert,\n"
	"key, token, basic, header, pd-header, prometheus-cacert, prometheus-cert,\n"
	"prometheus-key.\n"
	"\n"
	"Exit status: 0 done; 64 usage; 69 a source failed or gave an incomplete list, as\n"
	"the cycle records, or --from ended early (the last message names how to go on);\n"
	"74 input or output failed; 75 a secret file is missing; 77 others can read it, or\n"
	"it cannot be read; 78 a bad subject, or a bad secret file.\n";

/* A flag with a value is numbered by the place of the value in struct config_flags. */
#define PLACE(member) (256 + (int)offsetof(struct config_flags, member))

enum { FLAG_INSTANCE = 'i', FLAG_LIST = 'l' };

static const struct option flags[] = {
	{"subject", required_argument, NULL, 's'},
	{"pd", required_argument, NULL, PLACE(pd)},
	{"prometheus", required_argument, NULL, PLACE(prometheus)},
	{"cluster", required_argument, NULL, PLACE(cluster)},
	{"timeout", required_argument, NULL, PLACE(timeout)},
	{"match", required_argument, NULL, PLACE(match)},
	{"window", required_argument, NULL, PLACE(window)},
	{"from", required_argument, NULL, PLACE(from)},
	{"to", required_argument, NULL, PLACE(to)},
	{"step", required_argument, NULL, PLACE(step)},
	{"scrape-interval", required_argument, NULL, PLACE(scrape_interval)},
	{"instance", required_argument, NULL, FLAG_INSTANCE},
	{"instance-label", required_argument, NULL, PLACE(instance_label)},
	{"cacert", required_argument, NULL, PLACE(cacert)},
	{"cert", required_argument, NULL, PLACE(cert)},
	{"key", required_argument, NULL, PLACE(key)},
	{"tls-server-name", required_argument, NULL, PLACE(tls_server_name)},
	{"pd-tls-server-name", required_argument, NULL, PLACE(pd_tls_server_name)},
	{"prometheus-cacert", required_argument, NULL, PLACE(prometheus_cacert)},
	{"prometheus-cert", required_argument, NULL, PLACE(prometheus_cert)},
	{"prometheus-key", required_argument, NULL, PLACE(prometheus_key)},
	{"proxy", required_argument, NULL, PLACE(proxy)},
	{"pd-proxy", required_argument, NULL, PLACE(pd_proxy)},
	{"header-file", required_argument, NULL, PLACE(header_file)},
	{"pd-header-file", required_argument, NULL, PLACE(pd_header_file)},
	{"parallel", required_argument, NULL, PLACE(parallel)},
	{"token-file", required_argument, NULL, PLACE(token)},
	{"basic-file", required_argument, NULL, PLACE(basic)},
	{"list", no_argument, NULL, FLAG_LIST},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

struct settings {
	struct config_flags flags;
	bool list, help, version;
};

static int
add_override(struct config_flags *s, const char *text)
{
	const char *equals = strchr(text, '=');
	struct collect_override o;

	if (!equals || !equals[1] ||
		number_u64(text, (size_t)(equals - text), UINT64_MAX, &o.store))
		return cli_usage(
			"--instance %s: STORE=INSTANCE is expected, STORE a store's id", text);
	o.instance = equals + 1;
	for (size_t i = 0; i < s->override_count; i++)
		if (s->overrides[i].store == o.store)
			return cli_usage("--instance %s: given twice for that store", text);
	s->overrides = mem_grow(
		s->overrides, s->override_count, &s->override_cap, sizeof *s->overrides);
	s->overrides[s->override_count++] = o;
	return 0;
}

/* Where the value of a flag goes; NULL for one that has another use. */
static const char **
place_of(struct config_flags *s, int flag)
{
	char *base = (char *)s;

	if (flag == 's')
		flag = PLACE(subject);
	return flag < 256 ? NULL : (const char **)(void *)(base + flag - 256);
}

static int
take_flags(struct settings *s, int argc, char **argv)
{
	int flag, status = 0;

	while (!status && !s->help && !s->version &&
		(flag = cli_option(argc, argv, "+:s:hV", flags)) != -1) {
		const char **place = place_of(&s->flags, flag);

		s->list |= flag == FLAG_LIST;
		s->help |= flag == 'h';
		s->version |= flag == 'V';
		if (place)
			*place = optarg;
		else if (flag == FLAG_INSTANCE)
			status = add_override(&s->flags, optarg);
		else if (flag == '?')
			status = STATUS_USAGE;
	}
	if (!status && !s->help && !s->version && optind < argc)
		return cli_usage("%s: unexpected argument", argv[optind]);
	return status;
}

static void
list_columns(const struct metrics_tsv *m)
{
	bool people = isatty(STDOUT_FILENO);
	struct buf line;
	struct json_write w;
	size_t width = 0;

	for (size_t i = 0; i < m->count; i++)
		if (strlen(m->list[i].column) > width)
			width = strlen(m->list[i].column);
	buf_init(&line, 2 << 20);
	for (size_t i = 0; i < m->count; i++) {
		const struct metric *c = &m->list[i];

		buf_clear(&line);
		json_write_init(&w, &line);
		if (people) {
			buf_printf(&line, "%-8s %-*s %s", c->kind, (int)width, c->column, c->query);
		} else {
			json_write_object(&w);
			json_write_key(&w, "kind"), json_write_string(&w, c->kind);
			json_write_key(&w, "column"), json_write_string(&w, c->column);
			json_write_key(&w, "promql"), json_write_string(&w, c->query);
			json_write_key(&w, "file"), json_write_string(&w, c->file);
			json_write_object_end(&w);
		}
		out_format(stdout, "%s\n", line.data);
	}
	buf_free(&line);
}

static int
scrape(const struct collect_options *options, const struct past_options *past)
{
	struct collect o;
	struct cycle_write c;
	struct fault f, failed[2];
	size_t count;
	int status = 0;

	if (collect_run(&o, options, past, &f)) {
		status = cli_report(&f);
	} else {
		cycle_write_init(&c, stdout);
		count = records_write(&o, &c, failed);
		cycle_write_free(&c);
		for (size_t i = 0; i < count; i++)
			status = cli_report(&failed[i]);
	}
	collect_free(&o);
	return status;
}

static void
warn(void *data, const char *text)
{
	(void)data;
	cli_say("warning: %s", text);
}

/* On a terminal one line that is written over, else a line a minute. */
static void
tell_progress(const struct history *h, void *arg)
{
	struct progress *p = arg;
	char text[PROGRESS_SIZE];

	if (!progress_due(p, h, text))
		return;
	if (isatty(STDERR_FILENO))
		out_format(stderr, "\r%s\033[K", text);
	else
		cli_say("%s", text);
}

static int
end_history(const struct history *h, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, h->last_ms);
	at[strlen("2026-01-24T10:00:00")] = '\0';
	if (h->cycles)
		cli_say("%s; cycles up to %sZ are written, go on with --from %sZ "
			"--scrape-interval %llds",
			f->text, at, at, (long long)h->interval_s);
	else
		cli_say("%s; nothing is written, begin again with --from %sZ", f->text, at);
	return f->status;
}

static int
scrape_history(const struct config *setup)
{
	bool people = isatty(STDERR_FILENO);
	char text[PROGRESS_SIZE];
	struct progress progress;
	struct history h = {.options = setup->past, .progress = tell_progress, .arg = &progress};
	struct cycle_write c;
	struct fault f;
	int bad;

	progress_begin(&progress, people ? PROGRESS_TERMINAL_NS : PROGRESS_LOG_NS);
	cycle_write_init(&c, stdout);
	bad = history_run(&h, &c, &f);
	cycle_write_free(&c);
	if (people)
		out_text(stderr, "\r\033[K");
	if (bad)
		return end_history(&h, &f);
	progress_sum(&h, text);
	cli_say("%s", text);
	return 0;
}

static int
run(const struct settings *s)
{
	struct config setup;
	struct fault f;
	int status = 0;

	subject_check_path(warn, NULL);
	if (config_subject(&setup, &s->flags, &f) ||
		(!s->list && config_identities(&setup, &s->flags, &f)))
		status = f.status == STATUS_USAGE ? cli_usage("%s", f.text) : cli_report(&f);
	else if (s->list)
		list_columns(&setup.metrics);
	else if (setup.history)
		status = scrape_history(&setup);
	else
		status = scrape(&setup.options, setup.pd_metrics ? &setup.past : NULL);
	config_free(&setup);
	return status;
}

int
main(int argc, char **argv)
{
	static char output[64 << 10]; /* glibc has 4 KiB for a pipe, unless it is given some */
	struct settings s = {0};
	int status;

	cli_start();
	(void)setvbuf(stdout, output, _IOFBF, sizeof output); /* fewer writes, no more than that */
	status = take_flags(&s, argc, argv);
	if (!status && s.help)
		out_text(stdout, help);
	else if (!status && s.version)
		out_format(stdout, "op-scrape %s\n%s\n", OP_VERSION, http_version());
	else if (!status)
		status = run(&s);
	free(s.flags.overrides);
	return cli_finish(status);
}
