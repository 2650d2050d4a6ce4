/* SPDX-License-Identifier: ISC */
#include "check/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/vis.h"

enum { LINE_SHOWN = 160, EXCERPT_MAX = 4096 };

struct found {
	size_t line, column; /* from 1 */
	struct span text;    /* the line */
};

static void
find(const struct lint_place *p, struct found *found)
{
	const char *start = p->text.at, *end = p->text.at + p->text.len, *newline;

	*found = (struct found){.line = 1};
	for (const char *at = start; at < p->at; at++) {
		if (*at == '\n') {
			found->line++;
			start = at + 1;
		}
	}
	found->column = (size_t)(p->at - start) + 1;
	newline = memchr(start, '\n', (size_t)(end - start));
	found->text = (struct span){start, (size_t)((newline ? newline : end) - start)};
}

/* Writes the line, and below it a mark, after blanks as wide as the characters above them. */
static void
write_excerpt(const struct lint_place *p, const struct found *found, struct buf *out)
{
	size_t before = found->column - 1, len = p->len ? p->len : 1;

	if (before + len > found->text.len)
		len = before < found->text.len ? found->text.len - before : 1;
	buf_printf(out, "%5zu | ", found->line);
	vis_add_lines(out, found->text.at, found->text.len);
	buf_add_text(out, "\n      | ");
	for (size_t i = 0; i < before; i++)
		if (((unsigned char)found->text.at[i] & 0xc0) != 0x80)
			buf_add_char(out, found->text.at[i] == '\t' ? '\t' : ' ');
	for (size_t i = 0; i < len; i++)
		buf_add_char(out, i ? '~' : '^');
}

static int
report(struct lint *l, const struct lint_place *p, bool is_error, struct fault *f)
{
	struct found found;
	struct buf excerpt;

	buf_init(&excerpt, EXCERPT_MAX);
	if (p && p->at) {
		find(p, &found);
		fault_prefix(f, "%s:%zu:%zu", p->file, found.line, found.column);
		if (found.text.len <= LINE_SHOWN)
			write_excerpt(p, &found, &excerpt);
	} else if (p) {
		fault_prefix(f, "%s", p->file);
	}
	if (is_error && !l->errors++)
		l->first = *f;
	if (l->report)
		l->report(f, is_error, excerpt.len ? excerpt.data : NULL);
	buf_free(&excerpt);
	return is_error ? -1 : 0;
}

int
lint_error(struct lint *l, const struct lint_place *p, const char *fmt, ...)
{
	struct fault f;
	va_list args;

	va_start(args, fmt);
	fault_vput(&f, STATUS_CONFIG, fmt, args);
	va_end(args);
	return report(l, p, true, &f);
}

int
lint_warning(struct lint *l, const struct lint_place *p, const char *fmt, ...)
{
	struct fault f;
	va_list args;

	va_start(args, fmt);
	fault_vput(&f, STATUS_CONFIG, fmt, args);
	va_end(args);
	return report(l, p, l->strict, &f);
}

int
lint_fault(struct lint *l, const struct fault *f)
{
	struct fault copy = *f;

	return report(l, NULL, true, &copy);
}

const char *
lint_hint(char out[128], struct span word, const char *const *words, size_t count)
{
	char typed[64];
	const char *found = NULL;

	if (word.len < sizeof typed) {
		memcpy(typed, word.at, word.len);
		typed[word.len] = '\0';
		found = suggest(typed, words, count);
	}
	*out = '\0';
	if (found)
		text_format(out, 128, " (did you mean %.64s?)", found);
	return out;
}
