/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "scrape/instance_match.h"
#include "unit.h"

enum { MOST = 8 };

/* Stores as read_store() reads them, instances, and the instance that each store must get; "-":
 * none. */
struct example {
	const char *about;
	const char *stores[MOST];
	const char *instances[MOST];
	const char *want[MOST];
};

static const struct example examples[] = {
	{"status address", {"10.0.0.1:20160 10.0.0.1:20180", "10.0.0.11:20160 10.0.0.11:20180"},
		{"10.0.0.11:20180", "10.0.0.1:20180"}, {"10.0.0.1:20180", "10.0.0.11:20180"}},
	{"a dot in an address is a dot", {"10.0.0.1:20160 10.0.0.1:20180"},
		{"10a0b0c1:20180", "110.0.0.1:20180"}, {"-"}},
	{"unspecified status host", {"10.0.0.1:20160 0.0.0.0:20180", "[fd00::1]:20160 [::]:20180"},
		{"10.0.0.1:20180", "[fd00::1]:20180"}, {"10.0.0.1:20180", "[fd00::1]:20180"}},
	{"an unspecified host is no name", {"10.0.0.1:20160 0.0.0.0:20180"}, {"0.0.0.0:20180"},
		{"-"}},
	{"no status address", {"h:20160 "}, {"h:20180"}, {"h:20180"}},
	{"pod name",
		{"tikv-0.peer.ns.svc:20160 tikv-0.peer.ns.svc:20180",
			"tikv-1.peer.ns.svc:20160 0.0.0.0:20180"},
		{"tikv-1", "tikv-0"}, {"tikv-0", "tikv-1"}},
	{"pod name with a port", {"tikv-0.peer:20160 tikv-0.peer:20180", "tikv-1.peer:20160 "},
		{"tikv-0:20180", "tikv-1:20160"}, {"tikv-0:20180", "tikv-1:20160"}},
	{"another port of a pod", {"tikv-0.peer:20160 tikv-0.peer:20180"}, {"tikv-0:9"}, {"-"}},
	{"host alone", {"h.example:20160 h.example:20180"}, {"h.example"}, {"h.example"}},
	{"the only instance on the host", {"h:20160 h:20180"}, {"h:30180", "i:30180"}, {"h:30180"}},
	{"two instances on the host", {"h:20160 h:20180"}, {"h:1", "h:2"}, {"-"}},
	{"two stores claim one instance", {"h:20160 h:20180", "h:20161 h:20181"}, {"h:1"},
		{"-", "-"}},
	{"one store claims two instances", {"tikv-0.peer:20160 "}, {"tikv-0", "tikv-0.peer"},
		{"-"}},
	{"two pods with the same name",
		{"tikv-0.a:20160 tikv-0.a:20180", "tikv-0.b:20160 tikv-0.b:20180"}, {"tikv-0"},
		{"-", "-"}},
	{"the same status address twice", {"a:1 x:20180", "b:1 x:20180"}, {"x:20180", "a:2"},
		{"-", "-"}},
	{"a living store precedes a lifeless one", {"~ a:1 x:20180", "b:1 x:20180"}, {"x:20180"},
		{"-", "x:20180"}},
	{"a living store precedes a lifeless one by a later rule, too",
		{"h:20160 h:20180", "~ h:20161 h:20181"}, {"h:1"}, {"h:1", "-"}},
	{"a lifeless store without a rival", {"~ a:1 x:20180", "b:1 y:20180"},
		{"x:20180", "y:20180"}, {"x:20180", "y:20180"}},
	{"two lifeless stores claim one instance", {"~ a:1 x:20180", "~ b:1 x:20180"}, {"x:20180"},
		{"-", "-"}},
	{"two living stores and a lifeless one claim one instance",
		{"a:1 x:2", "b:1 x:2", "~ c:1 x:2"}, {"x:2"}, {"-", "-", "-"}},
	{"an instance already taken by an earlier rule", {"h:20160 h:20180", "h:20161 h:20181"},
		{"h:20180"}, {"h:20180", "-"}},
	{"status address before host", {"h:20160 h:20180"}, {"h:20181", "h:20180", "h"},
		{"h:20180"}},
	{"names in another case", {"H.Example:20160 H.Example:20180"}, {"h.example:20180"},
		{"h.example:20180"}},
	{"IPv6 written in another way", {"[fd00:0:0::1]:20160 [fd00:0:0::1]:20180"},
		{"[fd00::1]:20180", "[fd00::11]:20180"}, {"[fd00::1]:20180"}},
	{"override", {"=b a:1 a:2"}, {"a:2", "b"}, {"b"}},
	{"override with an unknown instance", {"=c a:1 a:2"}, {"a:2", "b"}, {"-"}},
	{"two overrides with the same instance", {"=b a:1 a:2", "=b c:1 c:2"}, {"b", "a:2", "c:2"},
		{"-", "-"}},
	{"override before a rule", {"=a:2 x:1 x:2", "a:1 a:2"}, {"a:2", "x:2"}, {"a:2", "-"}},
	{"only exact: another port", {"! h:1 h:2"}, {"h:3"}, {"-"}},
	{"only exact: the exact address", {"! h:1 h:2"}, {"h:2"}, {"h:2"}},
	{"a longer name is another name", {"tikv-0.peer.ns.svc:20160 tikv-0.peer.ns.svc:20180"},
		{"tikv-10", "xtikv-0", "tikv-0.peer.ns.svcx"}, {"-"}},
	{"a dot in a name is a dot", {"tikv-0.peer.ns.svc:20160 tikv-0.peer.ns.svc:20180"},
		{"tikv-0Xpeer.ns.svc:20180"}, {"-"}},
	{"no instances", {"a:1 a:2"}, {0}, {"-"}},
};

/* Reads "[=GIVEN |! |~ ]ADDRESS STATUS"; ! is only_exact, ~ lifeless. */
static void
read_store(const char *text, struct instance_target *t, struct address *exact, char given[32])
{
	const char *space = strchr(text, ' ');

	*t = (struct instance_target){.exact = exact, .exact_count = 1};
	if (strchr("=!~", *text)) {
		(void)snprintf(given, 32, "%.*s", (int)(space - text) - 1, text + 1);
		t->given = *text == '=' ? given : NULL;
		t->only_exact = *text == '!';
		t->lifeless = *text == '~';
		text = space + 1;
		space = strchr(text, ' ');
	}
	t->address = address_read((struct span){text, (size_t)(space - text)});
	*exact = address_read(span_of(space + 1));
}

static bool
maps(const struct example *e)
{
	struct instance_target targets[MOST];
	struct address exact[MOST];
	char given[MOST][32];
	bool used[MOST] = {0}, same = true;
	struct intern *names = intern_open();
	struct instance_match in;
	size_t count;

	for (count = 0; count < MOST && e->stores[count]; count++)
		read_store(e->stores[count], &targets[count], &exact[count], given[count]);
	for (size_t i = 0; i < MOST && e->instances[i]; i++)
		used[intern_add(names, span_of(e->instances[i]))] = true;
	instance_match_init(&in, names, used);
	instance_match_run(&in, targets, count);
	for (size_t i = 0; i < count; i++)
		same &= targets[i].name == INTERN_NONE
				? strcmp(e->want[i], "-") == 0
				: span_is(intern_text(names, targets[i].name), e->want[i]);
	instance_match_free(&in);
	intern_close(names);
	return same;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		CHECK_AS(maps(&examples[i]), examples[i].about);
	return unit_done();
}
