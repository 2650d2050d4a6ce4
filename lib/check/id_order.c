/* SPDX-License-Identifier: ISC */
#include "check/id_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/column.h"
#include "stream/ident.h"

enum { DIGITS_MAX = 18 };

struct source {
	const struct column *ids;
	const struct arena *arena;
	uint32_t rows;
};

struct item {
	uint64_t key; /* ascends with the id, if all ids have a key; else 0 */
	uint32_t row;
};

static bool
id_at(const struct source *s, uint32_t row, struct value *v)
{
	column_get(s->ids, s->arena, row, v);
	return v->type == VALUE_TEXT;
}

/* The value of a plain decimal number, without leading zeros. */
static bool
plain_number(const struct value *id, uint64_t *number)
{
	const char *at = id->text.at;
	uint64_t value = 0;

	if (!id->text.len || id->text.len > DIGITS_MAX || (*at == '0' && id->text.len > 1))
		return false;
	for (size_t i = 0; i < id->text.len; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(at[i] - '0');
	}
	*number = value;
	return true;
}

static int
compare(const struct value *a, const struct value *b)
{
	return ident_compare(a->text.at, a->text.len, b->text.at, b->text.len);
}

/* What one pass over all ids finds. */
struct look {
	bool texts;	  /* all of them are */
	bool ascend;	  /* they are in order and distinct */
	bool plain;	  /* all are plain numbers, */
	uint64_t biggest; /* and this is the largest */
	size_t bytes;	  /* of all ids, lengths included */
	size_t longest;	  /* of one, without its length */
};

static void
look(const struct source *s, struct look *l)
{
	struct value id, last = {0};
	uint64_t number, last_number = 0;

	*l = (struct look){.texts = true, .ascend = true, .plain = true};
	for (uint32_t row = 0; row < s->rows; row++, last = id, last_number = number) {
		number = 0;
		l->texts = id_at(s, row, &id);
		if (!l->texts)
			return;
		l->bytes += id.text.len + (id.text.len < 128 ? 1 : 4); /* and its length */
		if (id.text.len > l->longest)
			l->longest = id.text.len;
		l->plain = l->plain && plain_number(&id, &number);
		if (number > l->biggest)
			l->biggest = number;
		if (row && l->ascend)
			l->ascend = l->plain ? last_number < number : compare(&last, &id) < 0;
	}
}

/* From here on all ids are known to be texts. */

/* Places plain numbers without large gaps directly. False if two are the same. */
static bool
place(const struct source *s, uint64_t biggest, uint32_t *rows, uint32_t *numbers)
{
	uint32_t *places = mem_alloc((biggest + 1) * sizeof *places);
	bool unique = true;
	struct value id;
	uint64_t number = 0;
	uint32_t n = 0;

	memset(places, 0xff, (biggest + 1) * sizeof *places);
	for (uint32_t row = 0; row < s->rows && unique; row++) {
		column_get(s->ids, s->arena, row, &id);
		(void)plain_number(&id, &number); /* all of them are */
		unique = places[number] == UINT32_MAX;
		places[number] = row;
	}
	for (uint64_t i = 0; i <= biggest && unique; i++)
		if (places[i] != UINT32_MAX) {
			rows[n] = places[i];
			numbers[n++] = (uint32_t)i;
		}
	free(places);
	return unique;
}

static int
by_key(const void *left, const void *right, void *data)
{
	const struct item *a = left, *b = right;
	const struct source *s = data;
	struct value a_id, b_id;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	column_get(s->ids, s->arena, a->row, &a_id);
	column_get(s->ids, s->arena, b->row, &b_id);
	return compare(&a_id, &b_id);
}

/* The length of the common prefix of all ids. */
static size_t
common_prefix(const struct source *s)
{
	struct value first, id;
	size_t len;

	column_get(s->ids, s->arena, 0, &first);
	len = first.text.len;
	for (uint32_t row = 1; row < s->rows && len; row++) {
		column_get(s->ids, s->arena, row, &id);
		if (id.text.len < len)
			len = id.text.len;
		while (len && memcmp(first.text.at, id.text.at, len) != 0)
			len--;
	}
	return len;
}

/* Texts that begin with a letter sort by bytes: the key is the eight after the common prefix. */
static bool
text_key(const struct value *id, size_t common, uint64_t *key)
{
	char c = id->text.len ? id->text.at[0] : '\0';

	if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
		return false;
	*key = 0;
	for (size_t i = common; i < common + 8; i++)
		*key = *key << 8 | (i < id->text.len ? (unsigned char)id->text.at[i] : 0);
	return true;
}

/* Sorts any ids. False if two are the same. */
static bool
sort(struct source *s, bool plain, uint32_t *rows)
{
	struct item *items = mem_array(s->rows, sizeof *items);
	size_t common = plain ? 0 : common_prefix(s);
	bool keyed = true, unique = true;
	struct value id;

	for (uint32_t row = 0; row < s->rows; row++) {
		column_get(s->ids, s->arena, row, &id);
		items[row].row = row;
		keyed = keyed && (plain ? plain_number(&id, &items[row].key)
					: text_key(&id, common, &items[row].key));
	}
	for (uint32_t row = 0; row < s->rows && !keyed; row++)
		items[row].key = 0;
	qsort_r(items, s->rows, sizeof *items, by_key, s);
	for (uint32_t row = 0; row < s->rows && unique; row++) {
		unique = !row || by_key(&items[row - 1], &items[row], s) != 0;
		rows[row] = items[row].row;
	}
	free(items);
	return unique;
}

/* Copies the ids in order: one pass over memory, instead of one for each list. */
static char *
copy_names(const struct source *s, const uint32_t *rows, size_t bytes)
{
	char *names = mem_alloc(bytes), *at = names;
	struct value id;

	for (uint32_t i = 0; i < s->rows; i++) {
		column_get(s->ids, s->arena, rows[i], &id);
		at = arena_put_length(at, id.text.len);
		memcpy(at, id.text.at, id.text.len);
		at += id.text.len;
	}
	return names;
}

void
id_order_build(struct id_order *o, const struct column *ids, const struct arena *a, uint32_t rows)
{
	struct source s = {ids, a, rows};
	struct look l;

	if (o->built)
		return;
	o->built = true;
	look(&s, &l);
	o->usable = l.texts && l.ascend;
	o->longest = l.longest;
	if (o->usable || !l.texts)
		return;
	o->rows = mem_array(rows, sizeof *o->rows);
	if (l.plain && l.biggest / 4 <= rows) {
		o->numbers = mem_array(rows, sizeof *o->numbers);
		o->usable = place(&s, l.biggest, o->rows, o->numbers);
	}
	if (!o->numbers) {
		o->usable = sort(&s, l.plain, o->rows);
		o->names = o->usable ? copy_names(&s, o->rows, l.bytes) : NULL;
	}
}

void
id_order_clear(struct id_order *o)
{
	free(o->rows);
	free(o->numbers);
	free(o->names);
	*o = (struct id_order){0};
}
