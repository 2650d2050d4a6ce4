/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *text;
	size_t good; /* bytes before the first bad one */
} texts[] = {
	{"", 0},
	{"plain", 5},
	{"caf\xc3\xa9", 5},
	{"\xf0\x9f\x90\x99!", 5},
	{"ab\xff", 2},		  /* no lead byte */
	{"ab\xc3", 2},		  /* cut short */
	{"a\xc0\x80", 1},	  /* overlong */
	{"a\xe0\x80\x80", 1},	  /* overlong */
	{"a\xed\xa0\x80", 1},	  /* a surrogate */
	{"a\xf4\x90\x80\x80", 1}, /* above U+10FFFF */
	{"a\x80", 1},
};

/* Expects a literal, which may contain NULs, to be recognized as another encoding. */
#define OTHER(text, words)                                                           \
	CHECK_AS(utf8_other_encoding(text, sizeof(text) - 1) &&                      \
			 strstr(utf8_other_encoding(text, sizeof(text) - 1), words), \
		#text)

static void
test_other_encodings(void)
{
	OTHER("\xef\xbb\xbf{}", "byte order mark");
	OTHER("\xff\xfe{\0}\0", "UTF-16");
	OTHER("\xfe\xff\0{\0}", "UTF-16");
	OTHER("{\0}\0", "UTF-16");
	OTHER("\0{\0}", "UTF-16");
	OTHER("\0\0\0{", "UTF-32");
	CHECK(!utf8_other_encoding("", 0) && !utf8_other_encoding("1", 1));
	CHECK(!utf8_other_encoding("{}", 2) && !utf8_other_encoding("\xc3\xa9", 2));
}

/* Finds the first bad byte of a longer text at each position. */
static void
test_places(void)
{
	static const char bad[] = {'\0', '\x80', '\xff'};
	char text[40];

	for (size_t i = 0; i < sizeof text * sizeof bad; i++) {
		size_t place = i % sizeof text;

		memset(text, i & 1 ? 'a' : '\x7f', sizeof text);
		text[place] = bad[i / sizeof text];
		CHECK(utf8_check(text, sizeof text, utf8_is_nul) == place);
		CHECK(utf8_check(text, sizeof text, NULL) == (text[place] ? place : sizeof text));
		text[place] = '\x01';
		CHECK(utf8_check(text, sizeof text, utf8_is_nul) == sizeof text);
	}
}

int
main(void)
{
	test_other_encodings();
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		CHECK_AS(utf8_check(texts[i].text, strlen(texts[i].text), NULL) == texts[i].good,
			texts[i].text);
	CHECK(utf8_check("a\0b", 3, NULL) == 3 && utf8_check("a\0b", 3, utf8_is_nul) == 1);
	test_places();
	CHECK(utf8_check("a\x1b[m", 4, utf8_is_unsafe) == 1);
	CHECK(utf8_check("\xc3\xa9\xe2\x80\xae", 5, utf8_is_unsafe) == 2);
	return unit_done();
}
