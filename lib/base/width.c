/* SPDX-License-Identifier: ISC */
#include "base/width.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void
width_set_locale(void)
{
	if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
		(void)setlocale(LC_CTYPE, "C.UTF-8"); /* without it widths are less exact */
}

/* Sets *bytes to those of the first character and returns its columns. */
static size_t
first(const char *text, size_t len, size_t *bytes)
{
	mbstate_t state;
	wchar_t c;
	int width;

	memset(&state, 0, sizeof state);
	*bytes = mbrtowc(&c, text, len, &state);
	if (*bytes == 0 || *bytes > len) { /* not a character: a byte takes a column */
		*bytes = 1;
		return 1;
	}
	width = wcwidth(c);
	return width < 0 ? 1 : (size_t)width;
}

size_t
width_of(const char *text, size_t len)
{
	size_t columns = 0;
	size_t bytes;

	for (size_t i = 0; i < len; i += bytes)
		columns += first(text + i, len - i, &bytes);
	return columns;
}

size_t
width_fit(const char *text, size_t len, size_t columns)
{
	size_t used = 0, i = 0;
	size_t bytes;

	for (; i < len; i += bytes) {
		size_t width = first(text + i, len - i, &bytes);

		if (used + width > columns)
			break;
		used += width;
	}
	return i;
}
