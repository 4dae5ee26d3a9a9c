/* Products and powers modulo 2^61 - 1: 64-bit multiplications and mixing. */
#include "kernel.h"

static const uint64_t kPrime = (UINT64_C(1) << 61) - 1;

static inline uint64_t high_product(uint64_t a, uint64_t b) {
  const uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
  const uint64_t low = al * bl, middle = ah * bl + (low >> 32), cross = al * bh + (uint32_t)middle;
  return ah * bh + (middle >> 32) + (cross >> 32);
}

/* a * b modulo 2^61 - 1, for a and b below it. */
static inline uint64_t multiply(uint64_t a, uint64_t b) {
  const uint64_t low = a * b & kPrime;
  const uint64_t high = high_product(a, b) << 3 | (a * b) >> 61;
  const uint64_t sum = low + high;
  return sum >= kPrime ? sum - kPrime : sum;
}

static NOINLINE uint64_t power(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = multiply(result, base);
    base = multiply(base, base);
  }
  return result;
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 180);
  uint64_t checksum = 0, seed = 13;
  for (long round = 0; round < scale; round++) {
    for (int i = 0; i < 10000; i++) {
      const uint64_t base = ((uint64_t)next_random(&seed) << 29 ^ next_random(&seed)) % kPrime;
      checksum = fold(checksum, power(base, (uint64_t)next_random(&seed) << 21 | 1));
    }
    if (power(3 + (uint64_t)round, kPrime - 1) != 1) return 1; /* Fermat */
  }
  return report("mulmod", scale, checksum);
}
