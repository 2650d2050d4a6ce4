/* SPDX-License-Identifier: ISC */
#include "report/markdown.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "base/buf.h"
#include "base/mem.h"
#include "report/html.h"

enum { HEADING_FIRST = 5, HEADING_LAST = 6 };

/* cmark does not check what its allocator returns. */
static void *
take_zeroed(size_t count, size_t size)
{
	return mem_zero(count, size);
}

static void *
take_again(void *p, size_t size)
{
	return mem_resize(p, size, 1);
}

static bool
may_lead(const char *url)
{
	struct span s = span_of(url);

	if (!s.at)
		return false;
	if (!span_starts(s, "mailto:"))
		return html_link_ok(s);
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] <= 0x20 || (unsigned char)s.at[i] >= 0x7f)
			return false;
	return true;
}

/* Replaces a node with its children. */
static void
unwrap(cmark_node *node)
{
	cmark_node *child;

	while ((child = cmark_node_first_child(node)) != NULL)
		if (!cmark_node_insert_before(node, child))
			break; /* not allowed there: freed with its parent */
	cmark_node_free(node);
}

/* Replaces a node with one of another type and the same text. */
static void
replace(cmark_node *node, cmark_node_type type, cmark_mem *memory)
{
	cmark_node *text = cmark_node_new_with_mem(type, memory);

	cmark_node_set_literal(text, cmark_node_get_literal(node));
	if (!cmark_node_replace(node, text))
		cmark_node_free(text);
	cmark_node_free(node);
}

/* Links must not nest, so an image within a link cannot become one. */
static bool
is_within_link(cmark_node *node)
{
	while ((node = cmark_node_parent(node)) != NULL)
		if (cmark_node_get_type(node) == CMARK_NODE_LINK ||
			cmark_node_get_type(node) == CMARK_NODE_IMAGE)
			return true;
	return false;
}

/* An image would be loaded when the page is opened; a link only when it is clicked. */
static void
image_to_link(cmark_node *node, cmark_mem *memory)
{
	cmark_node *link, *child;

	if (is_within_link(node) || !may_lead(cmark_node_get_url(node))) {
		unwrap(node);
		return;
	}
	link = cmark_node_new_with_mem(CMARK_NODE_LINK, memory);
	cmark_node_set_url(link, cmark_node_get_url(node));
	while ((child = cmark_node_first_child(node)) != NULL)
		if (!cmark_node_append_child(link, child))
			break;
	if (!cmark_node_replace(node, link))
		cmark_node_free(link);
	cmark_node_free(node);
}

/* Makes a node harmless; its children already are. */
static void
tame(cmark_node *node, cmark_mem *memory)
{
	int level;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_HTML_BLOCK:
		replace(node, CMARK_NODE_CODE_BLOCK, memory);
		break;
	case CMARK_NODE_HTML_INLINE:
		replace(node, CMARK_NODE_TEXT, memory);
		break;
	case CMARK_NODE_IMAGE:
		image_to_link(node, memory);
		break;
	case CMARK_NODE_LINK:
		if (is_within_link(node) || !may_lead(cmark_node_get_url(node)))
			unwrap(node);
		break;
	case CMARK_NODE_HEADING:
		level = cmark_node_get_heading_level(node) + HEADING_FIRST - 1;
		cmark_node_set_heading_level(node, level < HEADING_LAST ? level : HEADING_LAST);
		break;
	default:
		break;
	}
}

static bool
is_to_tame(cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);

	return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE ||
	       type == CMARK_NODE_IMAGE || type == CMARK_NODE_LINK || type == CMARK_NODE_HEADING;
}

/* Collects the nodes first, because changing the tree invalidates the iterator. */
static void
tame_all(cmark_node *root, cmark_mem *memory)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	cmark_node **list = NULL;
	size_t count = 0, cap = 0;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		bool leaf = !cmark_node_first_child(node);

		/* leaves of some types have no exit */
		if (!is_to_tame(node) || (event == CMARK_EVENT_ENTER && !leaf))
			continue;
		if (count && list[count - 1] == node)
			continue;
		list = mem_grow(list, count, &cap, sizeof(cmark_node *));
		list[count++] = node;
	}
	cmark_iter_free(iter);
	for (size_t i = 0; i < count; i++)
		tame(list[i], memory);
	free(list);
}

void
markdown_html(struct buf *out, struct span text)
{
	cmark_mem memory = {take_zeroed, take_again, free};
	cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &memory);
	cmark_node *root;
	char *html;

	cmark_parser_feed(parser, text.at, text.len);
	root = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	tame_all(root, &memory);
	html = cmark_render_html(root, CMARK_OPT_DEFAULT);
	html_visible(out, span_of(html));
	free(html);
	cmark_node_free(root);
}

const char *
markdown_version(void)
{
	return cmark_version_string();
}
