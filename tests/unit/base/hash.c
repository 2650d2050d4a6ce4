/* SPDX-License-Identifier: ISC */
#include "base/hash_table.h"

#include <stdint.h>
#include <string.h>

#include "unit.h"

/* Vectors of the reference SipHash-2-4: key 00 01 .. 0f, input 00 01 .. (len - 1). */
static const struct {
	size_t len;
	uint64_t out[2];
} vectors[] = {
	{0, {0xe6a825ba047f81a3, 0x930255c71472f66d}},
	{1, {0x44af996bd8c187da, 0x45fc229b11597634}},
};

/* SipHash-1-3 of such inputs under the same key, from an independent implementation. */
static const struct {
	size_t len;
	uint64_t out;
} short_vectors[] = {
	{0, 0xabac0158050fc4dc},
	{7, 0xd3927d989bb11140},
	{8, 0x369095118d299a8e},
	{15, 0xd320d86d2a519956},
	{33, 0x4d54b9e57a8ff9bf},
};

static const struct hash_key fixed = {{0x0706050403020100, 0x0f0e0d0c0b0a0908}};

static void
test_vectors(void)
{
	unsigned char in[64];
	uint64_t out[2];

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (unsigned char)i;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		hash_digest(fixed.word, in, vectors[i].len, out);
		CHECK(out[0] == vectors[i].out[0] && out[1] == vectors[i].out[1]);
	}
	for (size_t i = 0; i < sizeof short_vectors / sizeof short_vectors[0]; i++)
		CHECK(hash_bytes(&fixed, in, short_vectors[i].len) == short_vectors[i].out);
}

static void
test_pieces(void)
{
	static const char text[] = "a text that is longer than a word or two of eight";
	struct hash h;

	for (size_t len = 0; len < sizeof text; len++) {
		hash_start(&h, &fixed);
		for (size_t i = 0, n = 1; i < len; i += n, n = n % 4 + 1)
			hash_add(&h, text + i, i + n > len ? len - i : n);
		CHECK_AS(hash_end(&h) == hash_bytes(&fixed, text, len), text);
	}
}

static void
test_keys(void)
{
	struct hash_key a = hash_key_draw(), b = hash_key_draw();

	CHECK(memcmp(&a, &b, sizeof a) != 0);
	CHECK(hash_bytes(&a, "text", 4) != hash_bytes(&b, "text", 4));
}

static uint32_t
find(const struct hash_table *t, uint64_t hash, uint32_t number)
{
	struct hash_walk walk;
	uint32_t n = hash_table_first(t, hash, &walk);

	while (n != HASH_NONE && n != number)
		n = hash_table_next(t, &walk);
	return n;
}

static void
test_table(void)
{
	enum { COUNT = 50000 };
	struct hash_table t;
	int good = 1;

	hash_table_open(&t);
	CHECK(find(&t, 7, 7) == HASH_NONE);
	for (uint32_t i = 0; i < COUNT; i++) /* two share each hash */
		good &= hash_table_add(&t, hash_bytes(&t.key, &(uint32_t){i / 2}, 4), i) == 0;
	CHECK(good && t.count == COUNT);
	for (uint32_t i = 0; i < COUNT; i++)
		good &= find(&t, hash_bytes(&t.key, &(uint32_t){i / 2}, 4), i) == i;
	CHECK(good);
	CHECK(find(&t, hash_bytes(&t.key, &(uint32_t){COUNT}, 4), 0) == HASH_NONE);
	hash_table_clear(&t);
	CHECK(t.count == 0 && find(&t, hash_bytes(&t.key, &(uint32_t){0}, 4), 0) == HASH_NONE);
	hash_table_close(&t);
}

/* Refuses to add when too many collide, so that adding and searching stay fast. */
static void
test_collisions(void)
{
	struct hash_table t;
	struct hash_walk walk;
	uint32_t added = 0, found = 0;

	hash_table_open(&t);
	while (added < 100000 && hash_table_add(&t, 42, added) == 0)
		added++;
	CHECK(added > 100 && added < 1000 && t.count == added);
	for (uint32_t n = hash_table_first(&t, 42, &walk); n != HASH_NONE;
		n = hash_table_next(&t, &walk))
		found++;
	CHECK(found == added);
	CHECK(hash_table_add(&t, 1 << 20, 7) == 0 && find(&t, 1 << 20, 7) == 7);
	hash_table_close(&t);
}

int
main(void)
{
	test_vectors();
	test_pieces();
	test_keys();
	test_table();
	test_collisions();
	return unit_done();
}
