/* SPDX-License-Identifier: ISC */
#include "check/held_output.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/out.h"

enum { PIECE = 1 << 18 };

static ssize_t
take(void *cookie, const char *bytes, size_t len)
{
	struct held_output *h = cookie;

	for (size_t done = 0; done < len;) {
		size_t at = h->used % PIECE, n = PIECE - at;

		if (h->used / PIECE == h->count) {
			h->pieces = mem_grow(h->pieces, h->count, &h->cap, sizeof *h->pieces);
			h->pieces[h->count++] = mem_alloc(PIECE);
		}
		if (n > len - done)
			n = len - done;
		memcpy(h->pieces[h->used / PIECE] + at, bytes + done, n);
		done += n;
		h->used += n;
	}
	return (ssize_t)len;
}

void
held_output_open(struct held_output *h)
{
	*h = (struct held_output){0};
	h->file = fopencookie(h, "w", (cookie_io_functions_t){.write = take});
	if (!h->file)
		mem_exhausted();
}

void
held_output_close(struct held_output *h)
{
	if (h->file)
		(void)fclose(h->file); /* it is in memory */
	for (size_t i = 0; i < h->count; i++)
		free(h->pieces[i]);
	free(h->pieces);
	*h = (struct held_output){0};
}

void
held_output_clear(struct held_output *h)
{
	out_flush(h->file); /* left by a failed cycle */
	h->used = 0;
}

void
held_output_write(struct held_output *h, FILE *out)
{
	if (fflush(h->file) || ferror(h->file))
		mem_exhausted();
	for (size_t at = 0; at < h->used; at += PIECE)
		out_bytes(out, h->pieces[at / PIECE],
			h->used - at < PIECE ? h->used - at : PIECE); /* out keeps errors */
}
