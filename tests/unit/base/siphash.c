/* SPDX-License-Identifier: ISC */
#include "base/siphash.h"

#include <stdint.h>

#include "unit.h"

/* The reference's vectors: key 00 01 .. 0f, input 00 01 .. (len - 1). */
static const struct {
	size_t len;
	uint64_t out[2];
} vectors[] = {
	{0, {0xe6a825ba047f81a3, 0x930255c71472f66d}},
	{1, {0x44af996bd8c187da, 0x45fc229b11597634}},
};

int
main(void)
{
	static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
	unsigned char in[64];
	uint64_t out[2];

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (unsigned char)i;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		siphash128(key, in, vectors[i].len, out);
		CHECK(out[0] == vectors[i].out[0] && out[1] == vectors[i].out[1]);
	}
	return unit_done();
}
