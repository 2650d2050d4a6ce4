/* SPDX-License-Identifier: ISC */
#include "check/record_shape.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	SHAPES_MAX = 1024,
	KEYS_BYTES_MAX = 1 << 20,
	FIELDS_MAX = 2048,
	SLOTS = SHAPES_MAX * 2,
};

struct record_shapes {
	struct record_shape *list[SHAPES_MAX];
	size_t count; /* list[0] is no shape */
	size_t key_bytes;
	uint16_t slots[SLOTS];
};

struct record_shapes *
record_shapes_open(void)
{
	struct record_shapes *s = mem_zero(1, sizeof *s);

	s->count = 1;
	return s;
}

static void
forget(struct record_shapes *s)
{
	for (size_t i = 1; i < s->count; i++)
		free(s->list[i]);
	s->count = 1;
	s->key_bytes = 0;
	memset(s->slots, 0, sizeof s->slots);
}

void
record_shapes_close(struct record_shapes *s)
{
	if (s)
		forget(s);
	free(s);
}

void
record_shapes_tidy(struct record_shapes *s)
{
	if (s->count > SHAPES_MAX / 2 || s->key_bytes > KEYS_BYTES_MAX / 2)
		forget(s);
}

/* From the keyed hashes that reading the keys computed: hashing the keys again costs more. */
static uint32_t
hash_fields(uint32_t kind, const struct record_shape_field *fields, size_t count)
{
	uint32_t hash = kind;

	for (size_t i = 0; i < count; i++)
		hash = (hash ^ fields[i].key.hash ^ fields[i].is_text) * UINT32_C(0x9e3779b1) +
		       (hash >> 15);
	return hash ^ hash >> 16;
}

static bool
same(const struct record_shape *shape, uint32_t kind, const struct record_shape_field *fields,
	size_t count)
{
	if (shape->kind != kind || shape->count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct record_shape_field *a = &shape->fields[i], *b = &fields[i];

		if (a->is_text != b->is_text || a->key.len != b->key.len ||
			memcmp(a->key.at, b->key.at, a->key.len) != 0)
			return false;
	}
	return true;
}

/* One piece of memory: the shape, its fields, and their keys, each as a line would lead to its
 * value. */
static struct record_shape *
make(uint32_t kind, const struct record_shape_field *fields, size_t count, size_t key_bytes)
{
	struct record_shape *shape = mem_alloc(sizeof *shape + count * sizeof *fields + key_bytes);
	char *at;

	*shape = (struct record_shape){.kind = kind, .count = count};
	shape->fields = (struct record_shape_field *)(shape + 1);
	at = (char *)(shape->fields + count);
	for (size_t i = 0; i < count; i++) {
		size_t len = fields[i].key.len;

		*at++ = i ? ',' : '{';
		*at++ = '"';
		memcpy(at, fields[i].key.at, len);
		shape->fields[i] = fields[i];
		shape->fields[i].key.at = at;
		at += len;
		*at++ = '"';
		*at++ = ':';
	}
	return shape;
}

const struct record_shape *
record_shapes_get(struct record_shapes *s, uint32_t kind, const struct record_shape_field *fields,
	size_t count)
{
	uint32_t hash = hash_fields(kind, fields, count);
	size_t slot = hash % SLOTS, key_bytes = 0;
	struct record_shape *shape;

	for (; s->slots[slot]; slot = (slot + 1) % SLOTS) {
		shape = s->list[s->slots[slot]];
		if (shape->hash == hash && same(shape, kind, fields, count))
			return shape;
	}
	for (size_t i = 0; i < count; i++)
		key_bytes += fields[i].key.len + RECORD_SHAPE_LEAD_BYTES;
	if (s->count == SHAPES_MAX || count > FIELDS_MAX ||
		s->key_bytes + key_bytes > KEYS_BYTES_MAX)
		return NULL;
	shape = make(kind, fields, count, key_bytes);
	shape->hash = hash;
	shape->number = (uint32_t)s->count;
	s->key_bytes += key_bytes;
	s->slots[slot] = (uint16_t)s->count;
	s->list[s->count++] = shape;
	return shape;
}

const struct record_shape *
record_shapes_at(const struct record_shapes *s, size_t number)
{
	return s->list[number];
}
