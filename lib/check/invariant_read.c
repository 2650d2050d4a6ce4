/* SPDX-License-Identifier: ISC */
#include "check/invariant_read.h"

#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "check/invariant.h"
#include "check/link.h"
#include "check/lint.h"

enum { TEXT_MAX = 16384 };

enum key {
	KEY_INVARIANT,
	KEY_SEVERITY,
	KEY_GRACE,
	KEY_FLAP,
	KEY_ABOUT,
	KEY_DOC,
	KEY_LINK,
	KEY_LICENSE,
	KEY_PARAM,
	KEYS
};

static const char *const keys[KEYS] = {"invariant", "severity", "grace", "flap", "about", "doc",
	"link", "SPDX-License-Identifier", "param"};

/* The header so far; about and doc may continue over several lines. */
struct header {
	struct invariant *v;
	struct lint *lint;
	const char *name;
	struct buf about;
	struct buf doc;
	struct buf *open; /* the one that a line without a key continues */
	bool seen[KEYS];
};

static struct lint_place
place_of(const struct header *h, struct span marked)
{
	return (struct lint_place){h->v->file, {h->v->sql, h->v->sql_len}, marked.at, marked.len};
}

static int
add_text(struct header *h, struct buf *text, struct span value, struct fault *f)
{
	h->open = text;
	if (text->len)
		buf_add_char(text, ' ');
	buf_add(text, value.at, value.len);
	return text->full ? fault_set(f, STATUS_CONFIG, "more than %d bytes of text", TEXT_MAX) : 0;
}

static int
set_name(struct header *h, struct span value, struct fault *f)
{
	if (!span_is(value, h->name))
		return fault_set(f, STATUS_CONFIG, "invariant \"%.*s\" is not the file's name, %s",
			(int)value.len, value.at, h->name);
	return 0;
}

static int
set_link(struct header *h, struct span value, struct fault *f)
{
	if (link_check(value, f))
		return -1;
	h->v->link = mem_copy_n(value.at, value.len);
	return 0;
}

static int
set_key(struct header *h, enum key key, struct span value, struct fault *f)
{
	if (key != KEY_PARAM && h->seen[key])
		return fault_set(f, STATUS_CONFIG, "%s is given twice", keys[key]);
	h->seen[key] = true;
	h->open = NULL;
	switch (key) {
	case KEY_INVARIANT:
		return set_name(h, value, f);
	case KEY_SEVERITY:
		return invariant_set_severity(h->v, value, f);
	case KEY_GRACE:
		return invariant_set_grace(h->v, value, f);
	case KEY_FLAP:
		return invariant_set_flap(h->v, value, f);
	case KEY_ABOUT:
		return add_text(h, &h->about, value, f);
	case KEY_DOC:
		return add_text(h, &h->doc, value, f);
	case KEY_LINK:
		return set_link(h, value, f);
	case KEY_PARAM:
		return invariant_add_param(h->v, value, f);
	default:
		return 0;
	}
}

static enum key
find_key(struct span word)
{
	enum key key = 0;

	while (key < KEYS && !span_is(word, keys[key]))
		key++;
	return key;
}

/*
 * Splits "key: value", or "key = value", which is a mistake to be reported. False if the line is
 * neither, such as "https://...".
 */
static bool
split(struct span line, struct span *key, struct span *value, char *mark)
{
	struct span rest;
	size_t n = 0;

	while (n < line.len && (line.at[n] == '-' || line.at[n] == '_' ||
				       (line.at[n] >= '0' && line.at[n] <= '9') ||
				       (line.at[n] >= 'A' && line.at[n] <= 'Z') ||
				       (line.at[n] >= 'a' && line.at[n] <= 'z')))
		n++;
	if (!n)
		return false;
	*key = (struct span){line.at, n};
	rest = span_from(line, n);
	*mark = rest.len ? *rest.at : '\0';
	if (*mark != ':') {
		rest = span_trim(rest);
		*mark = rest.len ? *rest.at : '\0';
		*value = (struct span){0};
		return *mark == '=';
	}
	*value = span_trim(span_from(rest, 1));
	return rest.len == 1 || rest.at[1] != '/';
}

/* Reads one line of the header, after its "--". */
static int
read_line(struct header *h, struct span line)
{
	struct span key, value;
	struct lint_place p;
	struct fault f;
	char mark, hint[128];
	enum key found;
	int result = 0;

	if (!line.len)
		return 0;
	if (!split(line, &key, &value, &mark)) {
		if (h->open && add_text(h, h->open, line, &f))
			result = -1;
	} else {
		found = find_key(key);
		p = place_of(h, key);
		if (mark == '=' && found == KEYS)
			return h->open && add_text(h, h->open, line, &f)
				       ? lint_error(h->lint, &p, "%s", f.text)
				       : 0;
		if (mark == '=')
			return lint_warning(
				h->lint, &p, "%s is followed by =, not by :", keys[found]);
		h->open = found == KEYS ? NULL : h->open;
		if (found == KEYS)
			return lint_warning(h->lint, &p, "unknown header key \"%.*s\"%s",
				(int)key.len, key.at, lint_hint(hint, key, keys, KEYS));
		result = set_key(h, found, value, &f);
		line = value.len ? value : key;
	}
	p = place_of(h, line);
	return result ? lint_error(h->lint, &p, "%s", f.text) : 0;
}

/* Reports a key of the header after the SELECT, where it has no effect. */
static int
read_late_line(struct header *h, struct span line)
{
	struct span key, value;
	struct lint_place p;
	enum key found;
	char mark;

	if (!split(line, &key, &value, &mark) || mark != ':')
		return 0;
	found = find_key(key);
	p = place_of(h, key);
	if (found == KEYS || found == KEY_LICENSE)
		return 0;
	return lint_warning(
		h->lint, &p, "%s: a header line must come before the SELECT", keys[found]);
}

/* Reads all lines. -1 if any is bad. */
static int
read_lines(struct header *h)
{
	struct span rest = {h->v->sql, h->v->sql_len};
	bool in_header = true;
	int result = 0;

	while (rest.at) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		bool comment = span_starts(line, "--");

		in_header = in_header && (comment || !line.len);
		if (comment)
			line = span_trim(span_from(line, 2));
		if (comment && (in_header ? read_line(h, line) : read_late_line(h, line)))
			result = -1;
	}
	if (!h->seen[KEY_INVARIANT]) {
		struct lint_place p = place_of(h, (struct span){h->v->sql, 0});

		result = lint_error(h->lint, &p, "the header has no \"-- invariant: %s\"", h->name);
	}
	return result;
}

int
invariant_read(struct invariant *v, const char *file, const char *name, char *sql, size_t len,
	struct lint *l)
{
	struct header h = {.v = v, .lint = l, .name = name};
	int result;

	*v = (struct invariant){.name = mem_copy(name),
		.file = mem_copy(file),
		.sql = sql,
		.sql_len = len,
		.severity = SEVERITY_WARNING,
		.flap_count = 3,
		.flap_window_ms = 300000};
	buf_init(&h.about, TEXT_MAX);
	buf_init(&h.doc, TEXT_MAX);
	result = read_lines(&h);
	v->about = buf_take(&h.about);
	v->doc = buf_take(&h.doc);
	return result;
}
