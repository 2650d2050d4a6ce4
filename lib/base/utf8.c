/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

#include <string.h>

static size_t
sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	if (lead >= 0xf0 && lead < 0xf5)
		return 4;
	return 0;
}

size_t
utf8_decode(const char *s, size_t len, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *u = (const unsigned char *)s;
	size_t n = sequence_length(u[0]);
	uint32_t c;

	if (!n || n > len)
		return 0;
	c = u[0] & lead_bits[n];
	for (size_t i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return n;
}

size_t
utf8_encode(char out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

bool
utf8_is_unsafe(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return true;
	if (code < 0x61c)
		return false;
	return code == 0x61c || code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
	       code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
	       (code >= 0xe0000 && code <= 0xe007f);
}

/* Returns how many bytes, eight at a time, are ASCII and not NUL, as most texts are. */
static size_t
skip_ascii(const char *s, size_t len)
{
	size_t n = 0;

	for (; len - n >= sizeof(uint64_t); n += sizeof(uint64_t)) {
		uint64_t bytes;

		memcpy(&bytes, s + n, sizeof bytes);
		if ((bytes | (bytes - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080))
			break;
	}
	return n;
}

bool
utf8_is_nul(uint32_t code)
{
	return code == 0;
}

size_t
utf8_check(const char *s, size_t len, bool (*refused)(uint32_t code))
{
	size_t i = 0;

	while (i < len) {
		uint32_t code;
		size_t n = !refused || refused == utf8_is_nul ? skip_ascii(s + i, len - i) : 0;

		i += n;
		if (i == len)
			break;
		n = utf8_decode(s + i, len - i, &code);
		if (!n || (refused && refused(code)))
			break;
		i += n;
	}
	return i;
}

const char *
utf8_other_encoding(const char *s, size_t len)
{
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return "begins with a byte order mark";
	if (len >= 2 &&
		(memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0 || !s[0] || !s[1]))
		return "is UTF-16 or UTF-32, not UTF-8";
	return NULL;
}
