/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <string.h>

#include "unit.h"

static void
test_texts(void)
{
	enum { COUNT = 30000 };
	static char *texts[COUNT];
	struct arena a = {0};
	size_t size;
	int good = 1;

	for (int round = 0; round < 2; round++) {
		size = 0;
		CHECK(arena_size(&a) == 0);
		for (int i = 0; i < COUNT; i++) {
			size_t len = (size_t)i % 300;

			texts[i] = arena_alloc(&a, len);
			memset(texts[i], i % 128, len);
			size += len;
		}
		for (int i = 0; i < COUNT; i++)
			for (size_t k = 0; k < (size_t)i % 300; k++)
				good &= texts[i][k] == i % 128;
		CHECK(good && arena_size(&a) >= size && arena_size(&a) < size + size / 100);
		arena_clear(&a);
	}
	memset(arena_alloc(&a, ARENA_CHUNK - 1), 'x', ARENA_CHUNK - 1);
	memset(arena_alloc(&a, 5 * ARENA_CHUNK), 'x', 5 * ARENA_CHUNK);
	CHECK(arena_size(&a) > (size_t)6 * ARENA_CHUNK - 9 && a.count < 16);
	arena_free(&a);
	CHECK(arena_size(&a) == 0 && a.count == 0);
}

static void
test_copies(void)
{
	struct arena a = {0};
	char text[] = "a text";
	struct span part = arena_copy(&a, (struct span){text, 1});
	struct span none = arena_copy(&a, (struct span){text, 0});

	memset(text, 'x', sizeof text);
	CHECK(part.len == 1 && strcmp(part.at, "a") == 0);
	CHECK(none.at && none.len == 0 && *none.at == '\0');
	CHECK(!arena_copy(&a, span_of(NULL)).at);
	arena_free(&a);
}

static void
test_addresses(void)
{
	struct arena a = {0};
	uint32_t first, second;
	char *room = arena_room(&a, 100, &first);

	memcpy(room, "ab", 2);
	arena_take(&a, 2);
	CHECK(arena_room(&a, 100, &second) == room + 2 && second == first + 2 && first > 0);
	CHECK(memcmp(arena_at(&a, first), "ab", 2) == 0);
	arena_free(&a);
}

static void
test_lengths(void)
{
	static const size_t lens[] = {0, 1, 127, 128, 16383, 16384, 1 << 20, SIZE_MAX};
	char bytes[16];

	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		const char *end = arena_put_length(bytes, lens[i]);
		size_t len;

		CHECK(arena_get_length(bytes, &len) == end && len == lens[i]);
	}
}

int
main(void)
{
	test_texts();
	test_copies();
	test_addresses();
	test_lengths();
	return unit_done();
}
