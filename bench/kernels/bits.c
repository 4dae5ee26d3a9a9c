/* Bit twiddling: counts, rotations, Morton codes, reversal, Gray code, next permutation of bits. */
#include "kernel.h"

static inline uint32_t reverse_bits(uint32_t x) {
  x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
  x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
  x = (x >> 4 & 0x0F0F0F0Fu) | (x & 0x0F0F0F0Fu) << 4;
  return __builtin_bswap32(x);
}

static inline uint64_t spread_bits(uint32_t x) {
  uint64_t v = x;
  v = (v | v << 16) & 0x0000FFFF0000FFFFu;
  v = (v | v << 8) & 0x00FF00FF00FF00FFu;
  v = (v | v << 4) & 0x0F0F0F0F0F0F0F0Fu;
  v = (v | v << 2) & 0x3333333333333333u;
  return (v | v << 1) & 0x5555555555555555u;
}

static inline uint32_t from_gray(uint32_t x) {
  for (int shift = 16; shift > 0; shift >>= 1) x ^= x >> shift;
  return x;
}

/* The next larger number with as many ones (Gosper). */
static inline uint32_t next_subset(uint32_t x) {
  const uint32_t lowest = x & -x;
  const uint32_t ripple = x + lowest;
  return ripple == 0 ? 0xFF : ripple | ((x ^ ripple) >> 2) >> __builtin_ctz(lowest);
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 90);
  uint64_t checksum = 0, seed = 1;
  uint32_t subset = 0xFF;
  for (long round = 0; round < scale; round++) {
    for (int i = 0; i < 400000; i++) {
      const uint32_t x = next_random(&seed);
      const uint64_t morton = spread_bits(x) | spread_bits(subset) << 1;
      uint32_t word = reverse_bits(x) ^ from_gray(subset);
      word = word << (i & 31) | word >> (-i & 31);
      checksum += morton ^ word;
      checksum += (uint64_t)__builtin_popcountll(morton) << (__builtin_clz(x | 1) & 31);
      subset = next_subset(subset);
    }
    checksum = fold(checksum, subset);
  }
  return report("bits", scale, checksum);
}
