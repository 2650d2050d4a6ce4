/* SPDX-License-Identifier: ISC */
#include "check/invariant.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/span.h"
#include "check/lint.h"
#include "stream/ident.h"

enum { PARAMS_MAX = 64, FLAP_COUNT_MAX = 1000000 };

int
invariant_set_severity(struct invariant *v, struct span value, struct fault *f)
{
	enum severity severity = severity_find(value.at, value.len);

	if (severity == SEVERITY_NONE)
		return fault_set(f, STATUS_CONFIG,
			"severity \"%.*s\" is not info, warning or critical", (int)value.len,
			value.at);
	v->severity = severity;
	return 0;
}

int
invariant_set_grace(struct invariant *v, struct span value, struct fault *f)
{
	if (duration_parse(value.at, value.len, &v->grace_ms))
		return fault_set(f, STATUS_CONFIG, "grace \"%.*s\" is not a duration (60s, 5m)",
			(int)value.len, value.at);
	return 0;
}

/* "3 in 15m" */
int
invariant_set_flap(struct invariant *v, struct span value, struct fault *f)
{
	const char *in = NULL;
	int64_t count, window_ms;
	struct span left, right;

	for (size_t i = 1; i + 3 < value.len && !in; i++)
		if (!memcmp(value.at + i, " in ", 4))
			in = value.at + i;
	if (!in)
		goto bad;
	left = span_trim((struct span){value.at, (size_t)(in - value.at)});
	right = span_trim((struct span){in + 4, (size_t)(value.at + value.len - in) - 4});
	if (number_i64(left.at, left.len, 0, FLAP_COUNT_MAX, &count) ||
		duration_parse(right.at, right.len, &window_ms))
		goto bad;
	v->flap_count = count;
	v->flap_window_ms = window_ms;
	return 0;
bad:
	return fault_set(f, STATUS_CONFIG,
		"flap \"%.*s\" is not of the form COUNT in DURATION (3 in 5m)", (int)value.len,
		value.at);
}

/* Reads the value into a param without a name. */
static void
param_read(struct param *p, struct span value)
{
	char quote = value.len ? value.at[0] : '\0';

	*p = (struct param){.type = PARAM_TEXT};
	if (value.len >= 2 && (quote == '\'' || quote == '"') && value.at[value.len - 1] == quote) {
		p->text = mem_copy_n(value.at + 1, value.len - 2);
		return;
	}
	p->text = mem_copy_n(value.at, value.len);
	if (!number_i64(value.at, value.len, INT64_MIN, INT64_MAX, &p->integer)) {
		p->type = PARAM_INTEGER;
		p->real = (double)p->integer;
	} else if (!number_double(value.at, value.len, &p->real)) {
		p->type = PARAM_REAL;
	}
}

static bool
reserved(struct span name)
{
	static const char *const words[] = {"at", "cluster", "severity", "grace", "flap"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_is(name, words[i]))
			return true;
	return false;
}

/* "threshold_ms = 100" */
int
invariant_add_param(struct invariant *v, struct span value, struct fault *f)
{
	const char *equals = memchr(value.at, '=', value.len);
	struct span name, text;
	struct param *p;

	if (!equals)
		return fault_set(f, STATUS_CONFIG, "param: NAME = DEFAULT is expected");
	name = span_trim((struct span){value.at, (size_t)(equals - value.at)});
	text = span_trim((struct span){equals + 1, (size_t)(value.at + value.len - equals) - 1});
	if (!ident_is_name(name))
		return fault_set(f, STATUS_CONFIG,
			"param: \"%.*s\" is not a name ([a-z][a-z0-9_]*)", (int)name.len, name.at);
	if (reserved(name))
		return fault_set(
			f, STATUS_CONFIG, "param: the name %.*s is taken", (int)name.len, name.at);
	if (!text.len)
		return fault_set(
			f, STATUS_CONFIG, "param: %.*s has no default", (int)name.len, name.at);
	if (invariant_param(v, name.at, name.len))
		return fault_set(
			f, STATUS_CONFIG, "param: %.*s is declared twice", (int)name.len, name.at);
	if (v->param_count == PARAMS_MAX)
		return fault_set(f, STATUS_CONFIG, "more than %d parameters", PARAMS_MAX);
	v->params = mem_grow(v->params, v->param_count, &v->param_cap, sizeof *v->params);
	p = &v->params[v->param_count++];
	param_read(p, text);
	p->name = mem_copy_n(name.at, name.len);
	return 0;
}

struct param *
invariant_param(const struct invariant *v, const char *name, size_t len)
{
	for (size_t i = 0; i < v->param_count; i++)
		if (span_is((struct span){name, len}, v->params[i].name))
			return &v->params[i];
	return NULL;
}

static int
no_param(const struct invariant *v, struct span key, struct fault *f)
{
	const char *words[PARAMS_MAX + 3] = {"severity", "grace", "flap"};
	size_t count = 3;
	char hint[128];

	for (size_t i = 0; i < v->param_count; i++)
		words[count++] = v->params[i].name;
	return fault_set(f, STATUS_CONFIG, "%s has no parameter %.*s%s", v->name, (int)key.len,
		key.at, lint_hint(hint, key, words, count));
}

int
invariant_set(struct invariant *v, struct span key, struct span value, struct fault *f)
{
	struct param *p = invariant_param(v, key.at, key.len), fresh;
	struct span text = span_trim(value);

	if (span_is(key, "severity")) {
		v->severity_set = true;
		return invariant_set_severity(v, text, f);
	}
	if (span_is(key, "grace"))
		return invariant_set_grace(v, text, f);
	if (span_is(key, "flap"))
		return invariant_set_flap(v, text, f);
	if (!p)
		return no_param(v, key, f);
	param_read(&fresh, text);
	if (p->type != PARAM_TEXT && fresh.type == PARAM_TEXT) {
		free(fresh.text);
		return fault_set(f, STATUS_CONFIG, "%s.%s is a number: \"%.*s\" is not", v->name,
			p->name, (int)value.len, value.at);
	}
	if (p->type == PARAM_TEXT)
		fresh.type = PARAM_TEXT;
	fresh.name = p->name;
	free(p->text);
	*p = fresh;
	return 0;
}

void
invariant_free(struct invariant *v)
{
	for (size_t i = 0; i < v->param_count; i++) {
		free(v->params[i].name);
		free(v->params[i].text);
	}
	free(v->params);
	free(v->name);
	free(v->file);
	free(v->sql);
	free(v->about);
	free(v->doc);
	free(v->link);
	*v = (struct invariant){0};
}
