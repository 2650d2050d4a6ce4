/* SPDX-License-Identifier: ISC */
#include "check/pack.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/text.h"
#include "base/utf8.h"
#include "check/invariant_read.h"
#include "check/lint.h"
#include "check/schema_load.h"
#include "stream/ident.h"
#include "stream/subject.h"

enum { FILE_MAX = 1 << 20, INVARIANTS_MAX = 4096, PATH_BYTES = 4400 };

/* Length of an invariant's base name, 0 if the file is not one (no .sql, or hidden). */
static size_t
base_name(const char *file)
{
	size_t len = strlen(file);

	if (file[0] == '.' || len < 5 || strcmp(file + len - 4, ".sql") != 0)
		return 0;
	return len - 4;
}

struct invariant *
pack_find(const struct pack *p, const char *name, size_t len)
{
	for (size_t i = 0; i < p->count; i++)
		if (strlen(p->invariants[i].name) == len &&
			!memcmp(p->invariants[i].name, name, len))
			return &p->invariants[i];
	return NULL;
}

static int
check_text(const char *path, const char *text, size_t len, struct fault *f)
{
	size_t bad = utf8_check(text, len, utf8_is_nul), line = 1, start = 0;

	if (bad == len)
		return 0;
	for (size_t i = 0; i < bad; i++) {
		if (text[i] != '\n')
			continue;
		line++;
		start = i + 1;
	}
	return fault_set(
		f, STATUS_CONFIG, "%s:%zu:%zu: not UTF-8 text", path, line, bad - start + 1);
}

/* Reads FILE of a folder; *text is NULL if it does not exist. */
static int
read_text(const struct subject *s, size_t dir, const char *file, char path[PATH_BYTES], char **text,
	size_t *len, struct fault *f)
{
	text_format(path, PATH_BYTES, "%s/%s", s->dirs[dir], file);
	if (subject_read(s, dir, file, FILE_MAX, text, len, f))
		return -1;
	if (!*text || !check_text(path, *text, *len, f))
		return 0;
	free(*text);
	return -1;
}

static bool
listed(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool
chosen(const struct pack_choice *c, const char *name)
{
	return (!c->only_count || listed(c->only, c->only_count, name)) &&
	       !listed(c->skip, c->skip_count, name);
}

/* Whether the choice needs the content of the file. */
static bool
is_read(const struct pack_choice *c, const char *name)
{
	size_t len = strlen(name);

	if (!c || chosen(c, name))
		return true;
	for (size_t i = 0; i < c->set_count; i++)
		if (!strncmp(c->set[i], name, len) && c->set[i][len] == '.')
			return true;
	return false;
}

/* Adds a name without its file, which is not read, or bad. It is dropped in the end. */
static void
add_name(struct pack *p, const char *name)
{
	p->invariants = mem_grow(p->invariants, p->count, &p->cap, sizeof *p->invariants);
	p->invariants[p->count++] = (struct invariant){.name = mem_copy(name)};
}

static int
read_invariant(struct pack *p, const struct subject *s, size_t dir, const char *name,
	struct lint *l, struct fault *f)
{
	char path[PATH_BYTES], relative[NAME_MAX + 16], *text;
	struct invariant v;
	size_t len;

	text_format(relative, sizeof relative, "invariants/%s.sql", name);
	if (read_text(s, dir, relative, path, &text, &len, f))
		return f->status == STATUS_CONFIG ? lint_fault(l, f), 0 : -1;
	if (!text) {
		struct lint_place p_file = {.file = path};

		(void)lint_error(l, &p_file, "cannot open"); /* l counts it */
		return 0;
	}
	(void)invariant_read(&v, path, name, text, len, l); /* l counts its errors */
	invariant_free(&p->invariants[p->count - 1]);
	p->invariants[p->count - 1] = v;
	return 0;
}

static int
add_invariant(struct pack *p, const struct subject *s, size_t dir, const char *file,
	const struct pack_choice *choice, struct lint *l, struct fault *f)
{
	char name[NAME_MAX + 1], path[PATH_BYTES];
	struct lint_place place = {.file = path};
	size_t base = base_name(file);

	text_format(path, sizeof path, "%s/invariants/%s", s->dirs[dir], file);
	text_format(name, sizeof name, "%.*s", (int)base, file);
	if (!ident_is_name(span_of(name))) {
		(void)lint_error(l, &place, "the name is not " IDENT_NAME_FORM); /* l counts it */
		return 0;
	}
	if (pack_find(p, name, base))
		return 0; /* an earlier folder has it */
	if (p->count == INVARIANTS_MAX)
		return fault_set(f, STATUS_CONFIG, "%s: more than %d invariants", s->dirs[dir],
			INVARIANTS_MAX);
	add_name(p, name);
	return is_read(choice, name) ? read_invariant(p, s, dir, name, l, f) : 0;
}

/* A file that is neither an invariant nor its cases usually has a wrong name. */
static void
check_stray(const struct subject *s, size_t dir, const char *file, struct lint *l)
{
	size_t len = strlen(file);
	char path[PATH_BYTES];
	struct lint_place place = {.file = path};

	if (*file == '.' || !strncmp(file, "README", 6) || (len && file[len - 1] == '~') ||
		(len > 5 && !strcmp(file + len - 5, ".test")))
		return;
	text_format(path, sizeof path, "%s/invariants/%s", s->dirs[dir], file);
	(void)lint_warning(l, &place, "neither .sql nor .test: it is ignored"); /* l counts it */
}

static int
add_folder(struct pack *p, const struct subject *s, size_t dir, const struct pack_choice *choice,
	struct lint *l, struct fault *f)
{
	char path[PATH_BYTES];
	struct dirent **entries;
	int result = 0, count;

	text_format(path, sizeof path, "%s/invariants", s->dirs[dir]);
	count = scandir(path, &entries, NULL, alphasort);
	if (count < 0)
		return errno == ENOENT ? 0 : fault_errno(f, STATUS_CONFIG, errno, "%s", path);
	for (int i = 0; i < count; i++) {
		const char *file = entries[i]->d_name;

		if (!result && base_name(file))
			result = add_invariant(p, s, dir, file, choice, l, f);
		else if (!result)
			check_stray(s, dir, file, l);
		free(entries[i]);
	}
	free(entries);
	return result;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct invariant *)a)->name, ((const struct invariant *)b)->name);
}

void
pack_no_invariant(const struct pack *p, struct span name, struct fault *f)
{
	const char **words;
	char hint[128];

	for (size_t i = 0; i < p->unchosen_count; i++)
		if (span_is(name, p->unchosen[i])) {
			fault_put(f, STATUS_CONFIG, "%s is left out by --only or --skip",
				p->unchosen[i]);
			return;
		}
	words = mem_array(p->count, sizeof *words);
	for (size_t i = 0; i < p->count; i++)
		words[i] = p->invariants[i].name;
	fault_put(f, STATUS_CONFIG, "there is no invariant %.*s%s", (int)name.len, name.at,
		lint_hint(hint, name, words, p->count));
	free(words);
}

/* Applies INVARIANT.KEY=VALUE, with or without blanks around its parts. */
static int
apply(struct pack *p, struct span value, struct fault *f)
{
	struct span key = span_trim(span_cut(&value, '='));
	struct span name = span_cut(&key, '.');
	struct invariant *v;

	if (!value.at || !key.at)
		return fault_set(f, STATUS_CONFIG, "INVARIANT.PARAM=VALUE is expected");
	v = pack_find(p, name.at, name.len);
	if (!v) {
		pack_no_invariant(p, name, f);
		return -1;
	}
	/* there is nothing to set in one that was not read or is bad */
	return v->sql ? invariant_set(v, key, value, f) : 0;
}

/* Reports every bad line. */
static int
apply_params(struct pack *p, const struct subject *s, size_t dir, struct lint *l, struct fault *f)
{
	char path[PATH_BYTES], *text;
	size_t len = 0, number = 1;
	struct span rest;

	if (read_text(s, dir, "params", path, &text, &len, f))
		return -1;
	for (rest = (struct span){text, len}; rest.at; number++) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.len && *line.at != '#' && apply(p, line, f)) {
			fault_prefix(f, "%s:%zu", path, number);
			(void)lint_fault(l, f); /* l counts it */
		}
	}
	free(text);
	return 0;
}

static int
load_schema(struct pack *p, const struct subject *s, size_t dir, struct fault *f)
{
	char path[PATH_BYTES], *text;
	size_t len;
	int result = 0;

	if (read_text(s, dir, "schema.sql", path, &text, &len, f))
		return -1;
	if (text)
		result = schema_load(&p->schema, path, text, f);
	free(text);
	return result;
}

static int
apply_choice(struct pack *p, const struct pack_choice *c, struct fault *f)
{
	for (size_t i = 0; i < c->set_count; i++) {
		if (!apply(p, span_of(c->set[i]), f))
			continue;
		f->status = STATUS_USAGE;
		return fault_within(f, "--set %s", c->set[i]);
	}
	for (size_t i = 0; i < c->only_count + c->skip_count; i++) {
		const char *name = i < c->only_count ? c->only[i] : c->skip[i - c->only_count];

		if (pack_find(p, name, strlen(name)))
			continue;
		pack_no_invariant(p, span_of(name), f);
		f->status = STATUS_USAGE;
		return fault_within(f, "%s %s", i < c->only_count ? "--only" : "--skip", name);
	}
	return 0;
}

static void
drop_unchosen(struct pack *p, const struct pack_choice *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++) {
		struct invariant *v = &p->invariants[i];

		if (v->sql && (!c || chosen(c, v->name))) {
			p->invariants[kept++] = *v;
			continue;
		}
		if (c && !chosen(c, v->name)) {
			p->unchosen = mem_grow(p->unchosen, p->unchosen_count, &p->unchosen_cap,
				sizeof *p->unchosen);
			p->unchosen[p->unchosen_count++] = mem_copy(v->name);
		}
		invariant_free(v);
	}
	p->count = kept;
}

static int
load_schemas(struct pack *p, const struct subject *s, struct fault *f)
{
	*p = (struct pack){0};
	for (size_t i = s->dir_count; i-- > 0;)
		if (load_schema(p, s, i, f))
			return -1;
	if (p->schema.count)
		return 0;
	return fault_set(
		f, STATUS_CONFIG, "%s/schema.sql: it defines no kind", s->dirs[s->dir_count - 1]);
}

static void
sort(struct pack *p)
{
	if (p->count)
		qsort(p->invariants, p->count, sizeof *p->invariants, by_name);
}

int
pack_load_folder(struct pack *p, const struct subject *s, struct lint *l, struct fault *f)
{
	if (load_schemas(p, s, f) || add_folder(p, s, 0, NULL, l, f)) {
		pack_free(p);
		return -1;
	}
	sort(p);
	drop_unchosen(p, NULL);
	return 0;
}

int
pack_load(struct pack *p, const struct subject *s, const struct pack_choice *choice, struct lint *l,
	struct fault *f)
{
	if (load_schemas(p, s, f))
		goto bad;
	for (size_t i = 0; i < s->dir_count; i++)
		if (add_folder(p, s, i, choice, l, f))
			goto bad;
	sort(p);
	for (size_t i = s->dir_count; i-- > 0;)
		if (apply_params(p, s, i, l, f))
			goto bad;
	if (apply_choice(p, choice, f))
		goto bad;
	drop_unchosen(p, choice);
	return 0;
bad:
	pack_free(p);
	return -1;
}

void
pack_free(struct pack *p)
{
	for (size_t i = 0; i < p->count; i++)
		invariant_free(&p->invariants[i]);
	for (size_t i = 0; i < p->unchosen_count; i++)
		free(p->unchosen[i]);
	free(p->unchosen);
	free(p->invariants);
	schema_free(&p->schema);
	*p = (struct pack){0};
}
