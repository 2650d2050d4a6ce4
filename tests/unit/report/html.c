/* SPDX-License-Identifier: ISC */
#include "report/html.h"

#include <string.h>

#include "base/buf.h"
#include "report/markdown.h"
#include "unit.h"

static void
test_texts(void)
{
	static const char *const cases[][2] = {
		{"plain", "plain"},
		{"", ""},
		{"<a href=\"x\">'&</a>", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;"},
		{"a\n\tb", "a\n\tb"},
		{"a\r\nb\rc", "a\nb\nc"},
		{"\x1b[31m\x07\x7f", "\\x1b[31m\\x07\\x7f"},
		{"\xc2\x9b", "\\x9b"},
		{"a\xe2\x80\xaeg", "a\\u{202e}g"},
		{"\xe2\x81\xa6\xef\xbb\xbf\xd8\x9c", "\\u{2066}\\u{feff}\\u{061c}"},
		{"\xef\xb7\x90\xf0\x9f\xbf\xbf", "\\u{fdd0}\\u{1ffff}"},
		{"\xff\xc3", "\\xff\\xc3"},
		{"\xd7\xa9\xd7\x9c \xf0\x9f\x98\x80", "\xd7\xa9\xd7\x9c \xf0\x9f\x98\x80"},
	};
	struct buf out;

	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		html_text(&out, span_of(cases[i][0]));
		CHECK_AS(strcmp(out.data, cases[i][1]) == 0, cases[i][1]);
	}
	buf_free(&out);
}

static void
test_cuts(void)
{
	static const struct {
		const char *text;
		size_t max;
		const char *want;
	} cases[] = {
		{"abc", 3, "abc"},
		{"abcd", 3, "abc\xe2\x80\xa6"},
		{"\xc3\xa9\xc3\xa9\xc3\xa9", 2, "\xc3\xa9\xc3\xa9\xe2\x80\xa6"},
		{"<<<", 2, "&lt;&lt;\xe2\x80\xa6"},
		{"", 0, ""},
	};
	struct buf out;

	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		html_cut(&out, span_of(cases[i].text), cases[i].max);
		CHECK_AS(strcmp(out.data, cases[i].want) == 0, cases[i].text);
	}
	buf_free(&out);
}

static void
test_links(void)
{
	static const char *const good[] = {
		"http://a", "https://example.com/d?x=1&y=2#z", "http://[::1]:80/"};
	static const char *const bad[] = {"", "http://", "https:///x", "https://?x",
		"javascript:alert(1)", "JAVASCRIPT:alert(1)", " http://a", "http://a b",
		"http://a\"b", "http://a\nb", "ftp://a", "//a", "data:text/html,x", "http://a<b",
		"https://\xd7\xa9", "http://@a", "HTTP://a"};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK_AS(html_link_ok(span_of(good[i])), good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_AS(!html_link_ok(span_of(bad[i])), bad[i]);
}

static void
test_markdown(void)
{
	static const char *const cases[][2] = {
		{"**a** `b`", "<p><strong>a</strong> <code>b</code></p>\n"},
		{"# a\n\n### b", "<h5>a</h5>\n<h6>b</h6>\n"},
		{"<b onclick=x>c</b>", "<p>&lt;b onclick=x&gt;c&lt;/b&gt;</p>\n"},
		{"<div>\nx\n</div>", "<pre><code>&lt;div&gt;\nx\n&lt;/div&gt;\n</code></pre>\n"},
		{"[a](javascript:x) [b](data:x) [c](/x) [d](#x)", "<p>a b c d</p>\n"},
		{"[a](http://b/) [*c*](mailto:d@e)", "<p><a href=\"http://b/\">a</a> "
						     "<a href=\"mailto:d@e\"><em>c</em></a></p>\n"},
		{"![a](http://b/c.png)", "<p><a href=\"http://b/c.png\">a</a></p>\n"},
		{"![a](x.png)", "<p>a</p>\n"},
		{"[![a](http://b/c.png)](http://d/)", "<p><a href=\"http://d/\">a</a></p>\n"},
		{"[![a](http://b/c.png)](javascript:x)", "<p>a</p>\n"},
		{"![a ![b](http://c/)](http://d/)", "<p><a href=\"http://d/\">a b</a></p>\n"},
		{"![a [b](http://c/)](http://d/)", "<p><a href=\"http://d/\">a b</a></p>\n"},
		{"&#x202e;a&#27;", "<p>\\u{202e}a\\x1b</p>\n"},
		{"a\r\nb", "<p>a\nb</p>\n"},
		{"", ""},
	};
	struct buf out;

	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		markdown_html(&out, span_of(cases[i][0]));
		CHECK_AS(strcmp(out.data, cases[i][1]) == 0, cases[i][0]);
		if (strcmp(out.data, cases[i][1]) != 0)
			printf("# got: %s\n", out.data);
	}
	buf_free(&out);
}

int
main(void)
{
	test_texts();
	test_cuts();
	test_links();
	test_markdown();
	return unit_done();
}
