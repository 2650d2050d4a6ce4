/* SPDX-License-Identifier: ISC */
#include "base/vis.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static void
add_unsafe(struct buf *out, uint32_t code)
{
	static const char named[] = "\n\t\r";
	static const char letters[] = "ntr";
	const char *at = code && code < 0x80 ? strchr(named, (int)code) : NULL;

	if (at)
		buf_printf(out, "\\%c", letters[at - named]);
	else if (code < 0x100)
		buf_printf(out, "\\x%02x", (unsigned)code);
	else
		buf_printf(out, "\\u{%04x}", (unsigned)code);
}

static void
add(struct buf *out, const char *text, size_t len, bool lines)
{
	for (size_t i = 0; i < len;) {
		uint32_t code = (unsigned char)text[i];
		size_t n = utf8_decode(text + i, len - i, &code);

		if (lines && (code == '\n' || code == '\t'))
			buf_add(out, text + i, 1);
		else if (!n || utf8_is_unsafe(code))
			add_unsafe(out, code);
		else
			buf_add(out, text + i, n);
		i += n ? n : 1;
	}
}

void
vis_add(struct buf *out, const char *text, size_t len)
{
	add(out, text, len, false);
}

void
vis_add_lines(struct buf *out, const char *text, size_t len)
{
	add(out, text, len, true);
}
